"""From a rank score to the share of cases like these in which the herb was given.

share = 1 / (1 + exp(−(a + b·ln score))), fitted by logistic regression to suggestions for held-out cases (Platt scaling): two
numbers, so that it can hardly overfit a small practice, and it never changes the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from domain.cases.case import Reliability

LEAST_SCORE = 1e-6
TENTHS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """The two numbers of the logistic; ``slope`` is never negative."""

    intercept: float
    slope: float

    def share(self, score: float) -> float:
        """Give the share for a score, 0–1."""
        logit = self.intercept + self.slope * log(max(score, LEAST_SCORE))
        return 1 / (1 + exp(-min(max(logit, -500.0), 500.0)))


def calibrate(scores: Sequence[float], prescribed: Sequence[bool]) -> Calibration:
    """Fit to suggestions and whether each was prescribed; a ranking that says nothing gets the mean for all."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    share = (sum(prescribed) + 1) / (len(prescribed) + 2)
    flat = Calibration(log(share / (1 - share)), 0.0)
    if len(set(prescribed)) < 2:
        return flat
    model = LogisticRegression()
    model.fit(np.log(np.maximum(scores, LEAST_SCORE))[:, None], np.array(prescribed))
    slope = float(model.coef_[0, 0])
    return Calibration(float(model.intercept_[0]), slope) if slope > 0 else flat


def reliability(told: Sequence[float], prescribed: Sequence[bool]) -> tuple[Reliability, ...]:
    """Compare what was told (0–1) with what was so, by tenths; a tenth without a suggestion is left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for share, was in zip(told, prescribed, strict=True):
        bins.setdefault(min(int(share * TENTHS), TENTHS - 1), []).append((share, was))
    return tuple(
        Reliability(
            low=tenth / TENTHS,
            suggestions=len(pairs),
            told=sum(share for share, _ in pairs) / len(pairs),
            prescribed=sum(was for _, was in pairs) / len(pairs),
        )
        for tenth, pairs in sorted(bins.items())
    )
