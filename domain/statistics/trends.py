"""Say whether a share changes from one time to another, and which of many changes count."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from math import sqrt
from typing import Any

from domain.statistics.shares import DEFAULT_PRIOR, Prior, beta, check_counts

TREND_MARGIN, TREND_CERTAINTY, TREND_ANSWERS = 0.05, 0.95, 10
"""A trend is a change of more than 5 points, at least 95 % certain, with 10 answers in either window (reference 4.8)."""
TREND_NODES = 128
NEAR = 1.0
"""Below this distance no change is 95 % certain: the smallest that is, over counts from 10 to 400 and all priors, is 1.37."""


class Trend(StrEnum):
    """Whether the last window differs from the one before."""

    INSUFFICIENT = "insufficient"
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"


def trend_p(
    recent: tuple[int, int], before: tuple[int, int], prior: Prior = DEFAULT_PRIOR, *, margin: float = TREND_MARGIN
) -> float:
    """Give P(recent share > share before + ``margin``), 0–1, both windows with their own Beta posterior.

    Integrates over the quantiles of the earlier window with 128 Gauss–Legendre nodes, so the same counts always give the same
    number (error below 1e-4 for the counts of a practice). Source: reference 4.8.
    """
    from numpy import clip
    from scipy.special import betainc, betaincinv

    check_counts(*recent)
    check_counts(*before)
    nodes, weights = _quadrature()
    old = betaincinv(*beta(*before, prior), (nodes + 1) / 2)
    above = 1 - betainc(*beta(*recent, prior), clip(old + margin, 0, 1))
    return float((weights * above).sum() / 2)


def trend(recent: tuple[int, int], before: tuple[int, int], prior: Prior = DEFAULT_PRIOR) -> Trend:
    """Compare two windows of (``k, n``): insufficient below 10 answers in either, else rising, falling or steady."""
    if min(recent[1], before[1]) < TREND_ANSWERS:
        return Trend.INSUFFICIENT
    if _rises(recent, before, prior):
        return Trend.RISING
    return Trend.FALLING if _rises(before, recent, prior) else Trend.STEADY


def _rises(recent: tuple[int, int], before: tuple[int, int], prior: Prior) -> bool:
    # Most cells are steady by far, and a page asks for hundreds: the integral is for those that could pass.
    return distance(recent, before, prior) >= NEAR and trend_p(recent, before, prior) >= TREND_CERTAINTY


def distance(recent: tuple[int, int], before: tuple[int, int], prior: Prior = DEFAULT_PRIOR) -> float:
    """Give how far the difference of the two posterior means lies above ``TREND_MARGIN``, in its standard deviations."""
    (mean, variance), (mean_before, variance_before) = _moments(recent, prior), _moments(before, prior)
    return (mean - mean_before - TREND_MARGIN) / sqrt(variance + variance_before)


def _moments(counts: tuple[int, int], prior: Prior) -> tuple[float, float]:
    a, b = beta(*counts, prior)
    mean = a / (a + b)
    return mean, mean * (1 - mean) / (a + b + 1)


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.10) -> list[bool]:
    """Say which of the p-values count when ``q`` of the claims may be false; in the order given. Source: reference 4.11."""
    if any(not 0 <= p <= 1 for p in p_values):
        raise ValueError("a p-value lies within 0 and 1")
    ranked = sorted(p_values)
    passing = [p for rank, p in enumerate(ranked, start=1) if p <= q * rank / len(ranked)]
    limit = max(passing, default=-1.0)
    return [p <= limit for p in p_values]


@cache
def _quadrature() -> Any:
    # Two constant arrays that cost 4 ms to make and 0.1 ms to use.
    from numpy.polynomial.legendre import leggauss

    return leggauss(TREND_NODES)
