"""Who may do what: one function that every door asks."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, select

from storage.readable import Readable, nobody, of_patient, of_practice, of_practitioner
from storage.tables import Patient, PatientShare


class Action(StrEnum):
    """What somebody wants to do."""

    READ = "read"
    """See a clinical record."""
    TREAT = "treat"
    """Change a clinical record: findings, recommendations, invites."""
    ANSWER = "answer"
    """Give or correct feedback."""
    READ_STATISTICS = "read_statistics"
    """See what works in the practice, over all patients."""
    OBSERVE = "observe"
    """See how the program runs: counts, and never a person."""
    RECORD_PATIENT = "record_patient"
    """Take a new patient in."""
    READ_KNOWLEDGE = "read_knowledge"
    """Read what the practice knows, row by row, and what it has brought in; never a patient."""
    ADMINISTER = "administer"
    """Manage people."""
    INTEGRATE = "integrate"
    """Push updates from another backend."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks: a person who signed in, on one of their devices, or the program itself."""

    person_id: int
    practice_id: int
    role: str
    name: str = ""
    patient_id: int | None = None
    """For patients: whose record is theirs."""
    sign_in_id: int | None = None
    address: str = ""
    until: datetime | None = None
    """When the sign-in ends; None for the program itself."""
    scopes: frozenset[str] = frozenset()
    """For services: what their token was given out for."""

    @property
    def is_patient(self) -> bool:
        """Whether this is the person who is treated."""
        return self.role == "patient"


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked about: the practice as a whole, or one patient's record with those who may read it."""

    practice_id: int
    patient_id: int | None = None
    readers: frozenset[int] = field(default_factory=frozenset)


def may(actor: Actor, action: Action, thing: Thing) -> bool:
    """Decide whether ``actor`` may do ``action`` to ``thing``.

    A patient sees and answers for their own record; a practitioner those that are theirs or shared with them; an admin
    manages people and reads statistics, and no record; a service, for any patient of its practice, what its token's scopes
    say. Nobody reaches into another practice.
    """
    if actor.practice_id != thing.practice_id:
        return False
    if actor.role == "service":
        return any(action in SCOPES.get(scope, frozenset()) for scope in actor.scopes)
    if thing.patient_id is None:
        return action in _PRACTICE_WIDE.get(actor.role, frozenset())
    match actor.role:
        case "patient":
            return actor.patient_id == thing.patient_id and action in {Action.READ, Action.ANSWER}
        case "practitioner":
            return actor.person_id in thing.readers and action in {Action.READ, Action.TREAT, Action.ANSWER}
        case _:
            return False


_PRACTICE_WIDE = {
    "practitioner": frozenset({Action.READ_STATISTICS, Action.OBSERVE, Action.RECORD_PATIENT, Action.READ_KNOWLEDGE}),
    "admin": frozenset({Action.READ_STATISTICS, Action.OBSERVE, Action.ADMINISTER, Action.READ_KNOWLEDGE}),
}

SCOPES = {
    "broadcast": frozenset({Action.INTEGRATE, Action.ANSWER}),
    "status": frozenset({Action.OBSERVE}),
    "follow": frozenset({Action.READ}),
    "knowledge": frozenset({Action.READ_KNOWLEDGE}),
}
"""What a service's token may be given out for: the integration doors, the live status, every diagnosis of the practice,
its knowledge."""


def record_of(session: Session, patient: Patient) -> Thing:
    """Describe a patient's record to ``may``."""
    shared = session.exec(select(PatientShare.person_id).where(PatientShare.patient_id == patient.id)).all()
    return Thing(patient.practice_id, patient.id, frozenset({patient.practitioner_id, *shared}))


def readable(actor: Actor) -> Readable:
    """Ask for the patients whose record the actor may read, as a query to put into others; the twin of ``may(…, READ, …)``."""
    if actor.is_patient and actor.patient_id is not None:
        return of_patient(actor.practice_id, actor.patient_id)
    if actor.role == "practitioner":
        return of_practitioner(actor.practice_id, actor.person_id)
    if actor.role == "service" and "follow" in actor.scopes:
        return of_practice(actor.practice_id)
    return nobody()


def readable_patients(session: Session, actor: Actor) -> set[int]:
    """List the ids of the patients whose record the actor may read."""
    return {int(patient_id) for patient_id in session.execute(readable(actor)).scalars()}
