"""Everything that is kept of one patient, in one document: for the patient, for another practice, for a check."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import and_, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from domain import consent
from domain.errors import NotAllowed, NotFound
from domain.events import Audience
from domain.ledger import Change
from domain.patient import find, key, state_of
from domain.permission import Action, Actor
from domain.services import Services
from domain.snapshot import snapshot
from storage import care
from storage import export as rows
from storage.readable import of_patient
from storage.tables import AuditEntry, Diagnosis, Feedback, Patient, Recommendation

FORMAT = "vervain-patient-1"
MOST_DIAGNOSES = 10_000
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
        "check_ins": rows.check_ins(session, patient_id),
        "alarms": rows.alarms(session, patient_id),
        "predictions": rows.predictions(session, patient_id) if practice else [],
        "devices": rows.devices(session, patient),
        "shared_with": rows.shared_with(session, patient_id),
        "audit": _audit(session, patient_id) if practice else [],
    }


def _audit(session: Session, patient_id: int) -> Sequence[dict[str, Any]]:
    """List who did what to the patient's record: profile, diagnoses, recommendations and answers."""
    things = [
        ("patient", columns(col(Patient.id)).where(col(Patient.id) == patient_id)),
        ("diagnosis", columns(col(Diagnosis.id)).where(col(Diagnosis.patient_id) == patient_id)),
        ("recommendation", columns(col(Recommendation.id)).where(col(Recommendation.patient_id) == patient_id)),
        ("feedback", columns(col(Feedback.id)).where(col(Feedback.patient_id) == patient_id)),
    ]
    statement = (
        select(AuditEntry)
        .where(or_(*(and_(col(AuditEntry.thing) == thing, col(AuditEntry.thing_id).in_(ids)) for thing, ids in things)))
        .order_by(col(AuditEntry.id))
    )
    return [
        {
            "action": row.action,
            "thing": row.thing,
            "thing_id": row.thing_id,
            "detail": row.detail,
            "person_id": row.person_id,
            "at": row.at.isoformat(),
        }
        for row in session.exec(statement)
    ]
