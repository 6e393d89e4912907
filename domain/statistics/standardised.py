"""Set what was observed against what is expected of the same mix of cases: indirect standardisation."""

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_OTHERS = 5
"""Answers of others below which there is nothing to compare with: as for a cell, fewer than 5 are not shown (design 6)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What others lead one to expect of ``answered`` patients in one cell: Beta with this mean (0–1), worth ``strength``."""

    answered: int
    mean: float
    strength: float


@dataclass(frozen=True, slots=True)
class Standardised:
    """``ratio`` = observed ÷ expected with its 95 % interval ``low``–``high``; 1 is what others lead one to expect."""

    observed: int
    expected: float
    ratio: float
    low: float
    high: float


def standardised(observed: int, cells: Sequence[Expected]) -> Standardised | None:
    """Divide the improved that were observed by those expected, Σ answered × mean; None where nobody answered.

    The means must be made without the answers that are compared with them, or the ratio is drawn to 1.

    The interval is the exact one of Clopper and Pearson for the observed share, with the sample made smaller by the design
    effect (Korn and Graubard 1998, the interval of the NCHS standards for proportions), then divided by the expected share.
    The design effect is the variance of what is observed where the others are right, over that of a binomial: a cell is
    beta-binomial with variance nμ(1 − μ)(s + n)/(s + 1), so that what the others are not sure of widens the interval. It is
    never taken below 1. No normal approximation: it holds for 5 answers, and where nobody or everybody improved. Not in it is
    that the others' means share one prior, and so err together. That variance as the design effect is our proposal.
    """
    from scipy.special import betaincinv

    n = sum(cell.answered for cell in cells)
    if not 0 <= observed <= n:
        raise ValueError("those who improved are among those who answered")
    if n == 0:
        return None
    expected = sum(cell.answered * cell.mean for cell in cells)
    share = expected / n
    spread = sum(
        cell.answered * cell.mean * (1 - cell.mean) * (cell.strength + cell.answered) / (cell.strength + 1)
        for cell in cells
    )
    size = n / max(1.0, spread / (n * share * (1 - share)))
    k = observed * size / n
    low = 0.0 if observed == 0 else float(betaincinv(k, size - k + 1, 0.025))
    high = 1.0 if observed == n else float(betaincinv(k + 1, size - k, 0.975))
    return Standardised(observed, expected, observed / expected, low / share, high / share)
