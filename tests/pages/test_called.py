"""What stands on a card: which herb it is in its tradition’s own words and in Latin, and where a verdict is from."""

import pytest

from domain.gate import GateReason, Verdict
from domain.library import Knowledge
from pages.called import herbs_of, identity_of, sources_named, text_of, title_of
from pages.elements.plan import Plan
from pages.gate import where_from
from pages.language import Language
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor

ENGLISH, PERSIAN = Language("en"), Language("fa")


@pytest.fixture
def knowledge(house: House) -> Knowledge:
    """What comes with the program."""
    return house.services.library.shared.knowledge


def given(kind: str, item_id: str, **more: object) -> dict[str, object]:
    return {"kind": kind, "item_id": item_id, "name": "as it was called", "text": "", "dose": None, **more}


@pytest.mark.parametrize(
    ("item_id", "tradition", "language", "parts"),
    [
        ("turmeric", "ayurveda", ENGLISH, ["Haridrā", "Curcuma longa", "rhizome"]),
        ("ren-shen", "tcm", ENGLISH, ["rén shēn", "人参", "Panax ginseng", "root"]),
        ("ren-shen", "avicenna", ENGLISH, ["جینسینگ", "Panax ginseng", "root"]),
        ("ginger", "tcm", ENGLISH, ["Zingiber officinale", "rhizome"]),
        ("nobodys-root", "tcm", ENGLISH, []),
    ],
)
def test_a_herb_is_named_so_that_no_other_is_taken_for_it(
    knowledge: Knowledge, item_id: str, tradition: str, language: Language, parts: list[str]
) -> None:
    shown = [one["text"] for one in identity_of(given("herb", item_id), knowledge, tradition, language)]
    assert shown[-2:] == parts[-2:]
    assert set(parts) <= set(shown)


def test_the_part_that_the_dose_is_of_is_the_one_that_is_named(knowledge: Knowledge) -> None:
    shown = identity_of(given("herb", "turmeric", dose={"part": "juice"}), knowledge, "ayurveda", ENGLISH)
    assert shown[-1]["text"] == "juice"


def test_names_and_advice_are_in_the_language_of_the_page(knowledge: Knowledge) -> None:
    assert title_of(given("herb", "ren-shen"), knowledge, PERSIAN) == "جینسینگ"
    assert title_of(given("herb", "nobodys-root"), knowledge, PERSIAN) == "as it was called"
    advice = next(one for one in knowledge.advice.values() if one.kind == "diet")
    assert text_of(given("diet", advice.id), knowledge, PERSIAN) == advice.text["fa"]
    assert text_of(given("diet", "nobodys", text="Eat."), knowledge, PERSIAN) == "Eat."


def test_a_formula_says_what_is_in_it(knowledge: Knowledge) -> None:
    assert herbs_of(given("formula", "si-jun-zi-tang"), knowledge, ENGLISH) == (
        "Asian ginseng, white atractylodes, poria, Chinese licorice"
    )
    assert herbs_of(given("herb", "ren-shen"), knowledge, ENGLISH) == ""


def test_a_source_is_named_by_its_title(knowledge: Knowledge) -> None:
    assert sources_named(["CHP:e6"], knowledge, ENGLISH) == f"{knowledge.sources['CHP'].title}, e6"
    assert sources_named(["NOBODY:1"], knowledge, ENGLISH) == "NOBODY:1"
    reason = GateReason(verdict=Verdict.MAJOR, rule="herb_drug", message="Bleeding.", source=("CHP:e6",), grade="T")
    assert where_from(reason, knowledge, ENGLISH) == [
        f"{knowledge.sources['CHP'].title}, e6",
        "From a pharmacopoeia or tradition, not from trials",
    ]
    assert where_from(GateReason(verdict=Verdict.UNKNOWN, rule="dose", message="?"), knowledge, ENGLISH) == []


async def test_the_cards_of_a_diagnosis_say_which_herb_is_meant(house: House, visitor: Visit) -> None:
    leila: Visitor = await visitor(house.leila)
    await leila.open(f"/recommendations/{house.diagnosis_id}")
    herbs = [card for card in leila.the(Plan, "plan").cards.values() if card["kind"] == "herb"]
    assert herbs
    assert all("la" in [part["lang"] for part in card["identity"]] for card in herbs)
