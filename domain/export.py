"""Everything that is kept of one patient, in one document: for the patient, for another practice, for a check."""

from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from domain import consent
from domain.errors import NotAllowed, NotFound
from domain.events import Audience
from domain.ledger import Change
from domain.patient import find, key, state_of
from domain.permission import Action, Actor
from domain.services import Services
from domain.snapshot import snapshot
from domain.throttle import EXPORT
from storage import audit, care
from storage import export as rows
from storage import reply as replies
from storage.readable import of_patient
from storage.tables import Patient

FORMAT = "vervain-patient-1"
MOST_DIAGNOSES = 10_000
MOST_ENTRIES = 100_000
"""Of the audit, the newest."""
Form = Literal["json", "csv", "fhir"]
Recipient = Literal["patient", "practice"]
"""Who gets it: the patient, who may always have it, or another practice, for which the patient has to have said yes."""
Document = dict[str, Any]


def export(
    services: Services, actor: Actor, patient_id: int, *, recipient: Recipient = "patient", form: Form = "json"
) -> Document:
    """Write everything of one patient as JSON values; that it was written is audited first.

    Patients get their own record as they may see it; practitioners all of it, with who read and wrote what. Raises NotFound, and
    NotAllowed (``no_consent_to_share``) where it is for another practice and the patient has not agreed to that.
    """
    services.throttle.count(EXPORT, actor.person_id)

    def noted(change: Change) -> None:
        patient = find(change.session, actor, patient_id, Action.READ)
        if recipient == "practice" and not actor.is_patient and not consent.shares(change.session, patient):
            sentence = "The patient has not agreed that their record is shared with another practice."
            raise NotAllowed(sentence, code="no_consent_to_share")
        change.audit(actor, "export", "patient", patient_id, f"{form}, for {recipient}")

    services.ledger.write(noted)
    audience = Audience.PATIENT if actor.is_patient else Audience.PRACTICE
    with services.database.read() as session:
        return _document(services, session, find(session, actor, patient_id, Action.READ), audience)


def export_at_terminal(services: Services, patient_id: int, *, form: Form = "json") -> Document:
    """Write everything of one patient for whoever is at the machine, as for their practitioner. Raises NotFound."""

    def noted(change: Change) -> None:
        patient = _standing(change.session, patient_id)
        change.audit(
            Actor(0, patient.practice_id, "program"), "export", "patient", patient_id, f"{form}, at a terminal"
        )

    services.ledger.write(noted)
    with services.database.read() as session:
        return _document(services, session, _standing(session, patient_id), Audience.PRACTICE)


def _standing(session: Session, patient_id: int) -> Patient:
    patient = session.get(Patient, patient_id)
    if patient is None or patient.erased is not None:
        raise NotFound("There is no such patient.")
    return patient


def _document(services: Services, session: Session, patient: Patient, audience: Audience) -> Document:
    knowledge, patient_id = services.library.of(patient.practice_id).knowledge, key(patient)
    found = care.diagnoses(session, of_patient(patient.practice_id, patient_id), before=None, limit=MOST_DIAGNOSES)
    diagnoses = [
        snapshot(session, knowledge, row, audience) | {"practitioner_id": row.practitioner_id}
        for row in reversed(found)
    ]
    practice = audience is Audience.PRACTICE
    return {
        "format": FORMAT,
        "practice": rows.practice(session, patient.practice_id),
        "practitioners": rows.practitioners(
            session, {patient.practitioner_id, *(row.practitioner_id for row in found)}
        ),
        "patient": state_of(patient).model_dump(mode="json"),
        "consents": [one.model_dump(mode="json") for one in consent.said(session, patient_id)],
        "diagnoses": diagnoses,
        "answers_before": rows.answers_before(session, patient_id),
        "replies_before": rows.replies_before(session, patient_id),
        "check_ins": rows.check_ins(session, patient_id),
        "alarms": rows.alarms(session, patient_id),
        "predictions": rows.predictions(session, patient_id) if practice else [],
        "devices": [
            one | {"address": ""} if practice else one for one in rows.devices(session, patient)
        ],  # as in sign_ins
        "shared_with": rows.shared_with(session, patient_id),
        "audit": _audit(session, patient_id) if practice else [],
    }


def _audit(session: Session, patient_id: int) -> list[dict[str, Any]]:
    """List who did what to the patient's record, oldest first."""
    found = audit.listed(session, patient_id=patient_id, limit=MOST_ENTRIES)
    return [
        {
            "action": entry.action,
            "thing": entry.thing,
            "thing_id": entry.thing_id,
            "detail": entry.detail,
            "reason": reason.text if reason else None,
            "person_id": entry.person_id,
            "at": entry.at.isoformat(),
        }
        for entry, _, reason in reversed(found)
    ]


def is_outdated(reply: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Say whether a reply of an export was written before its answer was changed to what it says now."""
    return replies.is_outdated(*(datetime.fromisoformat(one["updated"]) for one in (reply, answer)))
