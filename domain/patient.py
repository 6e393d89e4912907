"""Patients: taking one in, reading the profile that the safety gate judges by."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlmodel import Session

from domain.age import age
from domain.errors import NotAllowed
from domain.events import patient_recorded
from domain.gate import Profile
from domain.ledger import Change
from domain.messages import PatientUpdate, Shape
from domain.once import once
from domain.permission import Action, Actor, Thing, may, readable, record_of, refusal
from domain.readings import looked, shown
from domain.services import Services
from domain.text import Line, Name
from storage import care
from storage.tables import Patient

EARLIEST_BIRTH = date(1900, 1, 1)
PAGE = 50
LONGEST_WEEKS = 43
"""A pregnancy that is said to be longer is not believed: the day is out of date."""


def _born_by_now(day: date | None) -> date | None:
    if _to_come(day):
        raise ValueError("the day of birth is yet to come")
    return day


def _begun_by_now(day: date | None) -> date | None:
    if _to_come(day):
        raise ValueError("the first day of the last period is yet to come")
    return day


def _to_come(day: date | None) -> bool:
    return day is not None and day > datetime.now(UTC).date() + timedelta(days=1)  # it is tomorrow already somewhere


class PatientInput(BaseModel):
    """What a practitioner records of a patient; what is left out is not known."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    born: Annotated[date | None, AfterValidator(_born_by_now)] = Field(default=None, ge=EARLIEST_BIRTH)
    sex: Line = ""
    pregnant: bool | None = None
    pregnant_since: Annotated[date | None, AfterValidator(_begun_by_now)] = Field(default=None, ge=EARLIEST_BIRTH)
    """First day of the last period."""
    lactating: bool | None = None
    surgery_on: date | None = Field(default=None, ge=EARLIEST_BIRTH)
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
    pregnant_since: date | None
    lactating: bool | None
    surgery_on: date | None
    allergies: list[str]
    conditions: list[str]
    medicines: list[str]
    synthetic: bool
    created: datetime
    restricted: datetime | None
    """Since when the record may be read and not used; null while it may be used."""
    version: str
    """Another one as soon as anything of it has changed: what a change is based on."""


class ProfileInput(PatientInput):
    """A profile in place of the one that stands; ``version`` is of the one that it was made from, where that is known."""

    version: Line | None = None


def record(services: Services, actor: Actor, given: PatientInput, *, repeat_key: str | None = None) -> PatientState:
    """Take a new patient in; the practitioner who records is theirs. Raises NotAllowed, Conflict."""

    def act(change: Change) -> dict[str, Any]:
        return once(
            change,
            actor,
            repeat_key,
            ("patient", given),
            lambda: state_of(add(change, actor, given)).model_dump(mode="json"),
        )

    return PatientState.model_validate(services.ledger.write(act))


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


def listing(
    services: Services, actor: Actor, *, after: int = 0, limit: int = PAGE, newest: bool = False, search: str = ""
) -> list[PatientState]:
    """List the patients whose record the actor may read, from behind the id ``after``; ``search`` is part of the name."""
    with services.database.read() as session:
        found = care.patients(session, readable(actor), after=after, limit=limit, newest=newest, search=search)
        shown(session, actor, "patients", [key(patient) for patient in found])
        return [state_of(patient) for patient in found]


def find(session: Session, actor: Actor, patient_id: int, action: Action) -> Patient:
    """Load a patient for an action.

    Raises NotFound for none and for one of whom this actor may know nothing, NotAllowed for one whom they may only read.
    """
    patient = session.get(Patient, patient_id)
    thing = None if patient is None or patient.erased is not None else record_of(session, patient)
    if patient is None or thing is None or not may(actor, action, thing):
        raise refusal(actor, thing, "There is no such patient.")
    looked(session, actor, "patient", patient_id, patient_id)
    return patient


def profile_of(
    patient: Patient,
    *,
    today: date | None = None,
    findings: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
    patterns: tuple[str, ...] = (),
    tradition: str = "",
) -> Profile:
    """Describe a patient to the safety gate; what was found, looked for in vain and holds comes from a diagnosis."""
    today = today or datetime.now(UTC).date()
    cannot = patient.sex == "male"  # otherwise a question that nobody asks would cloud every verdict
    return Profile(
        age=None if patient.born is None else age(patient.born, today),
        pregnant=False if cannot and patient.pregnant is None else patient.pregnant,
        lactating=False if cannot and patient.lactating is None else patient.lactating,
        allergies=tuple(patient.allergies),
        conditions=tuple(patient.conditions),
        medicines=tuple(patient.medicines),
        surgery_within_days=_days_ahead(patient.surgery_on, today),
        trimester=trimester(patient.pregnant_since, today) if patient.pregnant else None,
        findings=findings,
        absent=absent,
        patterns=patterns,
        tradition=tradition,
    )


def trimester(since: date | None, today: date) -> int | None:
    """Give the trimester from the first day of the last period: up to 13 weeks, up to 27, and from the 28th on.

    None where the day is not known, is to come, or is longer ago than a pregnancy lasts.
    """
    weeks = None if since is None else (today - since).days // 7
    if weeks is None or not 0 <= weeks <= LONGEST_WEEKS:
        return None
    return 1 if weeks < 14 else 2 if weeks < 28 else 3


def state_of(patient: Patient) -> PatientState:
    """Describe a patient."""
    fields: dict[str, Any] = {name: getattr(patient, name) for name in PatientState.model_fields if name != "version"}
    state = PatientState(**fields, version="")
    return state.model_copy(update={"version": hashlib.sha256(state.model_dump_json().encode()).hexdigest()[:16]})


def key(row: Any) -> int:
    """Give the id of a row that is in the database."""
    return int(row.id)


def _days_ahead(day: date | None, today: date) -> int | None:
    if day is None or day < today:
        return None
    return (day - today).days
