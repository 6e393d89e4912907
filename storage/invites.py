"""Invites: listing those that hold, using one up, ending them."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.tables import Invite, Person


def use(session: Session, code_hash: str, now: datetime) -> Invite | None:
    """Use an invite up, of several who try at the same time for one; None when there is none, or it was used or is too old."""
    statement = (
        update(Invite)
        .where(col(Invite.code_hash) == code_hash, col(Invite.used).is_(None), col(Invite.expires) > now)
        .values(used=now)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]
        return None
    return session.exec(select(Invite).where(Invite.code_hash == code_hash)).first()


def open_ones(session: Session, patient_id: int, now: datetime) -> list[tuple[Invite, str]]:
    """List a patient's invites that hold, the newest first, each with the name of who invited."""
    statement = (
        select(Invite, Person.name)
        .join(Person, col(Person.id) == col(Invite.created_by))
        .where(Invite.patient_id == patient_id, col(Invite.used).is_(None), Invite.expires > now)
        .order_by(col(Invite.id).desc())
    )
    return [(invite, name) for invite, name in session.exec(statement)]


def end_open(session: Session, patient_id: int, now: datetime, *, only: int | None = None) -> int:
    """End a patient's invites that hold, or one of them; counts them."""
    statement = (
        update(Invite)
        .where(col(Invite.patient_id) == patient_id, col(Invite.used).is_(None), col(Invite.expires) > now)
        .values(expires=now)
        .execution_options(synchronize_session=False)
    )
    if only is not None:
        statement = statement.where(col(Invite.id) == only)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]
