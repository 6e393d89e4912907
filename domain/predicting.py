"""Predict by rules: what the grade of the indication and the match lead one to expect, moved by every answer of the practice.

The first of the predictors of design 7, and the one that the others must beat. Every number is a share of patients who improve.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from domain.statistics import USUAL_STRENGTH, Prior, posterior

GRADE_MEANS: Mapping[str, float] = {"A": 0.60, "B": 0.55, "C": 0.50, "D": 0.45, "T": 0.45}
"""Prior mean by evidence grade, worth at most 10 answers (reference 4.4, a proposal and shown as such)."""
UNGRADED_MEAN = 0.45
MATCH_SHIFT = 0.10
"""A full match lies this much above none at all: half of it either side of the grade's mean. A proposal."""
UNMATCHED = 0.5
"""Match score of a condition that was confirmed by hand and is not among the matches: neither for nor against. A proposal."""
PATIENT_STRENGTH = 20.0
"""How many of a patient's own outcomes all that is known of others is worth. A proposal: of the weights that were tried it loses
least where patients do not differ, and gains most of what there is where they do (``bench.simulate``, docs/prediction.md)."""
OTHER_ITEM_WEIGHT = 0.5
"""What an answer to another item for the same condition counts for this one. A proposal, from the same trial."""
STARTS = ("Rests on ", "Of the number ", "Against the usual case: ")
"""How the sentences begin that say what a prediction rests on."""
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


class Counts(Protocol):
    """How many answered, and how many of them improved: an estimate, or the cell it is made from."""

    @property
    def improved(self) -> int:
        """How many improved."""

    @property
    def answered(self) -> int:
        """How many answered."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is predicted for: an item for a condition, with what is known of the pair."""

    item_id: str
    condition_id: str
    match_score: float | None = None
    grade: str | None = None
    counted: Counts | None = None


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


def predict_success(
    recommendation: Candidate,
    patient_data: Mapping[str, object],  # noqa: ARG001 - the rules know nothing of age or sex; fitted predictors do
    feedback_history: Iterable[PastOutcome],
) -> float:
    """Predict by the rules whether an item will help this patient, 0–1: the number that is shown where no model speaks.

    μ is the mean of grade, match and counts (``others_mean``); the patient's earlier outcomes update Beta(20μ, 20(1−μ)):
    each with the same item for the same condition counts whole, each with another item for that condition a half, others
    not. ``patient_data`` is part of what every predictor is handed and is not read by this one. The order of the history
    never matters.
    """
    own = own_of(recommendation, feedback_history)
    return (PATIENT_STRENGTH * others_mean(recommendation) + own.improved) / (PATIENT_STRENGTH + own.answered)


def from_rules(recommendation: Candidate, feedback_history: Iterable[PastOutcome] = ()) -> Probability:
    """Give ``predict_success`` with its interval and what it rests on, in words.

    The interval is that of Beta(10μ + k, 10(1 − μ) + n − k), its ends moved by the patient's own outcomes as the mean is.
    Only the counts are read, not the prior of an estimate: otherwise a first answer "did not help" could raise the
    number, by bringing in a practice's higher prior. Source: reference 4.3 and 4.4.
    """
    history = list(feedback_history)
    own = own_of(recommendation, history)
    improved, answered = _counts(recommendation)
    found = posterior(improved, answered, grade_prior(recommendation.grade, recommendation.match_score))
    low, high = (
        (PATIENT_STRENGTH * end + own.improved) / (PATIENT_STRENGTH + own.answered) for end in (found.low, found.high)
    )
    value = predict_success(recommendation, {}, history)
    return Probability(value, min(low, value), max(high, value), _basis(recommendation, own, value))


def others_mean(recommendation: Candidate) -> float:
    """Give what grade, match and the counts of the practice lead one to expect, 0–1, whoever the patient is."""
    prior = grade_prior(recommendation.grade, recommendation.match_score)
    improved, answered = _counts(recommendation)
    return (prior.mean * prior.strength + improved) / (prior.strength + answered)


@dataclass(frozen=True, slots=True)
class Own:
    """What a patient's earlier outcomes count for a prediction, weighed; ``known`` and ``helped`` are how many they are."""

    answered: float = 0.0
    improved: float = 0.0
    known: int = 0
    helped: int = 0


def own_of(recommendation: Candidate, feedback_history: Iterable[PastOutcome]) -> Own:
    """Weigh a patient's earlier outcomes for the same condition."""
    same = other = same_improved = other_improved = 0
    for past in feedback_history:
        if past.condition_id == recommendation.condition_id:
            if past.item_id == recommendation.item_id:
                same, same_improved = same + 1, same_improved + past.improved
            else:
                other, other_improved = other + 1, other_improved + past.improved
    return Own(
        answered=same + OTHER_ITEM_WEIGHT * other,
        improved=same_improved + OTHER_ITEM_WEIGHT * other_improved,
        known=same + other,
        helped=same_improved + other_improved,
    )


def _counts(recommendation: Candidate) -> tuple[int, int]:
    counted = recommendation.counted
    return (counted.improved, counted.answered) if counted else (0, 0)


def _basis(asked: Candidate, own: Own, value: float) -> str:
    """Say in two sentences what moves the number, and what each source weighs in it; ``clauses`` takes them apart."""
    improved, answered = _counts(asked)
    start = GRADE_MEANS.get(asked.grade or "", UNGRADED_MEAN)
    with_match, with_answers = grade_prior(asked.grade, asked.match_score).mean, others_mean(asked)
    grade = asked.grade or ""
    document = f"{GRADE_WORDS[grade]} (grade {grade}, {start:.0%})" if grade in GRADE_WORDS else ""
    parts = [document or f"no documented use ({start:.0%})"]
    if asked.match_score is None:
        parts.append("the condition as confirmed")
    else:
        parts.append(f"a match of {asked.match_score:.0%} ({_points(with_match - start)})")
    if answered:
        parts.append(f"{improved} of {answered} answers here ({_points(with_answers - with_match)})")
    else:
        parts.append("no answers here yet")
    if own.known:
        parts.append(f"{own.helped} of {own.known} earlier outcomes of this patient ({_points(value - with_answers)})")
    said = f"Rests on {'; '.join(parts)}."
    of_own = own.answered / (PATIENT_STRENGTH + own.answered)
    of_answers = (1 - of_own) * answered / (USUAL_STRENGTH + answered)
    if not answered and not own.known:
        return said
    weighed = [f"the answers here weigh {of_answers:.0%}"] if answered else []
    weighed += [f"the patient’s own {of_own:.0%}"] if own.known else []
    return f"{said} Of the number {'; '.join(weighed)}; document and match {1 - of_own - of_answers:.0%}."


def _points(by: float) -> str:
    return f"{round(100 * by):+d} points"


def clauses(basis: str) -> list[str]:
    """Take what a prediction rests on apart into its reasons, each as it is said in the sentence."""
    found = []
    for sentence in basis.removesuffix(".").split(". "):
        start = next((one for one in STARTS if sentence.startswith(one)), "")
        found += sentence.removeprefix(start).split("; ")
    return found
