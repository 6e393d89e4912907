"""Which herb is meant: nothing is guessed, and what may be a regulated herb is held back."""

import pytest

from domain.gate import Item, Outcome, Profile, Verdict, judge
from domain.knowledge import NameIndex
from tests.support.shipped import shipped

REAL = shipped()
NAMES = NameIndex(REAL)
ADULT = Profile(age=40, pregnant=False, lactating=False)

NEVER_GUESSED = [
    # name, what it must not be read as
    ("Star anise", "anise"),
    ("Illicium", "anise"),
    ("Fang ji", "fang-feng"),
    ("Han fang ji", "fang-feng"),
    ("Mu tong", "mu-xiang"),
    ("Chuan mu tong", "mu-xiang"),
    ("xi xin gen", "xi-yang-shen"),
    ("gingko", "ginkgo"),
    ("Ashwaganda", "ashwagandha"),
    ("Chuan wu tou", "chuan-xiong"),
]
HELD_BACK = [
    "Mu tong", "mù tōng", "木通", "Guan mutong caulis", "Xi xin", "xixin", "细辛", "Fu zi", "附子", "zhi fu zi", "sheng fu zi",
    "生附子", "raw aconite", "Chuan wu tou", "sheng chuan wu", "生半夏", "sheng ban xia", "Aristolochia fangchi", "wild ginger",
    "Ephedra gerardiana", "ephedrae", "comfry", "kava kava extract", "Ma hunag", "وج",
]  # fmt: skip
READ_WITH_A_QUESTION = [
    ("zhi bai zhu", "white atractylodes"),
    ("炒白术", "white atractylodes"),
    ("chao bai zhu", "white atractylodes"),
    ("jiu da huang", "Chinese rhubarb"),
    ("raw garlic", "garlic"),
]


@pytest.mark.parametrize(("name", "other"), NEVER_GUESSED)
def test_a_name_is_never_read_as_one_that_resembles_it(name: str, other: str) -> None:
    found = judge(Item("herb", None, name), ADULT, (), REAL, NAMES)
    assert found.verdict in (Verdict.BLOCK, Verdict.UNKNOWN)
    assert all(other not in reason.about for reason in found.reasons)
    assert found.of(Outcome.NOT_IDENTIFIED) or found.reasons[0].rule == "regulated"


@pytest.mark.parametrize("name", HELD_BACK)
def test_what_may_be_a_regulated_herb_is_held_back(name: str) -> None:
    found = judge(Item("herb", None, name), ADULT, (), REAL, NAMES)
    assert found.verdict is Verdict.BLOCK


@pytest.mark.parametrize(("name", "herb"), READ_WITH_A_QUESTION)
def test_a_processed_form_is_checked_as_its_herb_and_stays_a_question(name: str, herb: str) -> None:
    found = judge(Item("herb", None, name), ADULT, (), REAL, NAMES)
    [question] = found.of(Outcome.NOT_IDENTIFIED)
    assert question.verdict is Verdict.UNKNOWN
    assert f"read as {herb}" in question.message


@pytest.mark.parametrize(
    "name", ["shēng dì", "Shu di huang", "Sheng jiang", "fa ban xia", "Withania somnifera", "yashti madhu"]
)
def test_names_that_hold_the_word_for_a_processing_are_names(name: str) -> None:
    found = judge(Item("herb", None, name), ADULT, (), REAL, NAMES)
    if name == "yashti madhu":  # two species have it
        assert found.verdict is Verdict.BLOCK
    else:
        assert found.verdict is Verdict.NOTHING_DOCUMENTED


def test_a_misspelt_name_offers_near_ones_in_one_sentence() -> None:
    [reason] = judge(Item("herb", None, "Licorise"), ADULT, (), REAL, NAMES).reasons
    assert reason.message == (
        "Licorise is not in the knowledge base, so nothing about it could be checked;"
        " did you mean licorice or honey-fried licorice?"
    )
