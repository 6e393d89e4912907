"""What people have set aside in their inboxes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy import select as columns
from sqlmodel import Session, col

from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.tables import SetAside


def of_person(through: Through, person_id: int) -> Sequence[tuple[str, str, datetime]]:
    """List what one person has set aside: what it is called, how it stood, and until when; a few microseconds."""
    return _OF_PERSON.run(connection_of(through), person=person_id)


def put(session: Session, row: SetAside, now: datetime) -> None:
    """Set something aside, in place of how it was set aside before; what was over is cleared away with it."""
    drop(session, row.person_id, row.item)
    over = delete(SetAside).where(col(SetAside.person_id) == row.person_id, col(SetAside.until) <= now)
    session.execute(over)
    session.add(row)


def drop(session: Session, person_id: int, item: str) -> int | None:
    """Put something back; returns the patient it is about, None where it was not set aside."""
    statement = delete(SetAside).where(col(SetAside.person_id) == person_id, col(SetAside.item) == item)
    return session.execute(statement.returning(col(SetAside.patient_id))).scalar_one_or_none()


_OF_PERSON = Prepared(
    columns(col(SetAside.item), col(SetAside.said), col(SetAside.until)).where(
        col(SetAside.person_id) == bindparam("person")
    )
)
