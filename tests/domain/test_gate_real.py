"""The gate over the knowledge base that is shipped."""

import re
from dataclasses import replace
from time import thread_time

from domain.dosing import starting_dose
from domain.gate import Item, Profile, Verdict, judge
from domain.gate.judging import judge_for, meet
from domain.knowledge import NameIndex
from tests.support.shipped import shipped

ADULT = Profile(age=40, pregnant=False, lactating=False)
HEAVY = Profile(
    age=70,
    pregnant=True,
    lactating=True,
    allergies=("Asteraceae", "peanut", "Qqqq"),
    conditions=("liver", "kidney", "Qqqq"),
    medicines=("warfarin", "sertraline", "Qqqq"),
    surgery_within_days=3,
)


def test_every_item_of_the_real_base_is_judged_with_reasons() -> None:
    real = shipped()
    names = NameIndex(real)
    items = [Item("herb", one, one) for one in real.herbs] + [Item("formula", one, one) for one in real.formulas]
    for item, profile in ((item, profile) for item in items for profile in (ADULT, Profile(), HEAVY)):
        found = judge(item, profile, (), real, names)
        assert found.reasons
        assert not any(re.search(r"\bsafe\b", reason.message.casefold()) for reason in found.reasons)
        if item.kind == "herb" and item.id and real.herbs[item.id].regulated:
            assert found.verdict is Verdict.BLOCK


def test_the_pairs_everybody_knows_are_in_the_real_base() -> None:
    real = shipped()
    names = NameIndex(real)
    for name, medicine in (
        ("Dan shen", "warfarin"),
        ("St John's wort", "sertraline"),
        ("St John's wort", "ciclosporin"),
    ):
        profile = replace(ADULT, medicines=(medicine,))
        assert judge(Item("herb", None, name), profile, (), real, names).verdict is Verdict.BLOCK


def test_the_documented_start_of_every_herb_is_never_above_its_range() -> None:
    real = shipped()
    names = NameIndex(real)
    for key, rows in real.doses.items():
        kind = "herb" if key in real.herbs else "formula"
        for row in rows:
            found = judge(Item(kind, key, key, starting_dose(row)), ADULT, (), real, names)
            assert not [reason for reason in found.reasons if reason.rule == "dose" and reason.verdict != "minor"]


def test_judging_is_quick() -> None:
    real = shipped()
    names = NameIndex(real)
    patient = meet(HEAVY, real, names)
    times = []
    for _ in range(20):
        start = thread_time()
        judge_for(patient, Item("herb", "dan-shen", "Dan shen"), (), real, names)
        times.append(thread_time() - start)
    assert min(times) < 0.002
