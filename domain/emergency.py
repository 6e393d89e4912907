"""Break-glass: a practitioner opens a record of the practice that is not theirs, in an emergency, with a reason.

It lets them read the record and stop what the patient takes, for ``LASTS``, and nothing else. The patient's own practitioner is
told at once. Who asks in vain learns nothing: whether there is no such patient, or one of another practice, is one answer, which
comes after everything else was in order; every such try is audited, and there are few of them. What was typed for it is not
kept: it may be about anybody, and nobody's erasure would find it.
"""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session

from domain.errors import Conflict, Invalid, NotAllowed, NotFound, TooOften, VervainError
from domain.ledger import Change
from domain.messages import Shape
from domain.patient import EARLIEST_BIRTH, find, key
from domain.permission import Action, Actor, Level, Thing, may, record_of
from domain.row_id import RowId
from domain.security_log import Event
from domain.services import Services
from domain.sharing import put, tell_readers
from domain.text import Comment, Name
from storage import sharing as rows
from storage.tables import EmergencyAccess, Patient

LASTS = timedelta(hours=4)
"""An emergency and what is written down after it; our proposal. Who still needs the record by then asks its practitioner."""
SHORTEST_REASON = 10
"""Characters: a word is no reason."""
MOST_IN_VAIN = 10
"""Tries of one person that may open nothing within ``AN_HOUR``; then no more, so that nobody tries names and days out."""
AN_HOUR = timedelta(hours=1)
MOST_OPENED = 10
"""Records that one person opens within ``A_DAY``; our proposal: more than emergencies bring, far fewer than a practice's records.
Beyond it a colleague opens the next one."""
A_DAY = timedelta(hours=24)


class EmergencyInput(BaseModel):
    """Which record is opened: by its number, or by the whole name with the day of birth. And why."""

    model_config = ConfigDict(extra="forbid")

    patient_id: RowId | None = None
    name: Name | None = None
    born: date | None = Field(default=None, ge=EARLIEST_BIRTH)
    reason: Annotated[Comment, StringConstraints(max_length=500)] = ""
    confirmed: bool = False
    """The second confirmation, after it was said what opening means."""


class EmergencyState(Shape):
    """A record that is open for a while."""

    patient_id: int
    until: datetime


def open_record(services: Services, actor: Actor, given: EmergencyInput) -> EmergencyState:
    """Open a record in an emergency.

    Raises NotAllowed for all but practitioners, Invalid where it is not said which record or why or it is not confirmed,
    TooOften after many tries in vain or many records opened, NotFound where nobody of the practice is asked for so, and
    Conflict where they may read the record as it is.
    """
    try:
        return _open(services, actor, given)
    except VervainError as error:
        if not isinstance(error, Conflict):  # what they may read anyway was not refused
            services.security.note(
                Event.EMERGENCY_REFUSED, reason=error.code, person=actor.person_id, address=actor.address
            )
        raise


def _open(services: Services, actor: Actor, given: EmergencyInput) -> EmergencyState:
    check(actor, given)

    def act(change: Change) -> EmergencyState | VervainError:
        in_vain = rows.tries_in_vain(change.session, actor.person_id, change.now - AN_HOUR)
        if len(in_vain) >= MOST_IN_VAIN:
            wait = int((in_vain[-MOST_IN_VAIN] + AN_HOUR - change.now).total_seconds()) + 1
            return TooOften("Too many records were asked for in vain: ask a colleague.", retry_after=wait)
        patient = _asked_for(change.session, actor, given)
        row = EmergencyAccess(
            practice_id=actor.practice_id,
            person_id=actor.person_id,
            patient_id=None if patient is None else patient.id,
            reason="" if patient is None else given.reason,
            at=change.now,
        )
        if patient is None:
            how = "by its number" if given.patient_id is not None else "by name and day of birth"
            change.session.add(row)
            change.audit(actor, "break glass in vain", "practice", actor.practice_id, how)
            return NotFound("No record was opened: in this practice nobody was found who was asked for so.")
        if may(actor, Action.READ, record_of(change.session, patient)):
            return Conflict("You may read this record already.", code="open_already", patient_id=key(patient))
        opened = rows.opened_by(change.session, actor.person_id, change.now - A_DAY)
        if len(opened) >= MOST_OPENED:
            wait = int((opened[-MOST_OPENED] + A_DAY - change.now).total_seconds()) + 1
            return TooOften(
                "You have opened as many records in an emergency as one person may in a day: ask a colleague.",
                code="opened_too_often",
                retry_after=wait,
            )
        row.until = change.now + LASTS
        change.session.add(row)
        put(change, key(patient), actor.person_id, Level.EMERGENCY, row.until)
        tell_readers(change, patient, "opened_in_emergency")
        change.audit(actor, "break glass", "patient", key(patient), reason=given.reason)
        return EmergencyState(patient_id=key(patient), until=row.until)

    result = services.ledger.write(act)  # a refusal is returned, not raised: a try in vain is kept
    if isinstance(result, VervainError):
        raise result
    return result


def know(services: Services, actor: Actor, access_id: int) -> None:
    """Say that the patient's own practitioner knows that the record was opened. Raises NotFound, NotAllowed."""

    def act(change: Change) -> None:
        row = change.session.get(EmergencyAccess, access_id)
        if row is None or row.patient_id is None:
            raise NotFound("There is no such patient.")
        patient = find(change.session, actor, row.patient_id, Action.SHARE)
        if row.seen is None:
            row.seen, row.seen_by = change.now, actor.person_id
            change.session.add(row)
            tell_readers(change, patient)
            change.audit(actor, "know of break glass", "patient", row.patient_id)

    services.ledger.write(act)


def check(actor: Actor, given: EmergencyInput) -> None:
    """Refuse what can be refused without looking at a record. Raises NotAllowed, Invalid."""
    if not may(actor, Action.BREAK_GLASS, Thing(actor.practice_id)):
        raise NotAllowed("Only a practitioner can open a record in an emergency.")
    by_number, by_name = given.patient_id is not None, given.name is not None and given.born is not None
    if by_number == by_name or (by_number and (given.name is not None or given.born is not None)):
        raise Invalid("Say either the number of the record, or the whole name and the day of birth.")
    if len(given.reason) < SHORTEST_REASON:
        raise Invalid("Say why, in at least 10 characters.", code="needs_reason")
    if not given.confirmed:
        raise Invalid(
            "Opening this record is written down, and its practitioner and the patient can see it: confirm that you want to.",
            code="needs_confirmation",
        )


def _asked_for(session: Session, actor: Actor, given: EmergencyInput) -> Patient | None:
    """Find who is meant; None for nobody, somebody of another practice, and two who are called so and were born that day."""
    if given.patient_id is not None:
        patient = session.get(Patient, given.patient_id)
        is_ours = patient is not None and patient.practice_id == actor.practice_id and patient.erased is None
        return patient if is_ours else None
    if given.name is None or given.born is None:
        return None
    called = given.name.casefold()
    found = [one for one in rows.born_on(session, actor.practice_id, given.born) if one.name.casefold() == called]
    return found[0] if len(found) == 1 else None
