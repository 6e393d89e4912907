"""Predict by rules: the practice's own evidence where there is some, otherwise the grade of the indication and the match.

The first of the predictors of DESIGN 7, and the one that the others must beat. Every number is a share of patients who improve.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.statistics import USUAL_STRENGTH, Estimate, Prior, posterior

GRADE_MEANS: Mapping[str, float] = {"A": 0.60, "B": 0.55, "C": 0.50, "D": 0.45, "T": 0.45}
"""Prior mean by evidence grade, worth at most 10 answers (reference 4.4, a proposal and shown as such)."""
TRADITION_MEAN = 0.45
UNMATCHED = 0.5
"""Match score of a condition that was confirmed by hand and is not among the matches: neither for nor against. A proposal."""
PATIENT_STRENGTH = 4.0
"""How many of the patient's own answers the estimate is worth: people differ, so as little as a prior may be. A proposal."""
OTHER_ITEM_WEIGHT = 0.25
"""What an answer to another item for the same condition counts for this one. A proposal."""


@dataclass(frozen=True, slots=True)
class Probability:
    """How likely it is to help (0–1) with a 95 % interval; ``basis``: evidence, grade, or tradition where nothing is graded."""

    value: float
    low: float
    high: float
    basis: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is predicted for: an item for a condition, with what is known of the pair."""

    item_id: str
    condition_id: str
    match_score: float | None = None
    grade: str | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class PastOutcome:
    """Whether this patient improved with an item for a condition."""

    item_id: str
    condition_id: str
    improved: bool


def grade_prior(grade: str | None, match_score: float | None) -> Prior:
    """Give the prior of an item by its grade (A–T) for a condition that fits by ``match_score`` (0–1).

    The grade was earned for the condition, so the less the condition fits, the less of it holds: the mean lies between the
    tradition's 0.45 and the grade's. Strength 10. Source: reference 4.4; the weighing by the match is a proposal.
    """
    fit = UNMATCHED if match_score is None else min(max(match_score, 0.0), 1.0)
    return Prior(
        TRADITION_MEAN + (GRADE_MEANS.get(grade or "T", TRADITION_MEAN) - TRADITION_MEAN) * fit, USUAL_STRENGTH
    )


def from_rules(match_score: float | None, grade: str | None, estimate: Estimate | None) -> Probability:
    """Predict from the estimate of this practice where there is one with answers, else from grade and match."""
    if estimate is not None and estimate.confidence > 0:
        return Probability(estimate.mean, estimate.low, estimate.high, "evidence")
    prior = posterior(0, 0, grade_prior(grade, match_score))
    return Probability(prior.mean, prior.low, prior.high, "grade" if grade in GRADE_MEANS else "tradition")


def predict_success(
    recommendation: Candidate,
    patient_data: Mapping[str, object],  # noqa: ARG001 - the rules know nothing of age or sex; fitted predictors do
    feedback_history: Iterable[PastOutcome],
) -> float:
    """Predict whether an item will help this patient, 0–1.

    ``from_rules`` gives the mean μ; the patient's own answers update Beta(4μ, 4(1−μ)): each answer to the same item for the same
    condition counts whole, each to another item for that condition a quarter, others not. ``patient_data`` is part of what every
    predictor is handed and is not read by this one. The order of the history never matters.
    """
    mean = from_rules(recommendation.match_score, recommendation.grade, recommendation.estimate).value
    same = other = same_improved = other_improved = 0
    for past in feedback_history:
        if past.condition_id == recommendation.condition_id:
            if past.item_id == recommendation.item_id:
                same, same_improved = same + 1, same_improved + past.improved
            else:
                other, other_improved = other + 1, other_improved + past.improved
    improved = same_improved + OTHER_ITEM_WEIGHT * other_improved
    answered = same + OTHER_ITEM_WEIGHT * other
    return (PATIENT_STRENGTH * mean + improved) / (PATIENT_STRENGTH + answered)
