"""Undoing what took something out of the inbox: it was a slip of the hand, and stands again as if nobody had looked.

Only who did it may (of a silence, of which it is not kept, whoever treats the patient), and only for a short while: after that
others rely on it. That it was seen and that this was undone both stay in the audit.
"""

from datetime import datetime, timedelta

from domain import check_in, record
from domain.errors import Conflict, NotFound
from domain.feedback import tell
from domain.ledger import Change
from domain.patient import find as find_patient
from domain.patient import key
from domain.permission import Action, Actor
from domain.services import Services
from domain.sharing import tell_readers
from storage import check_in as check_ins
from storage.tables import Consent, Diagnosis, EmergencyAccess, Feedback, Patient

UNDO_WITHIN = timedelta(minutes=1)
"""The button is there for 8 seconds; a slow line and a page that comes back get the rest."""


def undo(services: Services, actor: Actor, item: str) -> None:
    """Put an item back that the actor has just marked as seen. Raises NotFound, NotAllowed, and Conflict when it is too late."""
    kind, _dash, number = item.partition("-")
    if not number.isdecimal():
        raise NotFound("It is not in the inbox any more.")

    def act(change: Change) -> None:
        match kind:
            case "answer":
                _answer(change, actor, int(number))
            case "silence":
                _silence(change, services, actor, int(number))
            case "opened":
                _opened(change, actor, int(number))
            case "withdrawn":
                _withdrawn(change, actor, int(number))
            case _:
                raise NotFound("It is not in the inbox any more.")

    services.ledger.write(act)


def _answer(change: Change, actor: Actor, feedback_id: int) -> None:
    row = change.session.get(Feedback, feedback_id)
    if row is None:
        raise NotFound("There is no such feedback.")
    diagnosis = record.find(change.session, actor, row.diagnosis_id, Action.TREAT)
    if row.withdrawn is not None:
        raise Conflict("This cannot be undone any more.")
    _own_and_fresh(change, actor, row.seen, row.seen_by)
    row.seen, row.seen_by = None, None
    change.session.add(row)
    change.session.flush()
    tell(change, row, diagnosis, "changed")
    change.audit(actor, "undo see", "feedback", feedback_id, patient_id=row.patient_id)


def _silence(change: Change, services: Services, actor: Actor, diagnosis_id: int) -> None:
    diagnosis: Diagnosis = record.find(change.session, actor, diagnosis_id, Action.TREAT)
    kept = check_ins.read(change.rows, diagnosis_id)
    if kept is None or kept.due is None:
        raise NotFound("No check-in is due in this diagnosis.")
    _own_and_fresh(change, actor, kept.seen, actor.person_id)
    kept.seen = None
    check_ins.keep(change.rows, kept, new=False)
    record.tell(change, services, diagnosis, "check_in", checked_in=check_in.state_of(change.rows, diagnosis_id))
    change.audit(actor, "undo know silent", "diagnosis", diagnosis_id, patient_id=diagnosis.patient_id)


def _opened(change: Change, actor: Actor, access_id: int) -> None:
    row = change.session.get(EmergencyAccess, access_id)
    if row is None or row.patient_id is None:
        raise NotFound("There is no such patient.")
    patient = find_patient(change.session, actor, row.patient_id, Action.SHARE)
    _put_back(change, actor, row, patient, "undo know of break glass")


def _withdrawn(change: Change, actor: Actor, consent_id: int) -> None:
    row = change.session.get(Consent, consent_id)
    if row is None or row.kind != "care" or row.granted:
        raise NotFound("There is no such patient.")
    patient = find_patient(change.session, actor, row.patient_id, Action.TREAT)
    _put_back(change, actor, row, patient, "undo know of withdrawn consent")


def _put_back(change: Change, actor: Actor, row: EmergencyAccess | Consent, patient: Patient, what: str) -> None:
    _own_and_fresh(change, actor, row.seen, row.seen_by)
    row.seen, row.seen_by = None, None
    change.session.add(row)
    change.session.flush()
    change.audit(actor, what, "patient", key(patient))
    tell_readers(change, patient)


def _own_and_fresh(change: Change, actor: Actor, seen: datetime | None, by: int | None) -> None:
    if seen is None or by != actor.person_id or change.now - seen > UNDO_WITHIN:
        raise Conflict("This cannot be undone any more.")
