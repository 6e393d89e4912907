"""What a search for patients asks of the database: whose names have changed, and who of those that fit may be read."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from storage.readable import STANDS, Readable
from storage.tables import Diagnosis, Event, Patient

Named = tuple[int, str]


def names(session: Session, practice_id: int) -> list[Named]:
    """List the patients of a practice with their names."""
    statement = select(Patient.id, Patient.name).where(Patient.practice_id == practice_id, STANDS)
    return [(int(one), name) for one, name in session.exec(statement) if one is not None]


def names_of(session: Session, patient_ids: Collection[int]) -> list[Named]:
    """Read the names of some patients; who was erased has none."""
    statement = select(Patient.id, Patient.name).where(col(Patient.id).in_(patient_ids), STANDS)
    return [(int(one), name) for one, name in session.exec(statement) if one is not None]


def position(session: Session, practice_id: int) -> int:
    """Say how far the log of a practice goes."""
    return session.exec(select(func.max(Event.position)).where(Event.practice_id == practice_id)).one() or 0


def changed_since(session: Session, practice_id: int, since: int) -> set[int]:
    """List the patients of whom the log says since then that something of their record itself has changed."""
    statement = select(Event.patient_id).where(
        Event.practice_id == practice_id, col(Event.position) > since, Event.type == "patient_update"
    )
    return {int(one) for one in session.exec(statement) if one is not None}


def readable_among(
    session: Session, readable: Readable, patient_ids: Collection[int]
) -> dict[int, tuple[str, date | None]]:
    """Read name and day of birth of those among some patients whose record may be read."""
    statement = columns(col(Patient.id), col(Patient.name), col(Patient.born)).where(
        col(Patient.id).in_(patient_ids), col(Patient.id).in_(readable)
    )
    return {one: (name, born) for one, name, born in session.execute(statement)}


def all_readable(session: Session, readable: Readable) -> set[int]:
    """List the ids of all whose record may be read."""
    return {int(one) for one in session.execute(readable).scalars()}


def open_diagnoses(session: Session, patient_ids: Collection[int]) -> dict[int, list[Diagnosis]]:
    """Read the open diagnoses of some patients, the newest of each first."""
    found: dict[int, list[Diagnosis]] = {one: [] for one in patient_ids}
    statement = select(Diagnosis).where(col(Diagnosis.patient_id).in_(patient_ids), Diagnosis.status == "open")
    for row in session.exec(statement.order_by(col(Diagnosis.id).desc())):
        found[row.patient_id].append(row)
    return found
