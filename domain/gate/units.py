"""Amounts: units of mass and volume, drops, things that are counted, and how often a day."""

import math
import re
from decimal import Decimal

from domain.gate.verdict import DoseLine
from domain.knowledge import fold

_GRAMS = {
    1e-9: ("ng", "nanogram"),
    1e-6: ("mcg", "µg", "ug", "microgram", "میکروگرم", "میکرو گرم"),
    1e-3: ("mg", "milligram", "میلی گرم", "میلیگرم"),
    1.0: ("g", "gr", "gm", "gram", "گرم"),
    1e3: ("kg", "kilogram", "کیلوگرم", "کیلو گرم"),
}
_LITRES = {
    1e-3: ("ml", "millilitre", "milliliter", "cc", "سی سی", "میلی لیتر", "میلیلیتر"),
    1e-2: ("cl",),
    1.0: ("l", "litre", "liter", "لیتر"),
}
_UNITS = {fold(name): ("mass", size) for size, names in _GRAMS.items() for name in names}
_UNITS |= {fold(name): ("volume", size) for size, names in _LITRES.items() for name in names}
_DROPS = frozenset(map(fold, ("drop", "gtt", "gtts", "قطره")))
_COUNTED = frozenset(
    ("fruit", "capsule", "tablet", "pill", "sachet", "clove", "seed", "iu", "کپسول", "قرص", "عدد", "دانه")
)
"""What is counted, and units of activity: compared only with the same unit."""
DROPS = "drop"
MILLILITRES = "mL"
_HOURS_A_DAY = 24
_IN_FULL = 1000
_EVERY = re.compile(r"(?:every|each|هر)\s+(\d+)(?:\s*[-–]\s*(\d+))?\s*(?:h\b|hrs?\b|hours?\b|hourly\b|ساعت)")
_WORDS = {"once": "1", "twice": "2", "thrice": "3", "one": "1", "two": "2", "three": "3", "four": "4"}


def in_unit(amount: float, unit: str, wanted: str, *, drops_per_ml: float | None = None) -> float | None:
    """Convert an amount between units of mass, of volume, and drops (where it is known how many make one millilitre).

    None where that would take a guess: grams and millilitres are not compared, nor drops of an unknown size.
    """
    ours, theirs = _canonical(unit), _canonical(wanted)
    if ours == theirs:
        return amount
    if DROPS in (ours, theirs):
        if not drops_per_ml:
            return None
        if ours == DROPS:
            return in_unit(amount / drops_per_ml, MILLILITRES, wanted)
        millilitres = in_unit(amount, unit, MILLILITRES)
        return None if millilitres is None else millilitres * drops_per_ml
    one, other = _UNITS.get(ours), _UNITS.get(theirs)
    if one is None or other is None or one[0] != other[0]:
        return None
    return amount * one[1] / other[1]


def are_drops(unit: str) -> bool:
    """Say whether a unit is drops: "drop", "drops", "gtt", "قطره"."""
    return _canonical(unit) == DROPS


def unusable(line: DoseLine) -> str | None:
    """Say in one sentence why a dose line that somebody typed cannot be taken as it is; None where it can."""
    if not math.isfinite(line.amount) or line.amount <= 0:
        return "The amount of a dose is a number above zero."
    if line.per not in ("day", "dose"):
        return f"A dose is per day or per dose, not per {line.per or 'nothing'}."
    if line.duration_days is not None and line.duration_days <= 0:
        return "A dose is taken for at least one day."
    density = line.drops_per_ml
    if density is not None and not (math.isfinite(density) and density > 0):
        return "How many drops make one millilitre is a number above zero."
    if are_drops(line.unit):
        return None if density else drops_of_unknown_size(line)
    unit = _canonical(line.unit)
    if unit not in _UNITS and unit not in _COUNTED:
        return f"“{line.unit}” is not a unit that a dose can be compared in: use g, mg, mcg, mL or drops, or count the pieces."
    return None


def drops_of_unknown_size(line: DoseLine, name: str = "") -> str:
    """Say why a dose in drops cannot be compared."""
    what = f"{show(line.amount)} drops of {name}" if name else f"{show(line.amount)} drops"
    return f"{what} cannot be compared: how many drops of this product make one millilitre is not given."


def times(text: str, *, most: bool) -> float | None:
    """Read how often a day from "2", "2-3", "twice", "every 8 hours", "۳ بار" or "هر ۸ ساعت": the most or the least."""
    said = " ".join(_WORDS.get(word, word) for word in text.casefold().split())
    every = _EVERY.search(said)
    if every:
        hours = [float(number) for number in every.groups() if number and float(number) > 0]
        numbers = [_HOURS_A_DAY / one for one in hours]
    else:
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", said)]
    chosen = (max if most else min)(numbers, default=0.0)
    return chosen or None


def show(amount: float) -> str:
    """Write an amount for a sentence, to four digits, whole ones in full and never with an exponent: 0.25, 1.5, 30000."""
    return f"{amount:.0f}" if amount >= _IN_FULL else f"{Decimal(f'{amount:.4g}'):f}"


def _canonical(unit: str) -> str:
    folded = fold(unit)
    single = folded[:-1] if len(folded) > 2 and folded.endswith("s") else folded
    if folded in _DROPS or single in _DROPS:
        return DROPS
    return single if single in _UNITS or single in _COUNTED else folded
