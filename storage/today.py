"""Reading what is due today and what has changed today, of many patients at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, func

from storage.readable import Readable
from storage.tables import CheckIn, Diagnosis, Patient, Recommendation


def due(session: Session, readable: Readable, day: date, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List the check-ins of open diagnoses that are due by a day and not answered, what is due latest first."""
    statement = (
        columns(CheckIn, Patient)
        .join(Diagnosis, col(Diagnosis.id) == col(CheckIn.diagnosis_id))
        .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
        .where(col(CheckIn.due) <= day, col(Diagnosis.status) == "open", col(Diagnosis.patient_id).in_(readable))
        .order_by(col(CheckIn.due).desc(), col(CheckIn.diagnosis_id))
        .limit(limit)
    )
    return session.execute(statement).all()


def decided(session: Session, readable: Readable, since: datetime, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List what was approved, stopped or objected to since a moment, newest first."""
    stopped, approved, worsened = (col(getattr(Recommendation, name)) for name in ("stopped", "approved", "worsened"))
    statement = (
        columns(Recommendation, Patient)
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .where(
            col(Recommendation.patient_id).in_(readable),
            or_(stopped >= since, approved >= since, worsened >= since),
        )
        .order_by(func.coalesce(stopped, worsened, approved).desc(), col(Recommendation.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def opened(session: Session, readable: Readable, since: datetime, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List the diagnoses that were recorded since a moment, newest first."""
    statement = (
        columns(Diagnosis, Patient)
        .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
        .where(col(Diagnosis.patient_id).in_(readable), col(Diagnosis.created) >= since)
        .order_by(col(Diagnosis.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()
