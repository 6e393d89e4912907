"""One clinical record in one look: what a diagnosis is, whose, and who may reach it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_
from sqlalchemy import select as columns
from sqlmodel import col

from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.tables import Diagnosis, Mark, Patient, PatientShare


@dataclass(frozen=True, slots=True)
class Record:
    """What is asked of a diagnosis before anything is done to it."""

    id: int
    practice_id: int
    patient_id: int
    condition_id: str | None
    baseline: int | None
    second_symptom: str
    """Empty where the diagnosis has none, and so is the activity."""
    activity: str
    status: str
    seq: int
    practitioner_id: int
    """The patient's own."""
    patient_practice_id: int
    shared: str | None
    """The level at which the patient is shared with the person who asks; None where they are not."""
    epoch: str
    """Of the log."""


def record(through: Through, diagnosis_id: int, person_id: int, now: datetime) -> Record | None:
    """Read a record for the person who asks; None where there is none."""
    found = _RECORD.first(connection_of(through), diagnosis=diagnosis_id, person=person_id, now=now)
    return None if found is None else Record(*found)


_SHARED = (
    columns(col(PatientShare.level))
    .where(
        col(PatientShare.patient_id) == col(Patient.id),
        col(PatientShare.person_id) == bindparam("person"),
        or_(col(PatientShare.until).is_(None), col(PatientShare.until) > bindparam("now")),
    )
    .scalar_subquery()
)
_EPOCH = columns(col(Mark.value)).where(col(Mark.name) == "epoch").scalar_subquery()
_RECORD = Prepared(
    columns(
        col(Diagnosis.id),
        col(Diagnosis.practice_id),
        col(Diagnosis.patient_id),
        col(Diagnosis.condition_id),
        col(Diagnosis.baseline),
        col(Diagnosis.second_symptom),
        col(Diagnosis.activity),
        col(Diagnosis.status),
        col(Diagnosis.seq),
        col(Patient.practitioner_id),
        col(Patient.practice_id).label("patient_practice_id"),
        _SHARED.label("shared"),
        _EPOCH.label("epoch"),
    )
    .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
    .where(col(Diagnosis.id) == bindparam("diagnosis"), col(Patient.erased).is_(None))
)
