"""What the database says of how the program runs: ages and counts over all practices, and nothing of anybody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy import select as columns
from sqlmodel import Session, col, func

from storage.tables import Alarm, AuditEntry, Delivery, Diagnosis, Event, Feedback, SignIn


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of something wait, and since when the oldest does; None where none does."""

    count: int
    since: datetime | None


def undelivered(session: Session, now: datetime) -> Waiting:
    """Count the entries of the log that devices known for a diagnosis have not confirmed.

    A device that is signed out, or whose sign-in is over, will never confirm anything. The age is of what is still in the log.
    """
    behind = (
        columns(
            func.coalesce(func.sum(col(Diagnosis.seq) - col(Delivery.seq)), 0),
            func.min(col(Event.created)),
        )
        .select_from(Delivery)
        .join(SignIn, col(SignIn.id) == col(Delivery.sign_in_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Delivery.diagnosis_id))
        .outerjoin(
            Event,
            and_(col(Event.diagnosis_id) == col(Delivery.diagnosis_id), col(Event.seq) == col(Delivery.seq) + 1),
        )
        .where(col(SignIn.revoked).is_(None), col(SignIn.expires) > now, col(Diagnosis.seq) > col(Delivery.seq))
    )
    count, since = session.execute(behind).one()
    return Waiting(int(count), since)


def alarms(session: Session) -> Waiting:
    """Count the serious answers that nobody has seen; the age is of the latest word of the one that waits longest."""
    statement = (
        columns(func.count(), func.min(col(Feedback.updated)))
        .select_from(Alarm)
        .join(Feedback, col(Feedback.id) == col(Alarm.feedback_id))
    )
    count, since = session.execute(statement).one()
    return Waiting(int(count), since)


def audit_entries(session: Session) -> int:
    """Say how long the audit is: its newest number, because no entry is ever taken out."""
    return int(session.execute(columns(func.coalesce(func.max(col(AuditEntry.id)), 0))).scalar_one())
