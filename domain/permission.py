"""Who may do what: one function that every door asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from sqlmodel import Session

from domain.errors import NotAllowed, NotFound, VervainError
from storage import sharing as shares
from storage.readable import Readable, nobody, of_patient, of_practice, of_practitioner
from storage.tables import Patient


class Action(StrEnum):
    """What somebody wants to do."""

    READ = "read"
    """See a clinical record."""
    READ_REASONS = "read_reasons"
    """See what a practitioner goes by and a patient is not shown: what fits, what was held back, what was overruled."""
    TREAT = "treat"
    """Change a clinical record: findings, recommendations, invites."""
    STOP = "stop"
    """Stop something that a patient takes: it can do harm, and stopping it is the safe way out."""
    ANSWER = "answer"
    """Give or correct feedback."""
    SHARE = "share"
    """Say which colleagues may see a record beside its own practitioner."""
    HAND_OVER = "hand_over"
    """Make a patient another practitioner's; by itself it shows nothing of the record."""
    BREAK_GLASS = "break_glass"
    """Ask for a record that is not theirs, in an emergency."""
    READ_STATISTICS = "read_statistics"
    """See what works in the practice, over all patients."""
    OBSERVE = "observe"
    """See how the program runs: counts, and never a person."""
    RECORD_PATIENT = "record_patient"
    """Take a new patient in."""
    RESTRICT = "restrict"
    """Set a record aside, or lift that, as its patient asks."""
    ERASE = "erase"
    """Erase a record, as its patient asks."""
    READ_KNOWLEDGE = "read_knowledge"
    """Read what the practice knows, row by row, and what it has brought in; never a patient."""
    ADMINISTER = "administer"
    """Manage people."""
    INTEGRATE = "integrate"
    """Push updates from another backend."""


class Level(StrEnum):
    """What a practitioner is to a record."""

    OWN = "own"
    """It is their patient."""
    TREAT = "treat"
    """Shared with them, to treat the patient as their own practitioner does."""
    READ = "read"
    """Shared with them, to look at."""
    EMERGENCY = "emergency"
    """Opened by themselves, in an emergency, for a few hours."""


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
    """What is asked about: the practice as a whole, or one patient's record with what each of its readers is to it."""

    practice_id: int
    patient_id: int | None = None
    levels: Mapping[int, Level] = field(default_factory=dict)
    """By person; what has run out is not among them."""

    @property
    def readers(self) -> frozenset[int]:
        """The people who may read the record, beside the patient."""
        return frozenset(self.levels)


def may(actor: Actor, action: Action, thing: Thing) -> bool:
    """Decide whether ``actor`` may do ``action`` to ``thing``.

    A patient sees and answers for their own record; a practitioner does with a record what their level says; an admin
    manages people, reads statistics, hands patients over and erases them, and sees no record; a service, for any patient of
    its practice, what its token's scopes say. Nobody reaches into another practice. In words: docs/permission.md.
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
            level = thing.levels.get(actor.person_id)
            return level is not None and action in LEVELS[level]
        case "admin":
            return action in {Action.HAND_OVER, Action.ERASE}
        case _:
            return False


def refusal(actor: Actor, thing: Thing | None, unknown: str) -> VervainError:
    """Say why somebody may not do it: who may read the thing is told so, for everybody else it does not exist."""
    if thing is not None and actor.role == "practitioner" and may(actor, Action.READ, thing):
        return NotAllowed("You may read this record, and not do this.")
    return NotFound(unknown)


_PRACTICE_WIDE = {
    "practitioner": frozenset(
        {Action.READ_STATISTICS, Action.OBSERVE, Action.RECORD_PATIENT, Action.READ_KNOWLEDGE, Action.BREAK_GLASS}
    ),
    "admin": frozenset({Action.READ_STATISTICS, Action.OBSERVE, Action.ADMINISTER, Action.READ_KNOWLEDGE}),
}

_LOOKING = frozenset({Action.READ, Action.READ_REASONS})
LEVELS = {
    Level.OWN: _LOOKING
    | {Action.TREAT, Action.STOP, Action.ANSWER, Action.SHARE, Action.HAND_OVER, Action.RESTRICT, Action.ERASE},
    Level.TREAT: _LOOKING | {Action.TREAT, Action.STOP, Action.ANSWER},
    Level.READ: _LOOKING,
    Level.EMERGENCY: _LOOKING | {Action.STOP},
}
"""What each level lets a practitioner do with a record."""

SCOPES = {
    "broadcast": frozenset({Action.INTEGRATE, Action.ANSWER}),
    "status": frozenset({Action.OBSERVE}),
    "follow": frozenset({Action.READ}),
    "knowledge": frozenset({Action.READ_KNOWLEDGE}),
}
"""What a service's token may be given out for: the integration doors, the live status, every diagnosis of the practice,
its knowledge."""


def record_of(session: Session, patient: Patient) -> Thing:
    """Describe a patient's record to ``may``, as it is at present."""
    found = shares.of_patient(session, patient.id or 0, datetime.now(UTC))
    shared = {one.person_id: Level(one.level) for one in found}
    return Thing(patient.practice_id, patient.id, {**shared, patient.practitioner_id: Level.OWN})


def readable(actor: Actor) -> Readable:
    """Ask for the patients whose record the actor may read, as a query to put into others; the twin of ``may(…, READ, …)``.

    It is of the moment in which it is made: make it anew for each look.
    """
    if actor.is_patient and actor.patient_id is not None:
        return of_patient(actor.practice_id, actor.patient_id)
    if actor.role == "practitioner":
        return of_practitioner(actor.practice_id, actor.person_id, datetime.now(UTC))
    if actor.role == "service" and "follow" in actor.scopes:
        return of_practice(actor.practice_id)
    return nobody()


def readable_patients(session: Session, actor: Actor) -> set[int]:
    """List the ids of the patients whose record the actor may read."""
    return {int(patient_id) for patient_id in session.execute(readable(actor)).scalars()}
