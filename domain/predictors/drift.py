"""The drift watch: whether what a predictor sees, says and gets right is still what it was judged by.

It reads the log of what stood at approvals, each with what was known then, and its outcome when that has come. Calibration is
that of what people were shown, by whichever version: a predictor is fitted anew so often that none would be judged by itself.
How scores are spread is that of this version over the newest approvals. ``bench.drift`` counts its false alarms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from domain.predictors.features import NAMES, features_kept
from domain.predictors.fitted import Fitted
from domain.predictors.spreads import SCORE, stability
from storage.predictor_rows import Shown

RECENT = 400
"""Approvals that spreads are compared over, the newest."""
LEAST_RECENT = 200
"""With fewer, chance alone reaches the limit."""
SHIFTED = 0.25
"""Population stability index from which on a spread is another one, beside what chance gives (recalled, not checked: a usual
limit)."""
BY_CHANCE = 18.0
"""Over the approvals, and over the outcomes that were fitted to: 9 is expected of ten bins that are alike, and twice that of
patients who come often. A proposal; without it one steady predictor in 24 of small practices ends a year (``bench.drift``)."""
WINDOW, WINDOWS = 50, 10
"""Outcomes of one window of the calibration, and how many windows are looked at."""
MOST_ERRORS = 2.5
"""Standard errors between predicted and happened. Beyond it twice, one window after the other and to the same side, a predictor
ends. A proposal: one window beyond 3 is looked at so often that it ends every second steady predictor of a practice with 5,000
outcomes a year within the year (``bench.drift``)."""
LINE = "fitted-"
"""What the names of all fitted predictors begin with."""


@dataclass(frozen=True, slots=True)
class Window:
    """Outcomes one after the other: how many improved and were predicted to, and how many standard errors lie between."""

    since: date
    until: date
    outcomes: int
    improved: int
    predicted: float
    errors: float


@dataclass(frozen=True, slots=True)
class Watch:
    """What the watch sees; ``demote`` says in one sentence why the predictor is not to be used any more, None where it may be."""

    recent: int
    score: float | None
    limit: float
    """Of the stability index."""
    shifted: tuple[tuple[str, float], ...]
    """Features whose spread is another one by now: a reason to fit anew, and none to stop, as counts grow by themselves."""
    windows: tuple[Window, ...]
    demote: str | None


def watch(fitted: Fitted, recent: Sequence[Shown], ripe: Sequence[Shown]) -> Watch:
    """Compare a predictor with the ``recent`` approvals, and what fitted ones said with what became of it (``ripe``).

    Both newest first. ``ripe`` are approvals whose outcome is not an early one any more (``MATURE``): of the newest only those
    have an outcome who were asked after a week, or who stopped, and fewer of them have improved than will have.
    """
    known = [features for one in recent if (features := features_kept(one.features or {})) is not None][:RECENT]
    score, shifted = None, []
    limit = SHIFTED + BY_CHANCE * (1 / max(1, len(known)) + 1 / max(1, fitted.card.outcomes))
    if len(known) >= LEAST_RECENT:
        spreads = fitted.card.spreads
        score = stability(spreads[SCORE], fitted.probabilities(known))
        for name in NAMES:
            moved = stability(spreads[name], [getattr(one, name) for one in known])
            if moved > limit:
                shifted.append((name, moved))
    windows = _windows([one for one in ripe if one.improved is not None])
    return Watch(
        recent=len(known),
        score=score,
        limit=limit,
        shifted=tuple(sorted(shifted, key=lambda pair: -pair[1])),
        windows=windows,
        demote=_reason(len(known), score, limit, windows),
    )


def _windows(scored: Sequence[Shown]) -> tuple[Window, ...]:
    """Cut what is scored (newest first) into windows; the oldest, which are not whole, are left out."""
    found = []
    for first in range(0, len(scored) - WINDOW + 1, WINDOW)[:WINDOWS]:
        part = scored[first : first + WINDOW]
        predicted = sum(one.probability for one in part)
        spread = sqrt(sum(one.probability * (1 - one.probability) for one in part))
        improved = sum(bool(one.improved) for one in part)
        errors = (improved - predicted) / spread if spread > 0 else 0.0
        found.append(Window(part[-1].shown.date(), part[0].shown.date(), len(part), improved, predicted, errors))
    return tuple(found)


def _reason(recent: int, score: float | None, limit: float, windows: Sequence[Window]) -> str | None:
    if len(windows) > 1 and min(abs(one.errors) for one in windows[:2]) > MOST_ERRORS:
        newest, before = windows[:2]
        if newest.errors * before.errors > 0:
            return (
                f"The evidence is used: of the last {newest.outcomes + before.outcomes} outcomes "
                f"{newest.improved + before.improved} improved where the fitted predictor had expected "
                f"{newest.predicted + before.predicted:.0f}."
            )
    if score is not None and score > limit:
        return (
            f"The evidence is used: what the fitted predictor said at the last {recent} approvals is spread otherwise than what "
            f"it was judged by (stability index {score:.2f})."
        )
    return None
