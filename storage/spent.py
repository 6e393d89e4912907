"""Deleting what is spent: nobody comes back for it, and some of it holds what patients have said."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from storage.tables import (
    AuditEntry,
    AuditReason,
    EmergencyAccess,
    IdempotencyKey,
    IntakeDraft,
    Invite,
    Patient,
    RefreshToken,
)

ANSWERS_KEPT = timedelta(days=7)
"""For how long a phone may repeat a request whose answer it lost: longer than it keeps what is unsent."""
AFTER_THE_END = timedelta(days=30)
"""For how long an invite and a refresh token are recognised after they are over."""
DRAFTS_KEPT = timedelta(days=30)
"""For how long a draft waits for its practitioner to come back to it (our proposal)."""
UNDOABLE = timedelta(days=1)
"""For how long a draft that was thrown away can be brought back (our proposal)."""


def delete_spent(session: Session, now: datetime, most: int) -> int:
    """Delete at most so many rows of each kind; says how many there were of the kind that had most."""
    kinds = (
        (IdempotencyKey, col(IdempotencyKey.created) < now - ANSWERS_KEPT),
        (Invite, col(Invite.expires) < now - AFTER_THE_END),
        (RefreshToken, col(RefreshToken.expires) < now - AFTER_THE_END),
        (IntakeDraft, col(IntakeDraft.updated) < now - DRAFTS_KEPT),
        (IntakeDraft, col(IntakeDraft.discarded) < now - UNDOABLE),
    )
    gone = 0
    for table, over in kinds:
        some = select(table.id).where(over).limit(most)
        gone = max(gone, int(session.execute(delete(table).where(col(table.id).in_(some))).rowcount))  # type: ignore[attr-defined]
    return gone


def delete_outlived(session: Session, most: int) -> int:
    """Delete at most so many reasons that nobody's erasure finds any more; says how many.

    Earlier versions left those of patients who were erased, and kept what was typed for an emergency access in vain, which may be
    about anybody.
    """
    erased = select(Patient.id).where(col(Patient.erased).is_not(None))
    in_vain = select(AuditEntry.id).where(AuditEntry.action == "break glass in vain")
    left = or_(col(AuditReason.patient_id).in_(erased), col(AuditReason.entry_id).in_(in_vain))
    some = select(AuditReason.entry_id).where(left).limit(most)
    typed = col(EmergencyAccess.patient_id).is_(None) & (col(EmergencyAccess.reason) != "")
    session.execute(update(EmergencyAccess).where(typed).values(reason=""))
    return int(session.execute(delete(AuditReason).where(col(AuditReason.entry_id).in_(some))).rowcount)  # type: ignore[attr-defined]
