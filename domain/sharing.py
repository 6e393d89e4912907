"""Who beside a patient's own practitioner may see the record: sharing it, ending that, handing the patient over.

Every page and socket of the practice is told in the transaction of the change, and looks again whether it may still show the
record. What is shared for a time ends by itself, at that moment wherever somebody asks, and on open pages within a second.
"""

import asyncio
from datetime import datetime
from typing import Annotated, Literal

import structlog
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict
from sqlmodel import Session

from domain.errors import Invalid, NotFound, Unavailable
from domain.events import patient_recorded
from domain.ledger import Change, utc_now
from domain.messages import PatientUpdate, Shape
from domain.patient import find, key
from domain.permission import LEVELS, Action, Actor, Level, Thing, may, record_of, refusal
from domain.row_id import RowId
from domain.services import Services
from storage import people
from storage import sharing as rows
from storage.tables import Patient, PatientShare, Person

log = structlog.get_logger(__name__)

LOOK_SECONDS = 0.5
"""How often it is looked whether a share has run out; looking costs about 20 µs."""


def _to_come(moment: datetime) -> datetime:
    if moment <= utc_now():
        raise ValueError("this is over already")
    return moment


class ShareInput(BaseModel):
    """With whom a patient is shared, how far, and until when."""

    model_config = ConfigDict(extra="forbid")

    person_id: RowId
    level: Literal["read", "treat"] = "read"
    until: Annotated[AwareDatetime, AfterValidator(_to_come)] | None = None
    """Empty: until somebody ends it."""


class HandOverInput(BaseModel):
    """Whose patient it is from now on."""

    model_config = ConfigDict(extra="forbid")

    person_id: RowId


class ReaderState(Shape):
    """Somebody of the practice who may read a record."""

    person_id: int
    name: str
    level: Literal["own", "treat", "read", "emergency"]
    since: datetime | None
    until: datetime | None


class ColleagueState(Shape):
    """Somebody with whom a patient can be shared."""

    person_id: int
    name: str


def readers(services: Services, actor: Actor, patient_id: int) -> list[ReaderState]:
    """List who of the practice may read a record, its own practitioner first. Raises NotFound."""
    with services.database.read() as session:
        patient = find(session, actor, patient_id, Action.READ)
        shared = rows.of_patient(session, patient_id, utc_now())
        names = people.names(session, [patient.practitioner_id, *(one.person_id for one in shared)])
        own = ReaderState(
            person_id=patient.practitioner_id, name=names[patient.practitioner_id], level="own", since=None, until=None
        )
        return [own, *(_state(one, names[one.person_id]) for one in shared)]


def allowed(services: Services, actor: Actor, patient_id: int) -> frozenset[Action]:
    """Give what the actor may do with a patient's record. Raises NotFound where that is nothing."""
    with services.database.read() as session:
        thing = record_of(session, find(session, actor, patient_id, Action.READ))
        return frozenset(action for action in Action if may(actor, action, thing))


def only_read(services: Services, actor: Actor) -> frozenset[int]:
    """List the patients whose record the actor may read, and not treat; a page offers nothing there that is refused."""
    levels = [level.value for level, allows in LEVELS.items() if Action.TREAT not in allows]
    with services.database.read() as session:
        return frozenset(rows.shared_at(session, actor.person_id, levels, utc_now()))


def colleagues(services: Services, actor: Actor) -> list[ColleagueState]:
    """List the other practitioners of the practice who may sign in, by name; nobody for who is not of its staff."""
    if actor.role not in ("practitioner", "admin"):
        return []
    with services.database.read() as session:
        found = rows.colleagues(session, actor.practice_id, without=actor.person_id)
        return [ColleagueState(person_id=key(one), name=one.name) for one in found]


def share(services: Services, actor: Actor, patient_id: int, given: ShareInput) -> ReaderState:
    """Share a patient with a colleague; what was shared with them before is replaced.

    Raises NotFound, NotAllowed for who may only read the record, and Invalid where there is no such colleague.
    """

    def act(change: Change) -> ReaderState:
        patient = find(change.session, actor, patient_id, Action.SHARE)
        colleague = _colleague(change.session, actor, given.person_id)
        if colleague.id == patient.practitioner_id:
            raise Invalid("It is this colleague's own patient.")
        row = put(change, patient_id, given.person_id, given.level, given.until)
        tell_readers(change, patient)
        detail = f"{given.level} to person {given.person_id}"
        ending = "" if given.until is None else f" until {given.until.isoformat()}"
        change.audit(actor, "share", "patient", patient_id, detail + ending)
        return _state(row, colleague.name)

    return services.ledger.write(act)


def end(services: Services, actor: Actor, patient_id: int, person_id: int) -> None:
    """End a share, by the patient's own practitioner or by the colleague. Raises NotFound, NotAllowed."""

    def act(change: Change) -> None:
        action = Action.READ if person_id == actor.person_id and not actor.is_patient else Action.SHARE
        patient = find(change.session, actor, patient_id, action)
        if not rows.end(change.session, patient_id, person_id):
            raise NotFound("It is not shared with this person.")
        tell_readers(change, patient)
        change.audit(actor, "end share", "patient", patient_id, f"of person {person_id}")

    services.ledger.write(act)


