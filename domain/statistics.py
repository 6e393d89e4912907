"""Say how well something works and how sure one may be: shrunken shares, intervals, tiers, trends, side-effect signals.

Everything is computed from counts, so an answer costs the same at ten rows and at ten million. ``k`` of ``n`` always means
``k`` improved among ``n`` answered. scipy and numpy are imported inside the functions: they cost 0.2 s once, and only there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import inf, log2, nan, sqrt
from typing import Any

Z95 = 1.96
"""As the sources round it (reference 4.2)."""
MIN_STRENGTH, MAX_STRENGTH = 4.0, 50.0
"""Bounds of a fitted prior: below 4 it tames nothing, above 50 it would outvote a whole practice (design 6)."""
USUAL_STRENGTH = 10.0
FEWEST_CELLS = 8
"""Fewer cells say too little about how much cells differ (design 6)."""
TREND_MARGIN, TREND_CERTAINTY, TREND_ANSWERS = 0.05, 0.95, 10
"""A trend is a change of more than 5 points, at least 95 % certain, with 10 answers in either window (reference 4.8)."""
TREND_NODES = 128
_QUANTILES = (0.025, 0.05, 0.975)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before the first answer: a Beta distribution with this mean (0–1), worth ``strength`` answers."""

    mean: float
    strength: float


DEFAULT_PRIOR = Prior(0.6, USUAL_STRENGTH)
"""Used until a practice has enough cells of its own: Beta(6, 4) (reference 4.5)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How often something helps.

    ``mean`` with its 95 % credible interval ``low``–``high``; ``q05``, the 5 % quantile that one ranks by; ``confidence``, the
    share of the estimate that comes from answers, and ``prior_share``, the rest (all 0–1); the counts it was made from.
    """

    mean: float
    low: float
    high: float
    q05: float
    confidence: float
    prior_share: float
    improved: int = 0
    answered: int = 0


class Tier(StrEnum):
    """How plainly a number may be shown, by how many answers stand behind it."""

    HIDDEN = "hidden"
    EARLY = "early"
    PRELIMINARY = "preliminary"
    PLAIN = "plain"


class Trend(StrEnum):
    """Whether the last window differs from the one before."""

    INSUFFICIENT = "insufficient"
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


class Signal(StrEnum):
    """How strongly a side effect stands out for one herb against all others."""

    NONE = "none"
    WATCH = "watch"
    SIGNAL = "signal"


