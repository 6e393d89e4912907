"""Reading what the pages of a practice show of many patients at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, case, cast, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage.care import STANDS
from storage.readable import Readable
from storage.tables import Diagnosis, Feedback, Patient, Recommendation, SideEffect

OPEN = col(Diagnosis.status) == "open"


def counters(session: Session, readable: Readable, since: datetime) -> dict[str, int]:
    """Count what stands open, and what has come in since a moment."""

    def count(statement: Any) -> int:
        return int(session.execute(statement).scalar_one() or 0)

    open_ones = columns(col(Diagnosis.id)).where(col(Diagnosis.patient_id).in_(readable), OPEN)
    mine = col(Recommendation.diagnosis_id).in_(open_ones)
    open_diagnoses = columns(func.count()).where(col(Diagnosis.patient_id).in_(readable), OPEN)
    answers = columns(func.count()).where(col(Feedback.patient_id).in_(readable), STANDS)
    return {
        "patients": count(columns(func.count()).select_from(readable.subquery())),
        "open_diagnoses": count(open_diagnoses),
        "proposed": count(columns(func.count()).where(mine, col(Recommendation.status) == "proposed")),
        "approved": count(columns(func.count()).where(mine, col(Recommendation.status) == "approved")),
        "answers": count(answers),
        "answers_since": count(answers.where(col(Feedback.created) >= since)),
    }


def answers_by_ten_minutes(session: Session, readable: Readable, since: datetime) -> dict[str, int]:
    """Count the answers of each ten minutes (``2026-11-23 08:4``, UTC) since a moment: days begin elsewhere in each zone."""
    ten_minutes = func.substr(cast(col(Feedback.created), String), 1, 15)
    statement = (
        columns(ten_minutes, func.count())
        .where(col(Feedback.patient_id).in_(readable), col(Feedback.created) >= since, STANDS)
        .group_by(ten_minutes)
    )
    return {str(found): int(number) for found, number in session.execute(statement).all()}


def alarms(
    session: Session, readable: Readable, since: datetime, *, severe: int, worse: int, limit: int
) -> Sequence[Row[Any, Any, Any, Any]]:
    """List the answers in open diagnoses that want a look, newest first, each with whether it is urgent.

    Urgent is a side effect that is serious or at least ``severe``, or a red flag, whenever it was said. A stop, or an
    improvement of at most ``worse``, counts where it is the newest answer to its recommendation.
    """
    effects = columns(col(SideEffect.id)).where(
        col(SideEffect.feedback_id) == col(Feedback.id),
        or_(col(SideEffect.serious), col(SideEffect.severity) >= severe),
    )
    urgent = or_(effects.exists(), cast(col(Feedback.red_flags), String) != "[]")
    later = aliased(Feedback)
    overtaken = columns(col(later.id)).where(
        col(later.recommendation_id) == col(Feedback.recommendation_id),
        col(later.id) > col(Feedback.id),
        col(later.withdrawn).is_(None),
    )
    calls = and_(or_(col(Feedback.stopped), col(Feedback.improvement) <= worse), ~overtaken.exists())
    statement = (
        columns(Feedback, Patient, Recommendation, urgent.label("urgent"))
        .join(Patient, col(Patient.id) == col(Feedback.patient_id))
        .join(Recommendation, col(Recommendation.id) == col(Feedback.recommendation_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Feedback.diagnosis_id))
        .where(col(Feedback.patient_id).in_(readable), col(Feedback.created) >= since, OPEN, STANDS, or_(urgent, calls))
        .order_by(urgent.desc(), col(Feedback.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def silent(session: Session, readable: Readable, before: datetime, *, limit: int) -> Sequence[Row[Any, Any, Any]]:
    """List approved recommendations that nobody has answered since a moment, the longest wait first."""
    last = (
        columns(func.max(Feedback.created))
        .where(col(Feedback.recommendation_id) == col(Recommendation.id), STANDS)
        .scalar_subquery()
    )
    waiting = case((last.is_(None), col(Recommendation.approved)), else_=last)
    statement = (
        columns(Recommendation, Patient, waiting.label("since"))
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(
            OPEN,
            col(Recommendation.patient_id).in_(readable),
            col(Recommendation.status) == "approved",
            col(Recommendation.kind).in_(("herb", "formula")),
            waiting < before,
        )
        .order_by(waiting)
        .limit(limit)
    )
    return session.execute(statement).all()


def worsened(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List approved recommendations in open diagnoses with an objection that nobody has accepted, the newest first."""
    statement = (
        columns(Recommendation, Patient)
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(
            OPEN,
            col(Recommendation.patient_id).in_(readable),
            col(Recommendation.status) == "approved",
            col(Recommendation.worsened).is_not(None),
        )
        .order_by(col(Recommendation.worsened).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def names(session: Session, patient_ids: Sequence[int], readable: Readable | None = None) -> dict[int, str]:
    """Read the names of these patients, only of readable ones where that is asked for."""
    statement = select(Patient.id, Patient.name).where(col(Patient.id).in_(patient_ids))
    if readable is not None:
        statement = statement.where(col(Patient.id).in_(readable))
    return {int(patient_id): name for patient_id, name in session.exec(statement).all() if patient_id is not None}
