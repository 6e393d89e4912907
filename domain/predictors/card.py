"""The card of a fitted predictor: what it was fitted to, how it was judged, what it may be used for."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Share = float


class Part(BaseModel):
    """Something of a card; nothing unknown in it, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Measure(Part):
    """A measure with its 90 % interval, by drawing patients with replacement."""

    value: float
    low: float
    high: float


class Bin(Part):
    """Predictions that are alike, and what became of them: ``improved`` of ``answered``, with the 95 % Wilson interval."""

    first: Share
    last: Share
    """The least and the greatest of them."""
    predicted: Share
    """Their mean."""
    improved: int
    answered: int
    low: Share
    high: Share


class Judged(Part):
    """How predictions did on outcomes that the predictor had not seen."""

    outcomes: int
    improved: int
    patients: int
    since: date
    until: date
    brier: Measure
    log_loss: Measure
    auroc: Measure
    slope: Measure
    """Of the outcome over the logit of what was predicted: 1 where it is calibrated, below 1 where it is too bold."""
    intercept: Measure
    baseline: Literal["rules", "evidence"]
    """The better of the two that there are without a fitted predictor: the rules, or the pooled evidence."""
    baseline_brier: float
    skill: Measure
    """1 − Brier / Brier of the baseline: above 0 where it is better."""
    reliability: list[Bin]


class Spread(Part):
    """How a feature (or the score) was spread over the examples: what the drift watch compares with."""

    edges: list[float] = []
    """Between the bins of a number."""
    words: list[str] = []
    """Of a word; all others are the last share."""
    shares: list[Share]
    """Of the bins from the lowest on, or the words; then of what is missing, or of other words."""


class Card(Part):
    """Everything that is known of a version; kept beside its file and in the database."""

    version: str
    made: datetime
    library: str
    """The version of scikit-learn: another one does not open its files."""
    features: list[str]
    trained_on: str
    """SHA-256 of the examples."""
    outcomes: int
    improved: int
    patients: int
    since: date
    until: date
    """First and last prescription among the examples."""
    pipeline: str
    tried: dict[str, float] = Field(default_factory=dict)
    """Log loss of each pipeline on the later part of the training examples: the least was chosen."""
    calibration: tuple[float, float]
    """Intercept and slope of the sigmoid over the pipeline's logit."""
    judged: Judged
    promoted: bool
    sentence: str
    """Why it is used, or why the evidence is used in its place."""
    typical: dict[str, float | int | str | None]
    """The usual value of each feature: a reason is what differs from it."""
    spreads: dict[str, Spread]
    """Of each feature, and of the ``score``."""