def wilson(k: int, n: int) -> tuple[float, float]:
    """Give the 95 % Wilson interval of ``k`` in ``n`` (0–1); (0, 1) where nobody answered. Source: reference 4.2."""
    _check_counts(k, n)
    if n == 0:
        return 0.0, 1.0
    share, z2 = k / n, Z95 * Z95
    middle = share + z2 / (2 * n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # Rounding would otherwise leave 1e-17 where the interval ends exactly at 0 or 1.
    low = 0.0 if k == 0 else (middle - half) / (1 + z2 / n)
    high = 1.0 if k == n else (middle + half) / (1 + z2 / n)
    return low, high


def fit_prior(cells: Iterable[tuple[int, int]], *, fallback_mean: float) -> Prior:
    """Fit the prior that the cells (``k, n`` each) share, by the method of moments.

    The strength is clamped to 4–50 and 10 where the cells differ no more than chance. With fewer than 8 cells the prior is
    ``fallback_mean`` (the mean of the wider pool) with strength 10. Empty cells do not count. Source: Kleinman, reference 4.3.
    """
    answered = [(k, n) for k, n in cells if n > 0]
    for k, n in answered:
        _check_counts(k, n)
    return prior_from_moments(
        cells=len(answered),
        answered=sum(n for _, n in answered),
        improved=sum(k for k, _ in answered),
        answered_squared=sum(n * n for _, n in answered),
        improved_squared_share=sum(k * k / n for k, n in answered),
        fallback_mean=fallback_mean,
    )


def prior_from_moments(
    *,
    cells: int,
    answered: float,
    improved: float,
    answered_squared: float,
    improved_squared_share: float,
    fallback_mean: float,
) -> Prior:
    """Fit the prior from sums over the cells with answers: how many, Σn, Σk, Σn², Σk²/n. As ``fit_prior``, in one pass."""
    if cells < FEWEST_CELLS:
        return Prior(_inside(fallback_mean), USUAL_STRENGTH)
    mean = improved / answered
    spread = mean * (1 - mean)
    more = cells - 1
    # Σ n (k/n − mean)², multiplied out so that sums suffice.
    weighted = improved_squared_share - 2 * mean * improved + mean * mean * answered
    typical = answered - answered_squared / answered
    # One answer a cell says nothing about the spread between cells: the divisor is then zero.
    if spread == 0 or typical <= more:
        return Prior(_inside(mean), USUAL_STRENGTH)
    rho = (weighted - more * spread) / (spread * (typical - more))
    if rho <= 0:
        return Prior(_inside(mean), USUAL_STRENGTH)
    return Prior(_inside(mean), min(max(1 / rho - 1, MIN_STRENGTH), MAX_STRENGTH))


def posterior(k: int, n: int, prior: Prior = DEFAULT_PRIOR) -> Estimate:
    """Update the prior by ``k`` of ``n``: Beta(Mμ + k, M(1−μ) + n − k). Source: reference 4.3 and 4.5."""
    from scipy.special import betaincinv

    _check_counts(k, n)
    a, b = _beta(k, n, prior)
    low, q05, high = betaincinv(a, b, _QUANTILES).tolist()
    confidence = n / (n + prior.strength)
    return Estimate(a / (a + b), low, high, q05, confidence, 1 - confidence, k, n)


def tier(n: int) -> Tier:
    """Say how plainly a number from ``n`` answers may be shown. Source: design 6, reference 4.7."""
    if n < 5:
        return Tier.HIDDEN
    if n <= 10:
        return Tier.EARLY
    return Tier.PRELIMINARY if n < 30 else Tier.PLAIN


def trend_p(
    recent: tuple[int, int], before: tuple[int, int], prior: Prior = DEFAULT_PRIOR, *, margin: float = TREND_MARGIN
) -> float:
    """Give P(recent share > share before + ``margin``), 0–1, both windows with their own Beta posterior.

    Integrates over the quantiles of the earlier window with 128 Gauss–Legendre nodes, so the same counts always give the same
    number (error below 1e-4 for the counts of a practice). Source: reference 4.8.
    """
    from numpy import clip
    from scipy.special import betainc, betaincinv

    _check_counts(*recent)
    _check_counts(*before)
    nodes, weights = _quadrature()
    old = betaincinv(*_beta(*before, prior), (nodes + 1) / 2)
    above = 1 - betainc(*_beta(*recent, prior), clip(old + margin, 0, 1))
    return float((weights * above).sum() / 2)


def trend(recent: tuple[int, int], before: tuple[int, int], prior: Prior = DEFAULT_PRIOR) -> Trend:
    """Compare two windows of (``k, n``): insufficient below 10 answers in either, else rising, falling or steady."""
    if min(recent[1], before[1]) < TREND_ANSWERS:
        return Trend.INSUFFICIENT
    if trend_p(recent, before, prior) >= TREND_CERTAINTY:
        return Trend.RISING
    return Trend.FALLING if trend_p(before, recent, prior) >= TREND_CERTAINTY else Trend.STEADY


def bounds(k: int, n: int, prescribed: int) -> tuple[float, float]:
    """Bound the improved share among all ``prescribed``, whatever the silent ones would say. Source: Manski, reference 4.6."""
    _check_counts(k, n)
    if n > prescribed:
        raise ValueError("more answers than prescriptions")
    if prescribed == 0:
        return 0.0, 1.0
    return k / prescribed, (k + prescribed - n) / prescribed


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.10) -> list[bool]:
    """Say which of the p-values count when ``q`` of the claims may be false; in the order given. Source: reference 4.11."""
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError("a p-value lies within 0 and 1")
    ranked = sorted(p_values)
    passing = [p for rank, p in enumerate(ranked, start=1) if p <= q * rank / len(ranked)]
    limit = max(passing, default=-1.0)
    return [p <= limit for p in p_values]


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


@cache
def _quadrature() -> Any:
    # Two constant arrays that cost 4 ms to make and 0.1 ms to use.
    from numpy.polynomial.legendre import leggauss

    return leggauss(TREND_NODES)


def _beta(k: int, n: int, prior: Prior) -> tuple[float, float]:
    return prior.strength * prior.mean + k, prior.strength * (1 - prior.mean) + n - k


def _inside(mean: float) -> float:
    # A prior at exactly 0 or 1 could never be moved by an answer.
    return min(max(mean, 0.01), 0.99)


def _check_counts(k: int, n: int) -> None:
    if not 0 <= k <= n:
        raise ValueError("k lies within 0 and n")


def _check_table(a: int, b: int, c: int, d: int) -> None:
    if min(a, b, c, d) < 0:
        raise ValueError("counts are not negative")
