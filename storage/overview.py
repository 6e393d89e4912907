"""Reading what the pages of a practice show of many patients at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, case, cast
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from storage.tables import Diagnosis, Feedback, Patient, Recommendation, SideEffect

OPEN = col(Diagnosis.status) == "open"


def counters(session: Session, patient_ids: Sequence[int], since: datetime) -> dict[str, int]:
    """Count what stands open, and what has come in since a moment."""

    def count(statement: Any) -> int:
        return int(session.execute(statement).scalar_one() or 0)

    open_ones = columns(col(Diagnosis.id)).where(col(Diagnosis.patient_id).in_(patient_ids), OPEN)
    mine = col(Recommendation.diagnosis_id).in_(open_ones)
    open_diagnoses = columns(func.count()).where(col(Diagnosis.patient_id).in_(patient_ids), OPEN)
    answers = columns(func.count()).where(col(Feedback.patient_id).in_(patient_ids))
    return {
        "patients": len(patient_ids),
        "open_diagnoses": count(open_diagnoses),
        "proposed": count(columns(func.count()).where(mine, col(Recommendation.status) == "proposed")),
        "approved": count(columns(func.count()).where(mine, col(Recommendation.status) == "approved")),
        "answers": count(answers),
        "answers_since": count(answers.where(col(Feedback.created) >= since)),
    }


def answers_by_day(session: Session, patient_ids: Sequence[int], since: datetime) -> dict[str, int]:
    """Count the answers of each day (ISO date) since a moment."""
    day = func.substr(cast(col(Feedback.created), String), 1, 10)
    statement = (
        columns(day, func.count())
        .where(col(Feedback.patient_id).in_(patient_ids), col(Feedback.created) >= since)
        .group_by(day)
    )
    return {str(found): int(number) for found, number in session.execute(statement).all()}


def alarms(
    session: Session, patient_ids: Sequence[int], since: datetime, *, limit: int
) -> Sequence[Row[Any, Any, Any, Any]]:
    """List feedback with a serious side effect, a red flag or a stop, newest first, with the patient's name."""
    serious = columns(func.count()).where(col(SideEffect.feedback_id) == col(Feedback.id), col(SideEffect.serious))
    statement = (
        columns(Feedback, Patient, Recommendation, serious.scalar_subquery().label("serious"))
        .join(Patient, col(Patient.id) == col(Feedback.patient_id))
        .join(Recommendation, col(Recommendation.id) == col(Feedback.recommendation_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Feedback.diagnosis_id))
        .where(col(Feedback.patient_id).in_(patient_ids), col(Feedback.created) >= since, OPEN)
        .order_by(col(Feedback.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def silent(
    session: Session, patient_ids: Sequence[int], before: datetime, *, limit: int
) -> Sequence[Row[Any, Any, Any]]:
    """List approved recommendations that nobody has answered since a moment, the longest wait first."""
    last = (
        columns(func.max(Feedback.created))
        .where(col(Feedback.recommendation_id) == col(Recommendation.id))
        .scalar_subquery()
    )
    waiting = case((last.is_(None), col(Recommendation.approved)), else_=last)
    statement = (
        columns(Recommendation, Patient, waiting.label("since"))
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(
            OPEN,
            col(Recommendation.patient_id).in_(patient_ids),
            col(Recommendation.status) == "approved",
            col(Recommendation.kind).in_(("herb", "formula")),
            waiting < before,
        )
        .order_by(waiting)
        .limit(limit)
    )
    return session.execute(statement).all()


def names(session: Session, patient_ids: Sequence[int]) -> dict[int, str]:
    """Read the names of these patients."""
    statement = select(Patient.id, Patient.name).where(col(Patient.id).in_(patient_ids))
    return {int(patient_id): name for patient_id, name in session.exec(statement).all() if patient_id is not None}
