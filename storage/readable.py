"""Whose record somebody may read, as a query to put into other queries: no list of ids travels, however many patients."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, or_
from sqlalchemy import select as columns
from sqlmodel import col

from storage.tables import Patient, PatientShare

Readable = Select[Any]
"""A query for the ids of patients."""
STANDS = col(Patient.erased).is_(None)
"""Of a patient: what was erased is nobody's to read."""


def of_practitioner(practice_id: int, person_id: int, now: datetime) -> Readable:
    """The patients that are theirs or shared with them, at whatever level, and not until before now."""
    shared = columns(col(PatientShare.patient_id)).where(
        col(PatientShare.person_id) == person_id,
        or_(col(PatientShare.until).is_(None), col(PatientShare.until) > now),
    )
    return columns(col(Patient.id)).where(
        col(Patient.practice_id) == practice_id,
        STANDS,
        or_(col(Patient.practitioner_id) == person_id, col(Patient.id).in_(shared)),
    )


def of_patient(practice_id: int, patient_id: int) -> Readable:
    """Their own."""
    return columns(col(Patient.id)).where(
        col(Patient.practice_id) == practice_id, col(Patient.id) == patient_id, STANDS
    )


def of_practice(practice_id: int) -> Readable:
    """All of a practice."""
    return columns(col(Patient.id)).where(col(Patient.practice_id) == practice_id, STANDS)


def nobody() -> Readable:
    """No record at all."""
    return columns(col(Patient.id)).where(false())
