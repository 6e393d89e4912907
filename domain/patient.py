"""Patients: taking one in, reading the profile that the safety gate judges by."""

from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from domain.errors import NotAllowed, NotFound
from domain.events import patient_recorded
from domain.gate import Profile
from domain.ledger import Change
from domain.messages import PatientUpdate, Shape
from domain.permission import Action, Actor, Thing, may, readable_patients, record_of
from domain.services import Services
from domain.text import Line, Name
from storage import care
from storage.tables import Patient

EARLIEST_BIRTH = date(1900, 1, 1)
PAGE = 50


class PatientInput(BaseModel):
    """What a practitioner records of a patient; what is left out is not known."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    born: date | None = Field(default=None, ge=EARLIEST_BIRTH)
    sex: Line = ""
    pregnant: bool | None = None
    lactating: bool | None = None
    surgery_on: date | None = None
    allergies: list[Name] = Field(default_factory=list, max_length=50)
    conditions: list[Name] = Field(default_factory=list, max_length=50)
    medicines: list[Name] = Field(default_factory=list, max_length=50)


class PatientState(Shape):
    """A patient's profile as it stands."""

    id: int
    name: str
    born: date | None
    sex: str
    pregnant: bool | None
    lactating: bool | None
    surgery_on: date | None
    allergies: list[str]
    conditions: list[str]
    medicines: list[str]
    synthetic: bool
    created: datetime


def record(services: Services, actor: Actor, given: PatientInput) -> PatientState:
    """Take a new patient in; the practitioner who records is theirs. Raises NotAllowed."""
    return services.ledger.write(lambda change: state_of(add(change, actor, given)))


def add(change: Change, actor: Actor, given: PatientInput, *, synthetic: bool = False) -> Patient:
    """Take a new patient in, as part of a change."""
    if not may(actor, Action.RECORD_PATIENT, Thing(actor.practice_id)):
        raise NotAllowed("Only a practitioner can take a patient in.")
    patient = Patient(
        practice_id=actor.practice_id,
        practitioner_id=actor.person_id,
        synthetic=synthetic,
        created=change.now,
        **given.model_dump(),
    )
    change.session.add(patient)
    change.session.flush()
    patient_id = key(patient)
    change.record(
        patient_recorded(PatientUpdate(patient_id=patient_id, change="recorded", readers=[actor.person_id])),
        practice_id=actor.practice_id,
    )
    change.audit(actor, "record", "patient", patient_id)
    return patient


def read(services: Services, actor: Actor, patient_id: int) -> PatientState:
    """Read a profile. Raises NotFound."""
    with services.database.read() as session:
        return state_of(find(session, actor, patient_id, Action.READ))


def listing(services: Services, actor: Actor, *, after: int = 0, limit: int = PAGE) -> list[PatientState]:
    """List the patients whose record the actor may read, oldest first, from behind the id ``after``."""
    with services.database.read() as session:
        readable = sorted(readable_patients(session, actor))
        return [state_of(patient) for patient in care.patients(session, readable, after=after, limit=limit)]


def find(session: Session, actor: Actor, patient_id: int, action: Action) -> Patient:
    """Load a patient for an action; raises NotFound for none and for one that this actor may not do it to."""
    patient = session.get(Patient, patient_id)
    if patient is None or not may(actor, action, record_of(session, patient)):
        raise NotFound("There is no such patient.")
    return patient


def profile_of(patient: Patient, *, today: date | None = None) -> Profile:
    """Describe a patient to the safety gate."""
    today = today or datetime.now(UTC).date()
    cannot = patient.sex == "male"  # otherwise a question that nobody asks would cloud every verdict
    return Profile(
        age=None if patient.born is None else age(patient.born, today),
        pregnant=False if cannot else patient.pregnant,
        lactating=False if cannot else patient.lactating,
        allergies=tuple(patient.allergies),
        conditions=tuple(patient.conditions),
        medicines=tuple(patient.medicines),
        surgery_within_days=_days_ahead(patient.surgery_on, today),
    )


def age(born: date, today: date) -> int:
    """Give the age in whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def state_of(patient: Patient) -> PatientState:
    """Describe a patient."""
    fields: dict[str, Any] = {name: getattr(patient, name) for name in PatientState.model_fields}
    return PatientState(**fields)


def key(row: Any) -> int:
    """Give the id of a row that is in the database."""
    return int(row.id)


def _days_ahead(day: date | None, today: date) -> int | None:
    if day is None or day < today:
        return None
    return (day - today).days
