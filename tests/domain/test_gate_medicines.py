"""Medicines as people write them."""

import pytest

from domain.gate import Item, Outcome, Profile, Verdict, judge
from domain.gate.medicines import find_medicines
from domain.knowledge import NameIndex
from tests.domain import small_knowledge
from tests.support.shipped import shipped

REAL = shipped()
NAMES = NameIndex(REAL)

WRITTEN = [
    ("warfarin", ["warfarin"]),
    ("Warfarin 5 mg/day", ["warfarin"]),
    ("WARFARIN 5mg tablets", ["warfarin"]),
    ("وارفارین ۵ میلی‌گرم", ["warfarin"]),
    ("قرص وارفارین", ["warfarin"]),
    ("Aspirin EC 75 mg", ["aspirin"]),
    ("low-dose aspirin", ["aspirin"]),
    ("baby aspirin once daily", ["aspirin"]),
    ("OTC ibuprofen", ["ibuprofen"]),
    ("over-the-counter ibuprofen 200 mg as needed", ["ibuprofen"]),
    ("ایبوپروفن بدون نسخه", ["ibuprofen"]),
    ("metformin XR 500mg", ["metformin"]),
    ("insulin glargine pen", ["insulin"]),
    ("losartan + hydrochlorothiazide", ["hydrochlorothiazide", "losartan"]),
    ("losartan/hydrochlorothiazide 50/12.5 mg", ["hydrochlorothiazide", "losartan"]),
    ("Losartan 50 mg + Hydrochlorothiazide 12.5 mg daily", ["hydrochlorothiazide", "losartan"]),
    ("لوزارتان و هیدروکلروتیازید", ["hydrochlorothiazide", "losartan"]),
    ("warfarin with food, since 2019", ["warfarin"]),
    ("OTC painkiller", ["class:nsaid"]),
    ("aspirin and clopidogrel", ["aspirin", "clopidogrel"]),
    ("levodopa and carbidopa", ["levodopa"]),  # a name of its own
    ("ethinylestradiol and levonorgestrel", ["combined-pill"]),
    ("birth control pill", ["combined-pill"]),
    ("blood thinner", ["class:anticoagulant", "class:antiplatelet"]),
    ("رقیق‌کننده خون", ["class:anticoagulant", "class:antiplatelet"]),
    ("water tablets", ["class:diuretic"]),
    ("قرص فشار خون", ["class:antihypertensive"]),
    ("sleeping pill", ["class:sedative"]),
    ("SSRI", ["class:ssri"]),
    ("statin 20 mg at night", ["class:statin"]),
    ("کورتون", ["class:corticosteroid"]),
]


@pytest.mark.parametrize(("written", "ids"), WRITTEN)
def test_a_medicine_is_recognised(written: str, ids: list[str]) -> None:
    found = find_medicines((written,), REAL, NAMES)
    assert sorted(one.id for one in found.taken) == ids
    only_classes = all(one.startswith("class:") for one in ids)
    assert bool(found.reasons) is only_classes


@pytest.mark.parametrize("written", ["garlic capsules", "سیر", "ginger tea", "Ginkgo biloba 120 mg"])
def test_herbs_among_the_medicines_are_herbs(written: str) -> None:
    found = find_medicines((written,), REAL, NAMES)
    if written == "ginger tea":  # tea is no form that is set aside: it may be another plant
        assert found.reasons
    else:
        assert len(found.herbs) == 1


def test_a_formula_among_the_medicines_is_its_herbs() -> None:
    found = find_medicines(("Xiao Yao San",), REAL, NAMES)
    assert {herb.id for herb in found.herbs} == set(REAL.formulas["xiao-yao-san"].herbs)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            "warfrin",
            "The medicine warfrin is not recognised, so it was checked as what it resembles; did you mean warfarin?",
        ),
        ("Qqqqqq", "The medicine Qqqqqq is not recognised, so interactions with it could not be checked."),
        (
            "blood thinner",
            "blood thinner names a class of medicines (anticoagulant or antiplatelet): it was checked as such, not for the one "
            "that is taken.",
        ),
    ],
)
def test_what_could_not_be_checked_is_one_sentence(written: str, sentence: str) -> None:
    [reason] = find_medicines((written,), REAL, NAMES).reasons
    assert reason.message == sentence
    assert (reason.verdict, reason.outcome) == (Verdict.UNKNOWN, Outcome.NOT_IDENTIFIED)


def test_a_combination_is_checked_as_each_and_says_which_part_is_unknown() -> None:
    found = find_medicines(("losartan / hydrochlorotiazid",), REAL, NAMES)
    assert [one.id for one in found.taken] == ["losartan", "hydrochlorothiazide"]
    [reason] = found.reasons
    assert "hydrochlorotiazid is not recognised" in reason.message


def test_a_slip_of_the_pen_is_checked_as_what_it_resembles_and_stays_open() -> None:
    """Nothing is accepted: it is unknown, and what warfarin would do is not missed meanwhile. Other words are left alone."""
    found = find_medicines(("warfrin 5 mg daily",), REAL, NAMES)
    assert [one.id for one in found.taken] == ["warfarin"]
    assert [one.verdict for one in found.reasons] == [Verdict.UNKNOWN]
    ginger = judge(Item("herb", "ginger", "ginger"), Profile(age=40, medicines=("warfrin",)), (), REAL, NAMES)
    assert ginger.verdict is Verdict.MAJOR
    for other in ("aspirin-free ointment", "Qqqqol", "war"):
        assert find_medicines((other,), REAL, NAMES).taken == ()


def test_a_class_has_what_all_its_medicines_share() -> None:
    [ssri] = find_medicines(("SSRI",), REAL, NAMES).taken
    assert {"ssri", "serotonergic"} <= ssri.classes
    profile = Profile(age=40, pregnant=False, lactating=False, medicines=("SSRI",))
    found = judge(Item("herb", "st-johns-wort", "x"), profile, (), REAL, NAMES)
    assert {reason.rule for reason in found.reasons if reason.verdict is Verdict.BLOCK} == {"herb_drug", "stacking"}


def test_a_medicine_works_by_the_mechanism_that_its_class_is_listed_under() -> None:
    mapped = small_knowledge.knowledge(
        mechanisms={"antiplatelet": small_knowledge.mechanism("antiplatelet", ("analgesic",))},
    )
    profile = Profile(age=40, pregnant=False, lactating=False, medicines=("paracetamol",))
    item = Item("herb", "ginger", "Ginger")
    names = NameIndex(mapped)
    [reason] = judge(item, profile, (), mapped, names).reasons
    assert (reason.rule, reason.verdict, reason.about) == ("stacking", Verdict.MAJOR, ("ginger", "paracetamol"))
    plain = judge(item, profile, (), small_knowledge.KNOWLEDGE, small_knowledge.NAMES)
    assert plain.verdict is Verdict.NOTHING_DOCUMENTED
