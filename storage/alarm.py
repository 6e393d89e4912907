"""Alarms: raised with an answer, gone when it is seen, corrected or taken back. The table holds what is open and nothing else."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete
from sqlalchemy import select as columns
from sqlmodel import Session, col, func

from storage.database import Rows, connection_of
from storage.prepared import Prepared, adding
from storage.readable import Readable
from storage.tables import Alarm, Feedback, Patient, Recommendation


def put(rows: Rows, *, feedback_id: int, patient_id: int, urgency: int) -> None:
    """Raise an alarm; one that was raised for the same answer must have been ended before."""
    _ADD.run(connection_of(rows), feedback_id=feedback_id, patient_id=patient_id, urgency=urgency)


def end(rows: Rows, feedback_id: int) -> None:
    """End the alarm of an answer, where there is one."""
    _END.run(connection_of(rows), feedback=feedback_id)


def count(session: Session, readable: Readable) -> int:
    """Count the alarms of readable patients."""
    return int(session.execute(columns(func.count()).where(col(Alarm.patient_id).in_(readable))).scalar_one())


def worst(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any, Any, int]]:
    """List the alarms of readable patients, the worst first, then the newest."""
    statement = (
        columns(Feedback, Patient, Recommendation, col(Alarm.urgency))
        .join(Feedback, col(Feedback.id) == col(Alarm.feedback_id))
        .join(Patient, col(Patient.id) == col(Feedback.patient_id))
        .join(Recommendation, col(Recommendation.id) == col(Feedback.recommendation_id))
        .where(col(Alarm.patient_id).in_(readable))
        .order_by(col(Alarm.urgency).desc(), col(Alarm.feedback_id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


_ADD = adding(Alarm, ("feedback_id", "patient_id", "urgency"))
_END = Prepared(delete(Alarm).where(col(Alarm.feedback_id) == bindparam("feedback")))
