"""Predict by rules: what the grade of the indication and the match lead one to expect, moved by every answer of the practice.

The first of the predictors of design 7, and the one that the others must beat. Every number is a share of patients who improve.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.statistics import USUAL_STRENGTH, Estimate, Prior, posterior

GRADE_MEANS: Mapping[str, float] = {"A": 0.60, "B": 0.55, "C": 0.50, "D": 0.45, "T": 0.45}
"""Prior mean by evidence grade, worth at most 10 answers (reference 4.4, a proposal and shown as such)."""
UNGRADED_MEAN = 0.45
MATCH_SHIFT = 0.10
"""A full match lies this much above none at all: half of it either side of the grade's mean. A proposal."""
UNMATCHED = 0.5
"""Match score of a condition that was confirmed by hand and is not among the matches: neither for nor against. A proposal."""
PATIENT_STRENGTH = 4.0
"""How many of the patient's own answers the estimate is worth: people differ, so as little as a prior may be. A proposal."""
OTHER_ITEM_WEIGHT = 0.25
"""What an answer to another item for the same condition counts for this one. A proposal."""
GRADE_WORDS: Mapping[str, str] = {
    "A": "meta-analyses of trials",
    "B": "some trials",
    "C": "small human studies",
    "D": "preclinical studies",
    "T": "traditional use",
}


@dataclass(frozen=True, slots=True)
class Probability:
    """How likely it is to help (0–1) with a 95 % credible interval; ``basis`` is one sentence naming what it rests on."""

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
    """Give the prior of an item by its grade (A–T, None for no document) and how well its condition fits (0–1, or unknown).

    Mean of the grade ± 0.05 by the match, strength 10. Source: reference 4.4; the shift by the match is a proposal.
    """
    fit = UNMATCHED if match_score is None else min(max(match_score, 0.0), 1.0)
    return Prior(GRADE_MEANS.get(grade or "", UNGRADED_MEAN) + MATCH_SHIFT * (fit - UNMATCHED), USUAL_STRENGTH)


class Counts(Protocol):
    """How many answered, and how many of them improved: an estimate, or the cell it is made from."""

    @property
    def improved(self) -> int:
        """How many improved."""

    @property
    def answered(self) -> int:
        """How many answered."""


def from_rules(match_score: float | None, grade: str | None, counted: Counts | None) -> Probability:
    """Update the prior of grade and match by the k of n that were counted: Beta(10μ + k, 10(1 − μ) + n − k).

    Only the counts are read, not the prior of an estimate: otherwise a first answer "did not help" could raise the number, by
    bringing in a practice's higher prior. Source: reference 4.3 and 4.4.
    """
    improved, answered = (counted.improved, counted.answered) if counted else (0, 0)
    found = posterior(improved, answered, grade_prior(grade, match_score))
    return Probability(found.mean, found.low, found.high, _basis(match_score, grade, improved, answered))


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


def _basis(match_score: float | None, grade: str | None, improved: int, answered: int) -> str:
    document = f"{GRADE_WORDS[grade]} (grade {grade})" if grade and grade in GRADE_WORDS else "no documented use"
    fit = "the condition as confirmed" if match_score is None else f"a match of {match_score:.0%}"
    answers = f"{improved} of {answered} answers here" if answered else "no answers here yet"
    return f"Rests on {document}, {fit} and {answers}."