def hand_over(services: Services, actor: Actor, patient_id: int, given: HandOverInput) -> None:
    """Make a patient a colleague's, by the own practitioner, who then sees the record no more, or by an admin.

    Raises NotFound, NotAllowed for who may only read the record, and Invalid where there is no such colleague.
    """

    def act(change: Change) -> None:
        patient = find(change.session, actor, patient_id, Action.HAND_OVER)
        _hand_over(change, actor, patient, _colleague(change.session, actor, given.person_id))

    services.ledger.write(act)


def hand_over_all(services: Services, actor: Actor, person_id: int, given: HandOverInput) -> int:
    """Make all patients of a practitioner a colleague's, such as of one who leaves, by themselves or by an admin; counts them.

    Raises NotFound where this actor may hand over nobody's patients of that person, Invalid where there is no such colleague.
    """

    def act(change: Change) -> int:
        leaving = change.session.get(Person, person_id)
        mine = person_id == actor.person_id and actor.role == "practitioner"
        if leaving is None or leaving.role != "practitioner" or not (mine or _administers(actor, leaving)):
            raise NotFound("There is no such practitioner.")
        to = _colleague(change.session, actor, given.person_id)
        theirs = rows.patients_of(change.session, actor.practice_id, person_id)
        for patient in theirs:
            if not may(actor, Action.HAND_OVER, record_of(change.session, patient)):
                raise refusal(actor, None, "There is no such practitioner.")
            _hand_over(change, actor, patient, to)
        return len(theirs)

    return services.ledger.write(act)


def put(change: Change, patient_id: int, person_id: int, level: str, until: datetime | None) -> PatientShare:
    """Write a share down in place of the one that there is, as part of a change; of its events the caller tells."""
    row = rows.between(change.session, patient_id, person_id)
    if row is None:
        row = PatientShare(patient_id=patient_id, person_id=person_id, created=change.now)
    row.level, row.until, row.created = level, until, change.now
    change.session.add(row)
    change.session.flush()
    return row


def tell_readers(
    change: Change, patient: Patient, what: Literal["shared", "opened_in_emergency", "changed"] = "shared"
) -> None:
    """Tell the practice's pages and sockets who may read a record from now on, and what was done, as part of a change."""
    who = sorted(record_of(change.session, patient).readers)
    update = PatientUpdate(patient_id=key(patient), change=what, readers=who)
    change.record(patient_recorded(update), practice_id=patient.practice_id)


async def ending_shares(services: Services) -> None:
    """End what has run out, at the start and twice a second, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(end_what_is_over, services)
        except Unavailable:
            pass  # who follows the log says that the database is away, and not twice a second
        except Exception:
            log.exception("could not end what was shared for a time")
        await asyncio.sleep(LOOK_SECONDS)


def end_what_is_over(services: Services) -> int:
    """Take away the shares that have run out, and tell; counts them. Nobody could use them since that moment anyway."""
    with services.database.glance(statements=1) as glance:
        if not rows.any_over(glance, utc_now()):
            return 0

    def act(change: Change) -> int:
        over = rows.over(change.session, utc_now())
        for row in over:
            patient = change.session.get_one(Patient, row.patient_id)
            change.session.delete(row)
            change.session.flush()
            tell_readers(change, patient)
            program = Actor(0, patient.practice_id, "program", "Vervain")
            change.audit(program, "end share", "patient", row.patient_id, f"of person {row.person_id}, it has run out")
        return len(over)

    return services.ledger.write(act)


def _hand_over(change: Change, actor: Actor, patient: Patient, to: Person) -> None:
    before, patient_id = patient.practitioner_id, key(patient)
    if before == to.id:
        return
    patient.practitioner_id = key(to)
    change.session.add(patient)
    rows.end(change.session, patient_id, key(to))  # it is their own now
    change.session.flush()
    tell_readers(change, patient)
    change.audit(actor, "hand over", "patient", patient_id, f"from person {before} to person {to.id}")


def _administers(actor: Actor, person: Person) -> bool:
    return person.practice_id == actor.practice_id and may(actor, Action.ADMINISTER, Thing(person.practice_id))


def _colleague(session: Session, actor: Actor, person_id: int) -> Person:
    """Find a practitioner of the actor's practice who may sign in; unknown and of another practice are one answer."""
    found = session.get(Person, person_id)
    if found is None or found.practice_id != actor.practice_id or found.role != "practitioner" or found.disabled:
        raise Invalid("There is no such colleague.", code="no_such_colleague")
    return found


def _state(row: PatientShare, name: str) -> ReaderState:
    level = Level(row.level).value
    return ReaderState.model_validate(
        {"person_id": row.person_id, "name": name, "level": level, "since": row.created, "until": row.until}
    )
