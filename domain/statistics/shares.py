"""Say how often something helps and how sure one may be: shrunken shares, intervals, tiers, bounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

Z95 = 1.96
"""As the sources round it (reference 4.2)."""
USUAL_STRENGTH = 10.0
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


def wilson(k: int, n: int) -> tuple[float, float]:
    """Give the 95 % Wilson interval of ``k`` in ``n`` (0–1); (0, 1) where nobody answered. Source: reference 4.2."""
    check_counts(k, n)
    if n == 0:
        return 0.0, 1.0
    share, z2 = k / n, Z95 * Z95
    middle = share + z2 / (2 * n)
    half = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # Rounding would otherwise leave 1e-17 where the interval ends exactly at 0 or 1.
    low = 0.0 if k == 0 else (middle - half) / (1 + z2 / n)
    high = 1.0 if k == n else (middle + half) / (1 + z2 / n)
    return low, high


def posterior(k: int, n: int, prior: Prior = DEFAULT_PRIOR) -> Estimate:
    """Update the prior by ``k`` of ``n``: Beta(Mμ + k, M(1−μ) + n − k). Source: reference 4.3 and 4.5."""
    return posteriors([(k, n)], [prior])[0]


def posteriors(counts: Sequence[tuple[int, int]], priors: Sequence[Prior]) -> list[Estimate]:
    """Update each prior by its ``k`` of ``n``: as ``posterior``, in one call of scipy however many there are."""
    from numpy import array
    from scipy.special import betaincinv

    if not counts:
        return []
    for k, n in counts:
        check_counts(k, n)
    parameters = [beta(k, n, prior) for (k, n), prior in zip(counts, priors, strict=True)]
    columns = array(parameters)
    found = betaincinv(columns[:, :1], columns[:, 1:], _QUANTILES).tolist()
    estimates = []
    for (k, n), prior, (a, b), (low, q05, high) in zip(counts, priors, parameters, found, strict=True):
        confidence = n / (n + prior.strength)
        estimates.append(Estimate(a / (a + b), low, high, q05, confidence, 1 - confidence, k, n))
    return estimates


def over_half(k: int, n: int, prior: Prior = DEFAULT_PRIOR) -> float:
    """Give P(share > ½) after ``k`` of ``n`` (0–1). Source: reference 4.5."""
    from scipy.special import betainc

    check_counts(k, n)
    return float(1 - betainc(*beta(k, n, prior), 0.5))


def tier(n: int) -> Tier:
    """Say how plainly a number from ``n`` answers may be shown. Source: design 6, reference 4.7."""
    if n < 5:
        return Tier.HIDDEN
    if n <= 10:
        return Tier.EARLY
    return Tier.PRELIMINARY if n < 30 else Tier.PLAIN


def bounds(k: int, n: int, prescribed: int) -> tuple[float, float]:
    """Bound the improved share among all ``prescribed``, whatever the silent ones would say. Source: Manski, reference 4.6."""
    check_counts(k, n)
    if n > prescribed:
        raise ValueError("more answers than prescriptions")
    if prescribed == 0:
        return 0.0, 1.0
    return k / prescribed, (k + prescribed - n) / prescribed


def beta(k: int, n: int, prior: Prior) -> tuple[float, float]:
    """Give the two parameters of the Beta distribution that ``k`` of ``n`` make of the prior."""
    return prior.strength * prior.mean + k, prior.strength * (1 - prior.mean) + n - k


def check_counts(k: int, n: int) -> None:
    """Raise ValueError where ``k`` of ``n`` cannot be."""
    if not 0 <= k <= n:
        raise ValueError("k lies within 0 and n")
