"""Say how strongly a side effect stands out for one herb against all others, from a table of four counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, log2, nan

from domain.statistics.trends import benjamini_hochberg

FALSE_DISCOVERY_RATE = 0.10
"""Share of the signals that may be false (reference 4.11)."""


class Signal(StrEnum):
    """How strongly a side effect stands out for one herb against all others."""

    NONE = "none"
    WATCH = "watch"
    SIGNAL = "signal"


Table = tuple[int, int, int, int]
"""Herb+event, herb+other, other+event, other+other."""


@dataclass(frozen=True, slots=True)
class Disproportion:
    """How one side effect of one herb stands out: its measures, and the verdict among all that were looked at."""

    expected: float
    prr: float
    chi2: float
    ic: float
    ic025: float
    verdict: Signal


def prr(a: int, b: int, c: int, d: int) -> float:
    """Give the proportional reporting ratio of the table herb+event, herb+other, other+event, other+other.

    0 without an event, infinite when only this herb has it, nan when there is no herb or nothing to compare with. Source: 4.10.
    """
    _check_table(a, b, c, d)
    if a + b == 0 or c + d == 0:
        return nan
    if c == 0:
        return inf if a else 0.0
    return (a / (a + b)) / (c / (c + d))


def chi_square_yates(a: int, b: int, c: int, d: int) -> float:
    """Give the χ² of the table with Yates' correction; 0 where a row or a column is empty. Source: reference 4.10."""
    _check_table(a, b, c, d)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    n = a + b + c + d
    return float(n * max(0.0, abs(a * d - b * c) - n / 2) ** 2 / margins)


def ic025(observed: int, expected: float) -> float:
    """Give the lower 2.5 % bound of the information component, log2 of a Gamma(O + ½, rate E + ½) quantile.

    The exact form, not the approximation IC − 3.3(O + ½)^−½ − 2(O + ½)^−3/2, which is lower. Source: reference 4.10.
    """
    return _ic_quantile(observed, expected, 0.025)


def ic975(observed: int, expected: float) -> float:
    """Give the upper 2.5 % bound of the information component: the other end of the interval that ``ic025`` begins."""
    return _ic_quantile(observed, expected, 0.975)


def _ic_quantile(observed: int, expected: float, share: float) -> float:
    from scipy.special import gammaincinv

    if observed < 0 or expected < 0:
        raise ValueError("counts are not negative")
    return log2(float(gammaincinv(observed + 0.5, share)) / (expected + 0.5))


def signals(tables: Sequence[Table], *, looked_at: int) -> list[Disproportion]:
    """Judge every reported pair of herb and side effect among the ``looked_at`` pairs of the practice, in the order given.

    As ``signal`` does, with a signal that does not survive control of the false-discovery rate (Benjamini–Hochberg, q = 0.10)
    lowered to watch: among hundreds of harmless pairs some stand out by chance. Its p is P(X ≥ a) of a Poisson count with the
    mean that is expected, the model that IC is of. Pairs that nobody reported are looked at, too: their p is 1. Raises
    ValueError where fewer were looked at than are given. Source: design 6, reference 4.10 and 4.11; the p is our proposal.
    """
    from numpy import array, log2
    from scipy.special import gammainc, gammaincinv

    if looked_at < len(tables):
        raise ValueError("what is given was looked at")
    if not tables:
        return []
    observed = array([a for a, *_ in tables], dtype=float)
    expected = array([(a + b) * (a + c) / (a + b + c + d) for a, b, c, d in tables])
    ic = log2((observed + 0.5) / (expected + 0.5)).tolist()
    lower = log2(gammaincinv(observed + 0.5, 0.025) / (expected + 0.5)).tolist()
    p = [*gammainc(observed, expected).tolist(), *[1.0] * (looked_at - len(tables))]
    kept = benjamini_hochberg(p, FALSE_DISCOVERY_RATE)
    measures = [(prr(*table), chi_square_yates(*table)) for table in tables]
    return [
        Disproportion(mean, ratio, chi2, middle, low, _verdict(table[0], ratio, chi2, low, holds=holds))
        for table, (ratio, chi2), mean, middle, low, holds in zip(
            tables, measures, expected.tolist(), ic, lower, kept, strict=False
        )
    ]


def signal(a: int, b: int, c: int, d: int) -> Signal:
    """Judge one side effect of one herb: watch at PRR ≥ 2, χ² ≥ 4 and a ≥ 3; signal where IC025 > 0.

    A serious side effect alerts at n = 1, before and without this. Source: design 6, reference 4.10.
    """
    _check_table(a, b, c, d)
    if a < 3:
        return Signal.NONE
    lower = ic025(a, (a + b) * (a + c) / (a + b + c + d))
    return _verdict(a, prr(a, b, c, d), chi_square_yates(a, b, c, d), lower, holds=True)


def _verdict(a: int, ratio: float, chi2: float, lower: float, *, holds: bool) -> Signal:
    if a < 3:
        return Signal.NONE
    if lower > 0:
        return Signal.SIGNAL if holds else Signal.WATCH
    return Signal.WATCH if ratio >= 2 and chi2 >= 4 else Signal.NONE


def _check_table(a: int, b: int, c: int, d: int) -> None:
    if min(a, b, c, d) < 0:
        raise ValueError("counts are not negative")
