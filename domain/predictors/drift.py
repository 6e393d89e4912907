"""The drift watch: whether what a predictor sees, says and gets right is still what it was judged by.

It reads the log of what stood at approvals, each with what was known then, and its outcome when that has come: nothing is
computed anew, so it is what people were shown that is judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from domain.predictors.card import Card
from domain.predictors.features import NAMES
from domain.predictors.spreads import SCORE, stability
from storage.predictor_rows import Shown

RECENT = 400
"""Approvals that spreads are compared over, the newest."""
LEAST_RECENT = 200
"""With fewer, chance alone reaches the limit: 9 / n is expected of ten bins that are alike, and several times that of few
patients who come often."""
SHIFTED = 0.25
"""Population stability index from which on a spread is another one (recalled, not checked: a usual limit)."""
WINDOW = 50
"""Outcomes of one window of the calibration."""
MOST_ERRORS = 3.0
"""Standard errors between predicted and happened: beyond, a window is not chance (one in 370)."""


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
    shifted: tuple[tuple[str, float], ...]
    """Features whose spread is another one by now: a reason to fit anew, and none to stop, as counts grow by themselves."""
    windows: tuple[Window, ...]
    demote: str | None


def watch(card: Card, shown: Sequence[Shown]) -> Watch:
    """Compare what a predictor has said (newest first) with its card, and with what became of it."""
    recent = [one for one in shown if one.features is not None and set(one.features) == set(NAMES)][:RECENT]
    score, shifted = None, []
    if len(recent) >= LEAST_RECENT:
        score = stability(card.spreads[SCORE], [one.probability for one in recent])
        for name in NAMES:
            moved = stability(card.spreads[name], [(one.features or {})[name] for one in recent])
            if moved > SHIFTED:
                shifted.append((name, moved))
    windows = _windows([one for one in shown if one.improved is not None])
    return Watch(
        recent=len(recent),
        score=score,
        shifted=tuple(sorted(shifted, key=lambda pair: -pair[1])),
        windows=windows,
        demote=_reason(len(recent), score, windows),
    )


def _windows(scored: Sequence[Shown]) -> tuple[Window, ...]:
    """Cut what is scored (newest first) into windows; the oldest, which are not whole, are left out."""
    found = []
    for first in range(0, len(scored) - WINDOW + 1, WINDOW):
        part = scored[first : first + WINDOW]
        predicted = sum(one.probability for one in part)
        spread = sqrt(sum(one.probability * (1 - one.probability) for one in part))
        improved = sum(bool(one.improved) for one in part)
        errors = (improved - predicted) / spread if spread > 0 else 0.0
        found.append(Window(part[-1].shown.date(), part[0].shown.date(), len(part), improved, predicted, errors))
    return tuple(found)


def _reason(recent: int, score: float | None, windows: Sequence[Window]) -> str | None:
    if windows and abs(windows[0].errors) > MOST_ERRORS:
        newest = windows[0]
        return (
            f"The evidence is used: of the last {newest.outcomes} outcomes {newest.improved} improved where the fitted "
            f"predictor had expected {newest.predicted:.0f}."
        )
    if score is not None and score > SHIFTED:
        return (
            f"The evidence is used: what the fitted predictor said at the last {recent} approvals is spread otherwise than what "
            f"it was judged by (stability index {score:.2f})."
        )
    return None
