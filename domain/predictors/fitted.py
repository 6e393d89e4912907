"""A fitted predictor: what it predicts, how sure that is, and what speaks for and against it, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.predicting import Probability
from domain.predictors.card import Card
from domain.predictors.features import NAMES, Features
from domain.predictors.measures import logit
from domain.predictors.wording import basis
from domain.statistics import Prior, posterior

GROUPS: tuple[tuple[str, ...], ...] = (
    ("answered", "share", "expected"),
    ("own_answered", "own_share"),
    *((name,) for name in NAMES if name not in ("answered", "share", "expected", "own_answered", "own_share")),
)
"""Features that say the same thing are one reason."""
REASONS = 3


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a group of features (named by its first) does to a prediction, in points of a percent against the usual case."""

    feature: str
    points: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A probability with its three greatest contributions, and how many outcomes of like predictions it was judged by."""

    probability: Probability
    contributions: tuple[Contribution, ...]
    alike: int


class Fitted:
    """A pipeline with its card."""

    def __init__(self, pipeline: Any, card: Card) -> None:
        self.pipeline = pipeline
        self.card = card
        self.name = f"fitted-{card.version}"

    def probabilities(self, rows: Sequence[Features]) -> list[float]:
        """Predict the share that improves, 0–1, for each."""
        if not rows:
            return []
        raw = logit(self.pipeline.predict_proba(table(rows))[:, 1])
        return [float(one) for one in sigmoid(raw, self.card.calibration)]

    def predict(self, rows: Sequence[Features]) -> list[Prediction]:
        """Predict with reasons; all in one pass of the pipeline, a few milliseconds.

        A contribution is the prediction minus the one with the usual value in that place. The interval is as wide as that of a
        share of as many outcomes as like predictions were judged by: Beta(pn, (1 − p)n), 95 %. A proposal.
        """
        asked = [variant for row in rows for variant in (row, *(self._usual_in(row, group) for group in GROUPS))]
        values = self.probabilities(asked)
        each = 1 + len(GROUPS)
        return [self._prediction(row, values[at * each : (at + 1) * each]) for at, row in enumerate(rows)]

    def _prediction(self, row: Features, values: Sequence[float]) -> Prediction:
        value, without = values[0], values[1:]
        all_ = [Contribution(group[0], 100 * (value - one)) for group, one in zip(GROUPS, without, strict=True)]
        greatest = tuple(sorted(all_, key=lambda one: -abs(one.points))[:REASONS])
        alike = self._alike(value)
        between = posterior(0, 0, Prior(min(max(value, 0.001), 0.999), float(max(alike, 1))))
        said = basis(row, [(one.feature, one.points) for one in greatest], outcomes=self.card.outcomes, alike=alike)
        probability = Probability(value, min(between.low, value), max(between.high, value), said)
        return Prediction(probability, greatest, alike)

    def _usual_in(self, row: Features, group: Sequence[str]) -> Features:
        return replace(row, **{name: self.card.typical[name] for name in group})  # type: ignore[arg-type]

    def _alike(self, value: float) -> int:
        """Count the judged predictions in the bin that a value belongs to: the first that ends above it."""
        bins = self.card.judged.reliability
        return next((one.answered for one in bins if value <= one.last), bins[-1].answered if bins else 0)


def table(rows: Sequence[Features]) -> Any:
    """Put features into the table that pipelines take."""
    import numpy as np

    made = np.empty((len(rows), len(NAMES)), dtype=object)
    for at, row in enumerate(rows):
        made[at, :] = row.row()
    return made


def sigmoid(raw: Any, line: tuple[float, float]) -> Any:
    """Turn log odds into probabilities by the calibration's intercept and slope."""
    import numpy as np
    from scipy.special import expit

    return expit(line[0] + line[1] * np.asarray(raw, dtype=float))  # also of what exp() would overflow at
