"""Who a patient is, as people write it: in English and Persian, said and denied."""

from dataclasses import replace

import pytest

from domain.gate import DoseLine, Item, Outcome, Profile, Verdict, judge
from domain.gate.populations import find_populations
from domain.knowledge import NameIndex
from tests.domain.small_knowledge import KNOWLEDGE, NAMES
from tests.support.shipped import shipped

REAL = shipped()
REAL_NAMES = NameIndex(REAL)
ADULT = Profile(age=40, pregnant=False, lactating=False)

BELONGS = [
    ("kidney", {"kidney"}),
    ("Chronic kidney disease stage 3", {"kidney"}),
    ("renal failure", {"kidney"}),
    ("بیماری کلیه", {"kidney"}),
    ("نارسایی کلیوی", {"kidney"}),
    ("on dialysis", {"kidney"}),
    ("high blood pressure", {"hypertension"}),
    ("فشار خون بالا", {"hypertension"}),
    ("فشار خون پایین", {"hypotension"}),
    ("هپاتیت ب", {"liver"}),
    ("fatty liver", {"liver"}),
    ("atrial fibrillation", {"heart"}),
    ("نارسایی قلبی", {"heart"}),
    ("صرع", {"seizure"}),
    ("epileptic", {"seizure"}),
    ("type 2 diabetes", {"diabetes"}),
    ("دیابت نوع دو", {"diabetes"}),
    ("کم‌کاری تیروئید", {"thyroid"}),
    ("breast cancer 2019", {"hormone sensitive"}),
    ("endometriosis", {"hormone sensitive"}),
    ("lupus", {"autoimmune"}),
    ("ام اس", {"autoimmune"}),
    ("Crohn's disease", {"autoimmune"}),
    ("Hashimoto's", {"autoimmune", "thyroid"}),
    ("liver transplant", {"liver", "transplant"}),
    ("پیوند کلیه", {"kidney", "transplant"}),
    ("haemophilia A", {"bleeding"}),
    ("باردار", {"pregnancy"}),
    ("حامله", {"pregnancy"}),
    ("breastfeeding", {"lactation"}),
    ("شیرده", {"lactation"}),
    ("favism", {"g6pd"}),
    ("گلوکوم", {"glaucoma"}),
    ("hormone_sensitive", {"hormone sensitive"}),
    ("seizures; not well controlled", {"seizure"}),
    ("not well controlled diabetes", {"diabetes"}),
    ("no dialysis yet, kidney failure", {"kidney"}),
    ("no longer pregnant", {"pregnancy"}),
    ("no diabetes but kidney disease", {"kidney"}),
    ("دیابت ندارد ولی بیماری کلیه دارد", {"kidney"}),
    ("no cure for her epilepsy", {"seizure"}),
]
DENIED = [
    "no kidney disease",
    "No known kidney or liver disease",
    "without hypertension",
    "denies epilepsy",
    "never had seizures",
    "non-diabetic",
    "not pregnant",
    "kidney disease: no",
    "kidney disease - none",
    "liver disease, negative",
    "free of heart disease",
    "بیماری کلیه ندارد",
    "بدون بیماری قلبی",
    "سابقه تشنج ندارم",
    "باردار نیست",
    "دیابت: خیر",
]


@pytest.mark.parametrize(("condition", "populations"), BELONGS)
def test_a_condition_puts_into_its_populations(condition: str, populations: set[str]) -> None:
    found = find_populations(replace(ADULT, conditions=(condition,)), REAL)
    assert found.belongs_to == populations
    assert found.unknown == ()


@pytest.mark.parametrize("condition", DENIED)
def test_a_denied_condition_puts_into_none_and_is_said(condition: str) -> None:
    profile = replace(ADULT, conditions=(condition,))
    assert find_populations(profile, REAL).belongs_to == set()
    found = judge(Item("herb", "fu-ling", "Poria"), profile, (), REAL, REAL_NAMES)
    [read] = found.of(Outcome.READ_AS_ABSENT)
    assert read.message.startswith(f"“{condition}” was read as: no ")
    assert [one.outcome for one in found.reasons if one.rule == "nothing_documented"] == [Outcome.NOTHING_DOCUMENTED]
    assert found.verdict is Verdict.NOTHING_DOCUMENTED


@pytest.mark.parametrize("condition", ["Qqqq syndrome", "no Qqqq", "blood pressure"])
def test_what_nobody_knows_stays_unknown(condition: str) -> None:
    found = judge(Item("herb", "fu-ling", "Poria"), replace(ADULT, conditions=(condition,)), (), REAL, REAL_NAMES)
    assert found.verdict is Verdict.UNKNOWN
    assert condition in found.unchecked[0].message


def grams(amount: float, preparation: str = "powder") -> DoseLine:
    return DoseLine(amount, "g", "day", preparation)


@pytest.mark.parametrize(
    ("item", "trimester", "spoken"),
    [
        (Item("herb", "fu-ling", "x"), 1, Verdict.BLOCK),
        (Item("herb", "fu-ling", "x"), None, Verdict.UNKNOWN),
        (Item("herb", "fu-ling", "x"), 2, None),
        (Item("herb", "fu-ling", "x"), 3, None),
        (Item("herb", "ginger", "x", grams(1)), 1, None),
        (Item("herb", "ginger", "x", grams(1.1)), 1, Verdict.BLOCK),
        (Item("herb", "ginger", "x", DoseLine(500, "mg", "dose", "powder", times_a_day="2")), 1, None),
        (Item("herb", "ginger", "x", DoseLine(500, "mg", "dose", "powder", times_a_day="3")), 1, Verdict.BLOCK),
        (Item("herb", "ginger", "x", DoseLine(500, "mg", "dose", "powder")), 1, Verdict.BLOCK),  # how often?
        (Item("herb", "ginger", "x"), 1, Verdict.BLOCK),  # how much?
        (Item("herb", "psyllium", "x"), 1, None),
        (Item("herb", "saffron", "x", grams(0.1, "food")), 1, None),
        (Item("formula", "si-jun-zi-tang", "x"), 1, Verdict.BLOCK),
    ],
)
def test_the_first_trimester(item: Item, trimester: int | None, spoken: Verdict | None) -> None:
    found = judge(item, replace(ADULT, pregnant=True, trimester=trimester), (), REAL, REAL_NAMES)
    assert [one.verdict for one in found.reasons if one.rule == "first_trimester"] == ([spoken] if spoken else [])


def test_the_first_trimester_may_be_written_among_the_conditions() -> None:
    found = judge(Item("herb", "fu-ling", "x"), replace(ADULT, conditions=("first trimester",)), (), REAL, REAL_NAMES)
    assert found.verdict is Verdict.BLOCK


def test_a_trimester_means_nothing_for_somebody_who_is_not_pregnant() -> None:
    found = judge(Item("herb", "poria", "x"), replace(ADULT, trimester=1), (), KNOWLEDGE, NAMES)
    assert found.verdict is Verdict.NOTHING_DOCUMENTED
