"""What one answer reads and writes beside the counts: the recommendation, the feedback, the prediction, the repeated request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import JSON, Select, bindparam, or_, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, func

from storage import consent
from storage.care import REPORTED
from storage.database import Rows, Through, connection_of
from storage.prepared import Prepared, adding, setting
from storage.tables import Diagnosis, Feedback, IdempotencyKey, Match, Prediction, Recommendation, SideEffect


@dataclass(slots=True)
class Prescribed:
    """A recommendation that was approved at some time, as far as an answer to it needs it."""

    id: int
    practice_id: int
    diagnosis_id: int
    patient_id: int
    kind: str
    item_id: str
    condition_id: str
    name: str
    status: str
    approved: datetime | None
    prescribed_counted: bool
    outcome_counted: bool | None
    rating_counted: int | None
    counted_on: date | None
    practitioner_id: int
    """Whose diagnosis it belongs to."""
    statistics: bool | None
    """The patient's newest word on being counted; None where they were not asked."""
    match_score: float | None
    """How well the condition fits the diagnosis, 0–1; None for one that is not among its matches."""
    shown_probability: float | None
    """What was predicted last."""


@dataclass(slots=True)
class Answer:
    """A feedback as it is kept; ``Feedback`` is the row."""

    id: int
    practice_id: int
    diagnosis_id: int
    recommendation_id: int
    patient_id: int
    person_id: int
    rating: int
    comment: str
    symptom: int | None
    second_symptom: int | None
    activity: int | None
    improvement: int | None
    adherence: int | None
    ease_of_use: int | None
    stopped: bool
    red_flags: list[str]
    created: datetime
    updated: datetime
    seen: datetime | None = None


def recommendations(through: Through, diagnosis_id: int) -> list[Prescribed]:
    """Read the recommendations of a diagnosis, in rank; those that were never approved too."""
    return [Prescribed(*row) for row in _RECOMMENDATIONS.run(connection_of(through), diagnosis=diagnosis_id)]


def recommendation(through: Through, recommendation_id: int, diagnosis_id: int) -> Prescribed | None:
    """Read one recommendation of a diagnosis."""
    found = _RECOMMENDATION.first(connection_of(through), one=recommendation_id, diagnosis=diagnosis_id)
    return None if found is None else Prescribed(*found)


class Counting(Protocol):
    """A recommendation with what the evidence counts for it."""

    id: int
    prescribed_counted: bool
    outcome_counted: bool | None
    rating_counted: int | None
    counted_on: date | None


def keep_counted(rows: Rows, one: Counting) -> None:
    """Write what the evidence counts for a recommendation."""
    values = {name: getattr(one, name) for name in COUNTED}
    _KEEP_COUNTED.run(connection_of(rows), row=one.id, **values)


def add(rows: Rows, answer: Answer, side_effects: Sequence[dict[str, Any]]) -> None:
    """Keep an answer with its side effects; it gets its id."""
    connection = connection_of(rows)
    answer.id = int(_ADD.value(connection, **{name: getattr(answer, name) for name in _ANSWER}))
    for values in side_effects:
        _ADD_EFFECT.run(connection, feedback_id=answer.id, recommendation_id=answer.recommendation_id, **values)


def newest_id(through: Through, recommendation_id: int) -> int | None:
    """Name the answer that counts for a recommendation."""
    found: int | None = _NEWEST.value(connection_of(through), recommendation=recommendation_id)
    return found


def counted_word(through: Through, patient_id: int) -> bool | None:
    """Read whether a patient is counted; None where they were not asked, no while their record is restricted."""
    granted: bool | None = _COUNTED_WORD.value(connection_of(through), patient=patient_id)
    return granted


def side_effects(through: Through, recommendation_id: int) -> list[tuple[str, bool]]:
    """Read every side effect (term, serious) that the answers that stand of a recommendation report."""
    found = _SIDE_EFFECTS.run(connection_of(through), recommendation=recommendation_id)
    return [(term, serious) for term, serious in found]


def match_score(through: Through, diagnosis_id: int, condition_id: str) -> float | None:
    """Read how well a condition fits a diagnosis, 0–1; None for one that is not among its matches."""
    score: float | None = _SCORE.value(connection_of(through), diagnosis=diagnosis_id, condition=condition_id)
    return score


def shown_probability(through: Through, recommendation_id: int) -> float | None:
    """Read the probability that stands for a recommendation."""
    shown: float | None = _SHOWN.value(connection_of(through), recommendation=recommendation_id)
    return shown


def latest_answers(
    through: Through, patient_id: int, condition_id: str, *, beside: int | None = None
) -> Sequence[tuple[str, int | None, int | None, int | None, bool]]:
    """Read of each herb and formula that a patient had for a condition what was answered last.

    Item, baseline, symptom, improvement, stopped; but not of ``beside`` (an id).
    """
    found: Sequence[tuple[str, int | None, int | None, int | None, bool]] = _LATEST.run(
        connection_of(through), patient=patient_id, condition=condition_id, beside=beside or 0
    )
    return found


def add_prediction(rows: Rows, **values: Any) -> None:
    """Keep a probability that is shown from now on."""
    _ADD_PREDICTION.run(connection_of(rows), prescribed=False, **values)


def prescribe_prediction(rows: Rows, recommendation_id: int, features: dict[str, Any] | None) -> None:
    """Mark the probability that stands for a recommendation as the one that its outcome scores, with what was known then."""
    _PRESCRIBE.run(connection_of(rows), recommendation=recommendation_id, known=features)


