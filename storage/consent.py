"""What patients have said, as parts of other queries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, false
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage.readable import Readable
from storage.tables import Consent, Diagnosis, Feedback, Patient, Person, Recommendation


def newest_word(patient: Any, kind: Any) -> Select[Any]:
    """Ask for the newest word of a patient (a column or a parameter) on something; nothing where they were not asked."""
    said = aliased(Consent)
    asked = columns(col(said.granted)).where(col(said.patient_id) == patient, col(said.kind) == kind)
    return asked.order_by(col(said.id).desc()).limit(1)


def counted_word(patient: Any) -> ColumnElement[Any]:
    """Ask whether a patient is counted: no while their record is restricted, else their newest word on statistics."""
    row = aliased(Patient)
    restricted = columns(col(row.restricted).is_not(None)).where(col(row.id) == patient).scalar_subquery()
    return case((restricted, false()), else_=newest_word(patient, "statistics").scalar_subquery())


def history(session: Session, patient_id: int) -> list[tuple[Consent, str]]:
    """List all that a patient has ever said, oldest first, each with the role of who noted it; empty for the program."""
    statement = (
        select(Consent, Person.role)
        .outerjoin(Person, col(Person.id) == col(Consent.recorded_by))
        .where(Consent.patient_id == patient_id)
        .order_by(col(Consent.id))
    )
    return [(row, role or "") for row, role in session.exec(statement)]


def withdrawn(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any, Any]]:
    """List the readable patients whose newest word on treatment is a no that nobody has seen, newest first.

    Each row is the word, the patient, and the role of who noted it.
    """
    later = aliased(Consent)
    overtaken = columns(col(later.id)).where(
        col(later.patient_id) == col(Consent.patient_id), col(later.kind) == "care", col(later.id) > col(Consent.id)
    )
    statement = (
        columns(Consent, Patient, col(Person.role))
        .join(Patient, col(Patient.id) == col(Consent.patient_id))
        .outerjoin(Person, col(Person.id) == col(Consent.recorded_by))
        .where(col(Consent.kind) == "care", ~col(Consent.granted), col(Consent.seen).is_(None))
        .where(col(Consent.patient_id).in_(readable), ~overtaken.exists())
        .order_by(col(Consent.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def last_contact(session: Session, patient_id: int) -> datetime:
    """Say when something was last recorded of a patient: a diagnosis, an approval, a stop or an answer."""
    moments = [session.get_one(Patient, patient_id).created]
    for column, owner in (
        (Diagnosis.created, Diagnosis.patient_id),
        (Feedback.created, Feedback.patient_id),
        (Recommendation.approved, Recommendation.patient_id),
        (Recommendation.stopped, Recommendation.patient_id),
    ):
        newest = session.exec(select(func.max(column)).where(col(owner) == patient_id)).one()
        if newest is not None:
            moments.append(newest)
    return max(moments)


def at_rest(session: Session) -> list[Patient]:
    """List the patients, made-up ones aside, who have no open diagnosis and are not erased."""
    treated = select(Diagnosis.patient_id).where(Diagnosis.status == "open")
    statement = select(Patient).where(
        col(Patient.erased).is_(None), col(Patient.synthetic).is_(False), col(Patient.id).not_in(treated)
    )
    return list(session.exec(statement.order_by(col(Patient.practice_id), col(Patient.id))))
