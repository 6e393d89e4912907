"""Amounts: drops, units that are easily mixed up, and what is refused as input."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dosing import starting_dose
from domain.gate import DoseLine, Item, Outcome, Profile, Verdict, judge, unusable
from domain.gate.units import in_unit, show, times
from domain.knowledge import NameIndex
from tests.domain.small_knowledge import DOSES, KNOWLEDGE, NAMES, dose, knowledge

ADULT = Profile(age=40, pregnant=False, lactating=False)
DROPPED = knowledge(doses={"poria": (dose("poria", 1, 2, unit="mL", preparation="tincture", drops_per_ml=20),)})
BARE = knowledge(doses={"poria": (dose("poria", 1, 2, unit="mL", preparation="tincture"),)})
IN_DROPS = knowledge(doses={"poria": (dose("poria", 20, 40, unit="drop", preparation="tincture", drops_per_ml=20),)})


def line(amount: float, unit: str = "drops", **more: object) -> DoseLine:
    return DoseLine(amount, unit, "day", "tincture", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "given_line", "verdict"),
    [
        (DROPPED, line(30), "nothing_documented"),  # 1.5 mL by the documented size of a drop
        (DROPPED, line(41), "major"),
        (DROPPED, line(30, drops_per_ml=10), "major"),  # the product's own drops are larger: 3 mL
        (DROPPED, line(10, unit="gtt"), "minor"),
        (DROPPED, line(81, unit="قطره"), "block"),
        (BARE, line(30, drops_per_ml=20), "nothing_documented"),
        (BARE, line(30), "unknown"),
        (IN_DROPS, line(30), "nothing_documented"),
        (IN_DROPS, line(1.5, unit="mL"), "nothing_documented"),
        (IN_DROPS, line(5, unit="mL"), "block"),
        (IN_DROPS, line(2, unit="g"), "unknown"),
    ],
)
def test_drops(base: object, given_line: DoseLine, verdict: str) -> None:
    found = judge(Item("herb", "poria", "Poria", given_line), ADULT, (), base, NameIndex(base))  # type: ignore[arg-type]
    assert found.verdict == verdict


def test_drops_of_an_unknown_size_are_one_clear_sentence() -> None:
    [reason] = judge(Item("herb", "poria", "Poria", line(20)), ADULT, (), BARE, NameIndex(BARE)).reasons
    assert reason.message == (
        "20 drops of Poria cannot be compared: how many drops of this product make one millilitre is not given."
    )
    assert (reason.verdict, reason.outcome) == (Verdict.UNKNOWN, Outcome.NOT_COMPARABLE)


@pytest.mark.parametrize(
    ("given_line", "sentence"),
    [
        (line(20), "20 drops cannot be compared: how many drops of this product make one millilitre is not given."),
        (line(20, drops_per_ml=0), "How many drops make one millilitre is a number above zero."),
        (line(0, unit="g"), "The amount of a dose is a number above zero."),
        (line(-3, unit="g"), "The amount of a dose is a number above zero."),
        (line(math.nan, unit="g"), "The amount of a dose is a number above zero."),
        (line(math.inf, unit="g"), "The amount of a dose is a number above zero."),
        (
            line(3, unit="handful"),
            "“handful” is not a unit that a dose can be compared in: use g, mg, mcg, mL or drops, or count the pieces.",
        ),
        (replace(line(3, unit="g"), per="week"), "A dose is per day or per dose, not per week."),
        (line(3, unit="g", duration_days=0), "A dose is taken for at least one day."),
    ],
)
def test_a_dose_line_that_is_refused_says_why(given_line: DoseLine, sentence: str) -> None:
    assert unusable(given_line) == sentence


@pytest.mark.parametrize(
    "given_line",
    [
        line(20, drops_per_ml=20),
        line(3, unit="g"),
        line(3, unit="گرم"),
        line(2, unit="capsules"),
        line(5, unit="fruit"),
        line(3, unit="mL"),
    ],
)
def test_a_dose_line_that_can_be_taken(given_line: DoseLine) -> None:
    assert unusable(given_line) is None


def test_every_documented_dose_could_be_typed() -> None:
    assert [row for row in DOSES if unusable(starting_dose(row))] == []


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "is_"),
    [
        (1, "g", "mg", 1000),
        (1, "mg", "g", 0.001),
        (1, "µg", "mg", 0.001),
        (1, "μg", "mcg", 1),
        (2, "گرم", "g", 2),
        (500, "میلی‌گرم", "g", 0.5),
        (5, "mL", "L", 0.005),
        (5, "cc", "mL", 5),
        (1, "grams", "g", 1),
        (1, "g", "mL", None),
        (1, "mg", "fruit", None),
        (3, "fruits", "fruit", 3),
        (1, "IU", "mg", None),
        (1, "drop", "g", None),
    ],
)
def test_units(amount: float, unit: str, wanted: str, is_: float | None) -> None:
    found = in_unit(amount, unit, wanted)
    assert found == (None if is_ is None else pytest.approx(is_))


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("2", 2, 2),
        ("2-3", 2, 3),
        ("۲", 2, 2),
        ("٣", 3, 3),
        ("۲ تا ۳", 2, 3),
        ("twice", 2, 2),
        ("three times a day", 3, 3),
        ("every 8 hours", 3, 3),
        ("هر ۸ ساعت", 3, 3),
        ("every 6-8 h", 3, 4),
        ("", None, None),
        ("as needed", None, None),
        ("0", None, None),
    ],
)
def test_how_often_a_day(text: str, least: float | None, most: float | None) -> None:
    assert (times(text, most=False), times(text, most=True)) == (least, most)


@pytest.mark.parametrize(
    ("amount", "per", "often", "verdict"),
    [
        (5, "dose", "2", "nothing_documented"),  # 10 g
        (5, "dose", "۳", "major"),  # 15 g
        (5, "dose", "every 4 hours", "block"),  # 30 g
        (10, "day", "3", "nothing_documented"),  # 10 g a day, however it is parted
        (5, "dose", "", "unknown"),
    ],
)
def test_a_dose_and_a_day_are_not_mixed_up(amount: float, per: str, often: str, verdict: str) -> None:
    given_line = DoseLine(amount, "g", per, "decoction", "root", times_a_day=often)
    assert judge(Item("herb", "licorice", "x", given_line), ADULT, (), KNOWLEDGE, NAMES).verdict == verdict


def test_a_formula_without_amounts_leaves_the_sum_open() -> None:
    item = Item("herb", "licorice", "Licorice", DoseLine(6, "g", "day", "decoction", "root"))
    [reason] = judge(item, ADULT, [Item("formula", "four", "Four")], KNOWLEDGE, NAMES).unchecked
    assert reason.message == "Licorice is in Licorice and Four decoction; the amounts cannot be added up."
    assert reason.about == ("four", "licorice")


@given(
    amount=st.floats(1e-6, 1e6), unit=st.sampled_from(["mg", "g", "mcg"]), wanted=st.sampled_from(["mg", "g", "mcg"])
)
def test_a_conversion_there_and_back_is_the_same_amount(amount: float, unit: str, wanted: str) -> None:
    there = in_unit(amount, unit, wanted)
    assert there is not None
    assert in_unit(there, wanted, unit) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (0.00001234, "0.00001234"),
        (0.25, "0.25"),
        (1, "1"),
        (1.0, "1"),
        (2 / 3, "0.6667"),
        (30000, "30000"),
        (12345.6, "12346"),
    ],
)
def test_an_amount_is_written_without_an_exponent(amount: float, written: str) -> None:
    assert show(amount) == written