def done_before(through: Through, person_id: int, key: str) -> tuple[str, dict[str, Any]] | None:
    """Read what a repeated request was (its fingerprint) and was answered."""
    found = _DONE.first(connection_of(through), person=person_id, key=key)
    return None if found is None else (found[0], found[1])


def keep_done(
    rows: Rows, *, person_id: int, key: str, fingerprint: str, answer: dict[str, Any], created: datetime
) -> None:
    """Keep what a request was answered, for when it is repeated."""
    _KEEP_DONE.run(
        connection_of(rows), person_id=person_id, key=key, fingerprint=fingerprint, answer=answer, created=created
    )


def _score(diagnosis: Any, condition: Any) -> Select[Any]:
    fits = columns(col(Match.score)).where(col(Match.diagnosis_id) == diagnosis, col(Match.condition_id) == condition)
    return fits.order_by(col(Match.rank).desc()).limit(1)


def _shown(recommendation: Any) -> Select[Any]:
    standing = columns(col(Prediction.probability)).where(col(Prediction.recommendation_id) == recommendation)
    return standing.order_by(col(Prediction.id).desc()).limit(1)


_later = aliased(Feedback)
_BESIDE = ("practitioner_id", "statistics", "match_score", "shown_probability")
COUNTED = ("prescribed_counted", "outcome_counted", "rating_counted", "counted_on")
_ANSWER = tuple(name for name in Answer.__dataclass_fields__ if name != "id")
_PRESCRIBED = columns(
    *(col(getattr(Recommendation, name)) for name in Prescribed.__dataclass_fields__ if name not in _BESIDE),
    columns(col(Diagnosis.practitioner_id))
    .where(col(Diagnosis.id) == col(Recommendation.diagnosis_id))
    .scalar_subquery()
    .label("practitioner_id"),
    consent.counted_word(col(Recommendation.patient_id)).label("statistics"),
    _score(col(Recommendation.diagnosis_id), col(Recommendation.condition_id)).scalar_subquery().label("match_score"),
    _shown(col(Recommendation.id)).scalar_subquery().label("shown_probability"),
).where(col(Recommendation.diagnosis_id) == bindparam("diagnosis"))
_RECOMMENDATIONS = Prepared(_PRESCRIBED.order_by(col(Recommendation.rank), col(Recommendation.id)))
_RECOMMENDATION = Prepared(_PRESCRIBED.where(col(Recommendation.id) == bindparam("one")))
_KEEP_COUNTED = setting(Recommendation, COUNTED)
_ADD = adding(Feedback, _ANSWER, returning="id")
_ADD_EFFECT = adding(
    SideEffect,
    ("feedback_id", "recommendation_id", "term", "severity", "serious", "onset", "stopped", "better_after_stopping"),
)
_NEWEST = Prepared(
    columns(func.max(Feedback.id)).where(
        col(Feedback.recommendation_id) == bindparam("recommendation"), col(Feedback.withdrawn).is_(None)
    )
)
_SIDE_EFFECTS = Prepared(
    columns(col(SideEffect.term), col(SideEffect.serious))
    .join(Feedback, col(Feedback.id) == col(SideEffect.feedback_id))
    .where(
        col(SideEffect.recommendation_id) == bindparam("recommendation"), col(Feedback.withdrawn).is_(None), REPORTED
    )
)
_COUNTED_WORD = Prepared(columns(consent.counted_word(bindparam("patient"))))
_SCORE = Prepared(_score(bindparam("diagnosis"), bindparam("condition")))
_SHOWN = Prepared(_shown(bindparam("recommendation")))
_LATEST = Prepared(
    columns(
        col(Recommendation.item_id),
        col(Diagnosis.baseline),
        *(col(getattr(Feedback, name)) for name in ("symptom", "improvement", "stopped")),
    )
    .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
    .join(Feedback, col(Feedback.recommendation_id) == col(Recommendation.id))
    .where(
        col(Recommendation.patient_id) == bindparam("patient"),
        col(Recommendation.condition_id) == bindparam("condition"),
        or_(col(Recommendation.kind) == "herb", col(Recommendation.kind) == "formula"),
        col(Recommendation.id) != bindparam("beside"),
        col(Feedback.id)
        == columns(func.max(_later.id))
        .where(col(_later.recommendation_id) == col(Recommendation.id), col(_later.withdrawn).is_(None))
        .correlate(Recommendation)
        .scalar_subquery(),
    )
)
_ADD_PREDICTION = adding(
    Prediction, ("recommendation_id", "probability", "low", "high", "basis", "predictor", "prescribed", "created")
)
_PRESCRIBE = Prepared(
    update(Prediction)
    .where(
        col(Prediction.id)
        == columns(func.max(Prediction.id))
        .where(col(Prediction.recommendation_id) == bindparam("recommendation"))
        .scalar_subquery()
    )
    .values(prescribed=True, features=bindparam("known", type_=JSON))
)
_DONE = Prepared(
    columns(col(IdempotencyKey.fingerprint), col(IdempotencyKey.answer)).where(
        col(IdempotencyKey.person_id) == bindparam("person"), col(IdempotencyKey.key) == bindparam("key")
    )
)
_KEEP_DONE = adding(IdempotencyKey, ("person_id", "key", "fingerprint", "answer", "created"))
