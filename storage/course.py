"""Reading when doses of a patient were changed: the audit knows all of them, the log how much, for as long as it goes back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col

from storage.tables import AuditEntry, Event

CHANGED = "change dose"
"""What the audit calls another dose of something that is taken already."""


def dose_changes(session: Session, patient_id: int) -> list[tuple[int, datetime]]:
    """List the recommendations whose dose was changed while they were taken, and when, oldest first."""
    statement = (
        columns(col(AuditEntry.thing_id), col(AuditEntry.at))
        .where(
            col(AuditEntry.patient_id) == patient_id,
            col(AuditEntry.thing) == "recommendation",
            col(AuditEntry.action) == CHANGED,
        )
        .order_by(col(AuditEntry.id))
    )
    return [(int(number), at) for number, at in session.execute(statement)]


def told_at(session: Session, patient_id: int, moments: Collection[datetime]) -> list[tuple[datetime, str]]:
    """Read what was told of a patient's recommendations at these moments, as far back as the log goes: when, and the JSON."""
    statement: Any = columns(col(Event.created), col(Event.data)).where(
        col(Event.patient_id) == patient_id,
        col(Event.type) == "recommendation_update",
        col(Event.created).in_(moments),
    )
    return [(at, data) for at, data in session.execute(statement)]
