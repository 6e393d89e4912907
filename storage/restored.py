"""What has to change in a database that comes from a backup, before anybody meets it."""

import secrets
from datetime import datetime

from sqlalchemy import CursorResult, Executable, text, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.backup import Shut, Unlinked
from storage.migrations import EPOCH
from storage.tables import Identity, Invite, Mark, Patient, Person, Practice, SignIn

Tombstone = tuple[int, datetime, int, datetime, datetime]
"""A patient who was erased: number and beginning, those of the practice, and when."""
SHUT = text("UPDATE person SET disabled = :yes WHERE id = :id AND created = :created AND NOT disabled")
"""The same person has the same number and the same beginning."""
UNLINKED = text(
    "UPDATE identity SET unlinked = :unlinked WHERE person_id = :id AND issuer = :issuer AND unlinked IS NULL "
    "AND EXISTS (SELECT 1 FROM person WHERE id = :id AND created = :begun)"
)
MARKED = text(
    "INSERT INTO identity (person_id, issuer, subject, by_email, created, unlinked) "
    "SELECT id, :issuer, :subject, :by_email, :created, :unlinked FROM person WHERE id = :id AND created = :begun "
    "ON CONFLICT DO NOTHING"
)
"""Where the backup is from before the first link, which an address would make again."""


def new_epoch(session: Session) -> None:
    """Name the log anew: its numbers will be given out again, for other things."""
    session.get_one(Mark, EPOCH).value = secrets.token_hex(8)


def end_sign_ins(session: Session, now: datetime) -> int:
    """End every sign-in that the backup brings back to life; counts them."""
    ended = update(SignIn).where(col(SignIn.revoked).is_(None)).values(revoked=now)
    return _changed(session, ended)


def services_in_force(session: Session, now: datetime) -> list[str]:
    """Name the services whose tokens hold."""
    statement = select(Person.name).join(SignIn, col(SignIn.person_id) == col(Person.id))
    held = statement.where(SignIn.kind == "service", col(SignIn.revoked).is_(None), SignIn.expires > now)
    return sorted(set(session.exec(held)))


def end_invites(session: Session, now: datetime) -> int:
    """End every invite that is open; counts them."""
    open_ones = (col(Invite.used).is_(None), col(Invite.expires) > now)
    return _changed(session, update(Invite).where(*open_ones).values(expires=now))


def shut_out_again(session: Session, people: Shut) -> int:
    """Keep those out who were shut out since; counts them."""
    return sum(_changed(session, SHUT, id=number, created=created, yes=True) for number, created in people)


def unlink_again(session: Session, accounts: Unlinked) -> None:
    """Keep unlinked what was unlinked since."""
    for number, begun, issuer, subject, by_email, created, unlinked in accounts:
        row = {"id": number, "begun": begun, "issuer": issuer, "unlinked": unlinked}
        session.execute(UNLINKED, row)
        session.execute(MARKED, row | {"subject": subject, "by_email": by_email, "created": created})


def shut_out_in(session: Session) -> Shut:
    """List who may not come in, in the database that a restored one follows."""
    statement = columns(col(Person.id), col(Person.created)).where(col(Person.disabled))
    return [tuple(row) for row in session.execute(statement)]


def unlinked_in(session: Session) -> Unlinked:
    """List the accounts at providers that were unlinked, in the database that a restored one follows."""
    of_row = (Identity.issuer, Identity.subject, Identity.by_email, Identity.created, Identity.unlinked)
    statement = columns(col(Person.id), col(Person.created), *map(col, of_row))
    statement = statement.join(Person, col(Person.id) == col(Identity.person_id)).where(
        col(Identity.unlinked).is_not(None)
    )
    return [tuple(row) for row in session.execute(statement.select_from(Identity))]


def erased_in(session: Session) -> list[Tombstone]:
    """List who was erased."""
    statement = columns(
        col(Patient.id), col(Patient.created), col(Practice.id), col(Practice.created), col(Patient.erased)
    ).join(Practice, col(Practice.id) == col(Patient.practice_id))
    return [tuple(row) for row in session.execute(statement.where(col(Patient.erased).is_not(None)))]


def practices(session: Session) -> list[int]:
    """List the practices."""
    return [int(one or 0) for one in session.exec(select(Practice.id).order_by(col(Practice.id)))]


def _changed(session: Session, statement: Executable, **named: object) -> int:
    result = session.execute(statement, named)
    assert isinstance(result, CursorResult)  # noqa: S101 - of an UPDATE
    return int(result.rowcount)
