"""A practice may add to the knowledge that comes with the program, and takes nothing from its safety."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import own_knowledge
from domain.bringing_in import Refused
from domain.gate import DoseLine, Item, Judgement, Profile, Verdict, badness, judge
from domain.gate.medicines import find_medicines
from domain.knowledge import NameIndex
from storage.knowledge import Knowledge, assemble, extend, read_own
from tests.domain.test_gate_laws import BASES
from tests.support.house import House
from tests.support.shipped import shipped_files

FILES = shipped_files()
BASE = assemble(FILES, "base")
NAMES = NameIndex(BASE)

SLY = """
format: 1
herbs:
  - {id: our-birthwort, latin: Folium ignotum, part: leaf, names: {en: [gentle birthwort leaf]}, source: [RECALL], grade: T}
doses:
  - {herb: ginger, part: "rhizome, dried", preparation: decoction, min: 1, max: 9000, unit: g, per: day, route: oral,
     source: [RECALL], grade: T}
  - {herb: ginger, part: "rhizome, dried", preparation: powder, min: 1, max: 9000, unit: g, per: day, route: oral,
     source: [RECALL], grade: T}
  - {herb: licorice, part: root, preparation: decoction, min: 1, max: 9000, unit: g, per: day, route: oral, age: child,
     source: [RECALL], grade: T}
drugs:
  - {id: ours, names: [oursol], classes: [ssri], source: [RECALL], grade: T}
  - {id: ours-too, names: [oursolin], classes: [anticoagulant], source: [RECALL], grade: T}
  - {id: our-warfarin, names: [warfarin], classes: [vitamin], source: [RECALL], grade: T}
formulas:
  - {id: our-mix, tradition: tcm, names: {en: [our mix]}, herbs: [ginger, clove], preparation: decoction,
     source: [RECALL], grade: T}
interactions:
  - {herb: ginger, other: warfarin, severity: minor, effect: Bleeding is rare, source: [RECALL], grade: T}
cautions:
  - {herb: ginger, population: pregnancy, severity: minor, effect: None that we saw, source: [RECALL], grade: T}
  - {herb: ginger, population: controlled, severity: minor, effect: None that we saw, source: [RECALL], grade: T}
allergies:
  - {id: asteraceae, names: {en: daisies}, members: {en: [our daisy]}, source: [RECALL], grade: T}
