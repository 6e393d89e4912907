"""Everything that is kept of one patient, in one document: for the patient, for another practice, for a check."""

from typing import Any

from sqlmodel import Session, col, select

from domain.events import Audience
from domain.ledger import Change
from domain.patient import find, key, state_of
from domain.permission import Action, Actor
from domain.services import Services
from domain.snapshot import snapshot
from domain.throttle import EXPORT
from storage import audit, care
from storage.readable import of_patient
from storage.tables import Consent, Patient

FORMAT = "vervain-patient-1"
MOST_DIAGNOSES = 10_000
MOST_ENTRIES = 100_000
"""Of the audit, the newest."""


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
