"""Everything that is kept of one patient, in one document: for the patient, for another practice, for a check."""

from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from domain.events import Audience
from domain.ledger import Change
from domain.patient import find, key, state_of
from domain.permission import Action, Actor
from domain.services import Services
from domain.snapshot import snapshot
from domain.throttle import EXPORT
from storage import care
from storage.readable import of_patient
from storage.tables import AuditEntry, Consent, Diagnosis, Feedback, Patient, Recommendation

FORMAT = "vervain-patient-1"
MOST_DIAGNOSES = 10_000


def export(services: Services, actor: Actor, patient_id: int) -> dict[str, Any]:
    """Write everything of one patient as JSON values; that it was written is audited first. Raises NotFound, TooOften.

    Patients get their own record as they may see it; practitioners all of it, with who read and wrote what.
    """
    services.throttle.count(EXPORT, actor.person_id)

    def noted(change: Change) -> None:
        find(change.session, actor, patient_id, Action.READ)
        change.audit(actor, "export", "patient", patient_id)

    services.ledger.write(noted)
    audience = Audience.PATIENT if actor.is_patient else Audience.PRACTICE
    with services.database.read() as session:
        patient = find(session, actor, patient_id, Action.READ)
        knowledge = services.library.of(actor.practice_id).knowledge
        rows = care.diagnoses(session, of_patient(actor.practice_id, patient_id), before=None, limit=MOST_DIAGNOSES)
        return {
            "format": FORMAT,
            "patient": state_of(patient).model_dump(mode="json"),
            "consents": _consents(session, patient),
            "diagnoses": [snapshot(session, knowledge, row, audience) for row in reversed(rows)],
            "audit": [] if actor.is_patient else _audit(session, patient_id),
        }


def _consents(session: Session, patient: Patient) -> list[dict[str, Any]]:
    statement = select(Consent).where(Consent.patient_id == key(patient)).order_by(col(Consent.id))
    return [{"kind": row.kind, "granted": row.granted, "at": row.at.isoformat()} for row in session.exec(statement)]


def _audit(session: Session, patient_id: int) -> list[dict[str, Any]]:
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
