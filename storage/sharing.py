"""Reading with whom records are shared, what has run out, and what was opened in an emergency."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.readable import Readable
from storage.tables import EmergencyAccess, Patient, PatientShare, Person


def of_patient(session: Session, patient_id: int, now: datetime) -> list[PatientShare]:
    """List with whom a patient is shared at present, oldest first."""
    statement = select(PatientShare).where(
        PatientShare.patient_id == patient_id, or_(col(PatientShare.until).is_(None), col(PatientShare.until) > now)
    )
    return list(session.exec(statement.order_by(col(PatientShare.id))))


def between(session: Session, patient_id: int, person_id: int) -> PatientShare | None:
    """Find the share of a patient with one person, also one that has run out."""
    statement = select(PatientShare).where(PatientShare.patient_id == patient_id, PatientShare.person_id == person_id)
    return session.exec(statement).first()


def shared_at(session: Session, person_id: int, levels: Collection[str], now: datetime) -> list[int]:
    """List the patients that are shared with somebody at one of these levels, at present."""
    statement = select(PatientShare.patient_id).where(
        PatientShare.person_id == person_id,
        col(PatientShare.level).in_(levels),
        or_(col(PatientShare.until).is_(None), col(PatientShare.until) > now),
    )
    return list(session.exec(statement))


def end(session: Session, patient_id: int, person_id: int) -> bool:
    """End a share; says whether there was one."""
    statement = delete(PatientShare).where(
        col(PatientShare.patient_id) == patient_id, col(PatientShare.person_id) == person_id
    )
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def any_over(through: Through, now: datetime) -> bool:
    """Say whether a share has run out."""
    return _OVER.first(connection_of(through), now=now) is not None


def over(session: Session, now: datetime) -> list[PatientShare]:
    """List the shares that have run out."""
    return list(session.exec(select(PatientShare).where(col(PatientShare.until) <= now)))


def colleagues(session: Session, practice_id: int, *, without: int) -> list[Person]:
    """List the practitioners of a practice who may sign in, but for one, by name."""
    statement = select(Person).where(
        Person.practice_id == practice_id, Person.role == "practitioner", ~col(Person.disabled), Person.id != without
    )
    return list(session.exec(statement.order_by(col(Person.name), col(Person.id))))


def patients_of(session: Session, practice_id: int, practitioner_id: int) -> list[Patient]:
    """List the patients whose own practitioner somebody is."""
    statement = select(Patient).where(Patient.practice_id == practice_id, Patient.practitioner_id == practitioner_id)
    return list(session.exec(statement.order_by(col(Patient.id))))


def born_on(session: Session, practice_id: int, born: date) -> list[Patient]:
    """List the patients of a practice with a day of birth."""
    return list(session.exec(select(Patient).where(Patient.practice_id == practice_id, Patient.born == born)))


def tries_in_vain(session: Session, person_id: int, since: datetime) -> list[datetime]:
    """List when somebody asked for a record in an emergency and nothing was opened, oldest first."""
    statement = select(EmergencyAccess.at).where(
        EmergencyAccess.person_id == person_id, col(EmergencyAccess.patient_id).is_(None), EmergencyAccess.at > since
    )
    return list(session.exec(statement.order_by(col(EmergencyAccess.at))))


def opened_by(session: Session, person_id: int, since: datetime) -> list[datetime]:
    """List when somebody opened a record in an emergency, oldest first."""
    statement = select(EmergencyAccess.at).where(
        EmergencyAccess.person_id == person_id, col(EmergencyAccess.patient_id).is_not(None), EmergencyAccess.at > since
    )
    return list(session.exec(statement.order_by(col(EmergencyAccess.at))))


def unseen(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any, Any]]:
    """List what was opened in an emergency of readable patients, and not seen, newest first: with patient and who opened it."""
    statement = (
        columns(EmergencyAccess, Patient, col(Person.name))
        .join(Patient, col(Patient.id) == col(EmergencyAccess.patient_id))
        .join(Person, col(Person.id) == col(EmergencyAccess.person_id))
        .where(col(EmergencyAccess.patient_id).in_(readable), col(EmergencyAccess.seen).is_(None))
        .order_by(col(EmergencyAccess.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def opened_in(session: Session, practice_id: int, since: datetime, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List what was opened in an emergency in a practice, newest first: with who opened it."""
    statement = (
        columns(EmergencyAccess, col(Person.name))
        .join(Person, col(Person.id) == col(EmergencyAccess.person_id))
        .where(col(EmergencyAccess.practice_id) == practice_id, col(EmergencyAccess.patient_id).is_not(None))
        .where(col(EmergencyAccess.at) > since)
        .order_by(col(EmergencyAccess.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


_OVER = Prepared(columns(col(PatientShare.id)).where(col(PatientShare.until) <= bindparam("now")).limit(1))