"""
"""Rows that each try to take something back."""


def with_own(text: str) -> Knowledge:
    rows, wrong = read_own("ours.yaml", text, FILES)
    assert wrong == []
    whole, refused = extend(FILES, rows)
    assert refused == []
    return assemble(whole, "own")


OWN = with_own(SLY)
OWN_NAMES = NameIndex(OWN)


def both(item: Item, profile: Profile, beside: tuple[Item, ...] = ()) -> tuple[Judgement, Judgement]:
    found = judge(item, profile, beside, BASE, NAMES), judge(item, profile, beside, OWN, OWN_NAMES)
    assert not any(one.rule == "gate_failed" for judgement in found for one in judgement.reasons)
    return found


def ginger(amount: float, preparation: str = "decoction") -> Item:
    return Item("herb", "ginger", "ginger", DoseLine(amount, "g", "day", preparation, "rhizome, dried"))


ADULT = Profile(age=40, pregnant=False, lactating=False)


@pytest.mark.parametrize(
    ("item", "profile", "verdict"),
    [
        (ginger(400), ADULT, "block"),
        (Item("herb", "licorice", "licorice"), replace(ADULT, age=6), "block"),
        (Item("herb", None, "Aristolochia something"), ADULT, "block"),
        (Item("herb", None, "birthwart"), ADULT, "block"),
        (ginger(3), replace(ADULT, medicines=("warfarin",)), "major"),
        (Item("herb", "st-johns-wort", "St John's wort"), replace(ADULT, medicines=("SSRI",)), None),
        (Item("herb", "chamomile", "chamomile"), replace(ADULT, allergies=("ragweed",)), None),
        (Item("herb", "licorice", "licorice"), replace(ADULT, conditions=("no controlled hypertension",)), None),
    ],
)
def test_what_the_base_says_stands(item: Item, profile: Profile, verdict: str | None) -> None:
    before, after = both(item, profile)
    assert verdict is None or before.verdict == verdict
    assert badness(after.verdict) >= badness(before.verdict)
    assert badness(before.verdict) >= badness(Verdict.MODERATE)


def test_a_child_dose_of_ones_own_is_compared_and_lifts_no_block() -> None:
    line = DoseLine(20000, "g", "day", "decoction", "root")
    _, after = both(Item("herb", "licorice", "licorice", line), replace(ADULT, age=6))
    assert {"child_dose", "dose"} <= {one.rule for one in after.reasons}
    assert any("this practice’s own" in one.message for one in after.reasons)


def test_a_minor_caution_of_ones_own_does_not_answer_what_is_open() -> None:
    item = Item("herb", "ginger", "ginger", DoseLine(1, "g", "day", "powder", "rhizome, dried"))
    before, after = both(item, replace(ADULT, pregnant=True, trimester=2))
    assert badness(after.verdict) >= badness(before.verdict)


def test_what_a_class_shares_is_not_made_less() -> None:
    for typed in ("SSRI", "blood thinner"):
        before = {one.id: one.classes for one in find_medicines((typed,), BASE, NAMES).taken}
        after = {one.id: one.classes for one in find_medicines((typed,), OWN, OWN_NAMES).taken}
        assert before == after


@given(data=st.data())
def test_rows_of_ones_own_never_lower_a_documented_harm(data: st.DataObject) -> None:
    base = BASES["real"]
    item, profile = data.draw(base.items), data.draw(base.profiles)
    beside = tuple(data.draw(st.lists(base.items, max_size=2)))
    before, after = both(item, profile, beside)
    assert badness(after.verdict) >= badness(before.verdict) or before.verdict is Verdict.UNKNOWN
    harms = {one.key for one in before.reasons if badness(one.verdict) >= badness(Verdict.MODERATE)}
    stays = {key for key in harms if not key.startswith("stacking")}  # one reason names all that add up
    assert stays <= {one.key for one in after.reasons}


@pytest.mark.parametrize(
    ("names", "read"),
    [
        ("[blood thinner]", "anticoagulant and antiplatelet"),
        ("[the pill]", "oral contraceptive"),
        ("[warfarin and aspirin]", "aspirin and warfarin"),
        ("[Warfarin 5 mg]", "warfarin"),
        ("[garlic]", "garlic"),
    ],
)
def test_a_medicine_of_ones_own_hides_no_other(house: House, names: str, read: str) -> None:
    text = f"format: 1\ndrugs:\n  - {{id: ours, names: {names}, classes: [vitamin], source: [RECALL], grade: T}}\n"
    assert refused(house, text) == [f"drugs.csv, ours: the name “{names[1:-1]}” is read as {read} already"]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Ma hunag", "one that may be regulated"),
        ("chao bai zhu", "bai-zhu"),
        ("warfarin", "warfarin"),
        ("Xiao Yao San", None),
        ("Aristolochia innocua", "one that may be regulated"),
    ],
)
def test_a_herb_of_ones_own_hides_no_other(house: House, name: str, read: str | None) -> None:
    text = (
        "format: 1\nherbs:\n  - {id: ours, latin: Folium nostrum, part: leaf,"
        f" names: {{en: [{name}]}}, source: [RECALL], grade: T}}\n"
    )
    [problem] = refused(house, text)
    assert problem.startswith(f"herbs.yaml, ours: the name “{name}” is read as {read or ''}")


def test_a_medicine_whose_name_resembles_another_may_be_added(house: House) -> None:
    text = (
        "format: 1\ndrugs:\n  - {id: ours, names: [warfarine], classes: [anticoagulant], source: [RECALL], grade: T}\n"
    )
    assert own_knowledge.bring_in(house.services, house.leila, "ours.yaml", text).rows == 1


def test_a_name_that_becomes_ambiguous_fails_closed(house: House) -> None:
    text = "format: 1\ndrugs:\n  - {id: ours, names: [warfarin], classes: [vitamin], source: [RECALL], grade: T}\n"
    own_knowledge.bring_in(house.services, house.leila, "ours.yaml", text)
    known = house.services.library.of(house.leila.practice_id)
    found = judge(ginger(3), replace(ADULT, medicines=("warfarin",)), (), known.knowledge, known.names)
    assert found.verdict == "major", "what warfarin does is not missed"
    assert any(one.rule == "medicine" and one.verdict == "unknown" for one in found.reasons)


@pytest.mark.parametrize("id_", ["../../etc/passwd", "a|b", "<b>", "A", "", "x" * 61, "our leaf"])
def test_an_id_is_plain(house: House, id_: str) -> None:
    text = f"format: 1\ndrugs:\n  - {{id: '{id_}', names: [oursol], classes: [vitamin], source: [RECALL], grade: T}}\n"
    [problem] = refused(house, text)
    assert "id" in problem


@pytest.mark.parametrize("what", ["\\u0000", "\\u001b[31m", "\\u0007", "x" * 2_001])
def test_a_text_can_be_kept_and_shown(house: House, what: str) -> None:
    row = f'{{id: ours, names: [oursol], classes: [vitamin], note: "a{what}", source: [RECALL], grade: T}}'
    [problem] = refused(house, f"format: 1\ndrugs:\n  - {row}\n")
    assert "a text" in problem


def refused(house: House, text: str) -> list[str]:
    with pytest.raises(Refused) as found:
        own_knowledge.bring_in(house.services, house.leila, "ours.yaml", text)
    with house.services.database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM practice_row").scalar_one() == 0
    problems: Any = found.value.problems
    return list(problems)
