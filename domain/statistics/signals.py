"""Say how strongly a side effect stands out for one herb against all others, from a table of four counts."""

from enum import StrEnum
from math import inf, log2, nan


class Signal(StrEnum):
    """How strongly a side effect stands out for one herb against all others."""

    NONE = "none"
    WATCH = "watch"
    SIGNAL = "signal"


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
    from scipy.special import gammaincinv

    if observed < 0 or expected < 0:
        raise ValueError("counts are not negative")
    return log2(float(gammaincinv(observed + 0.5, 0.025)) / (expected + 0.5))


def signal(a: int, b: int, c: int, d: int) -> Signal:
    """Judge one side effect of one herb: watch at PRR ≥ 2, χ² ≥ 4 and a ≥ 3; signal where IC025 > 0.

    A serious side effect alerts at n = 1, before and without this. Source: design 6, reference 4.10.
    """
    _check_table(a, b, c, d)
    if a < 3:
        return Signal.NONE
    if ic025(a, (a + b) * (a + c) / (a + b + c + d)) > 0:
        return Signal.SIGNAL
    watch = prr(a, b, c, d) >= 2 and chi_square_yates(a, b, c, d) >= 4
    return Signal.WATCH if watch else Signal.NONE


def _check_table(a: int, b: int, c: int, d: int) -> None:
    if min(a, b, c, d) < 0:
        raise ValueError("counts are not negative")
