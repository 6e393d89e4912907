"""What was prescribed in a practice and what was answered, in the order of time: what a predictor is fitted to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col

from storage.tables import Diagnosis, Feedback, Patient, Prediction, Recommendation

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Given:
    """A herb or formula that was approved for somebody."""

    recommendation_id: int
    patient_id: int
    born: date | None
    sex: str
    tradition: str
    baseline: int | None
    item_id: str
    condition_id: str
    dose: dict[str, Any] | None
    approved: datetime
    features: dict[str, Any] | None
    """What was known at the approval, where it was kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer to anything that was approved, as it stands; ``at`` is since when it says so: a corrected one, since then."""

    id: int
    recommendation_id: int
    patient_id: int
    at: datetime
    baseline: int | None
    symptom: int | None
    improvement: int | None
    stopped: bool
    adherence: int | None


def given(session: Session, practice_id: int, kinds: tuple[str, ...]) -> Iterator[Given]:
    """Yield all that was ever approved in a practice, in the order of time."""
    statement = (
        columns(
            col(Recommendation.id),
            col(Recommendation.patient_id),
            col(Patient.born),
            col(Patient.sex),
            col(Diagnosis.tradition),
            col(Diagnosis.baseline),
            col(Recommendation.item_id),
            col(Recommendation.condition_id),
            col(Recommendation.dose),
            col(Recommendation.approved),
            col(Prediction.features),
        )
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .outerjoin(
            Prediction, (col(Prediction.recommendation_id) == col(Recommendation.id)) & col(Prediction.prescribed)
        )
        .where(
            col(Recommendation.practice_id) == practice_id,
            col(Recommendation.kind).in_(kinds),
            col(Recommendation.approved).is_not(None),
        )
        .order_by(col(Recommendation.approved), col(Recommendation.id))
    )
    for row in session.execute(statement).yield_per(AT_ONCE):
        yield Given(*row)


def said(session: Session, practice_id: int) -> Iterator[Said]:
    """Yield all answers of a practice that stand, in the order of the times since when they stand so."""
    statement = (
        columns(
            col(Feedback.id),
            col(Feedback.recommendation_id),
            col(Feedback.patient_id),
            col(Feedback.updated),
            col(Diagnosis.baseline),
            col(Feedback.symptom),
            col(Feedback.improvement),
            col(Feedback.stopped),
            col(Feedback.adherence),
        )
        .join(Diagnosis, col(Diagnosis.id) == col(Feedback.diagnosis_id))
        .where(col(Feedback.practice_id) == practice_id, col(Feedback.withdrawn).is_(None))
        .order_by(col(Feedback.updated), col(Feedback.id))
    )
    for row in session.execute(statement).yield_per(AT_ONCE):
        yield Said(*row)
