"""Say how well something works and how sure one may be: shrunken shares, intervals, tiers, trends, side-effect signals.

Everything is computed from counts, so an answer costs the same at ten rows and at ten million. ``k`` of ``n`` always means
``k`` improved among ``n`` answered. scipy and numpy are imported inside the functions: they cost 0.2 s once, and only there.
Who writes by them calls ``ready`` first.
"""

from importlib import import_module

from domain.statistics.pairs import FEWEST_ALONE, inseparable, phi
from domain.statistics.pooling import MAX_STRENGTH, MIN_STRENGTH, Pool, Spread, Sums, fit_prior
from domain.statistics.shares import (
    DEFAULT_PRIOR,
    USUAL_STRENGTH,
    Estimate,
    Prior,
    Tier,
    bounds,
    over_half,
    posterior,
    posteriors,
    tier,
    wilson,
)
from domain.statistics.signals import Disproportion, Signal, chi_square_yates, ic025, ic975, prr, signal, signals
from domain.statistics.standardised import FEWEST_OTHERS, Expected, Standardised, standardised
from domain.statistics.trends import Trend, benjamini_hochberg, trend, trend_p

__all__ = [
    "DEFAULT_PRIOR",
    "FEWEST_ALONE",
    "FEWEST_OTHERS",
    "MAX_STRENGTH",
    "MIN_STRENGTH",
    "USUAL_STRENGTH",
    "Disproportion",
    "Estimate",
    "Expected",
    "Pool",
    "Prior",
    "Signal",
    "Spread",
    "Standardised",
    "Sums",
    "Tier",
    "Trend",
    "benjamini_hochberg",
    "bounds",
    "chi_square_yates",
    "fit_prior",
    "ic025",
    "ic975",
    "inseparable",
    "over_half",
    "phi",
    "posterior",
    "posteriors",
    "prr",
    "ready",
    "signal",
    "signals",
    "standardised",
    "tier",
    "trend",
    "trend_p",
    "wilson",
]


def ready() -> None:
    """Import what is calculated with, before a change needs it.

    Inside the first one it would hold up everybody who writes; on a busy machine longer than PostgreSQL waits for a change in
    which nothing is done.
    """
    import_module("scipy.special")
