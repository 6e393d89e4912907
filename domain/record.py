"""One clinical record: finding it for somebody, and telling that the diagnosis itself changed."""

from typing import Literal

from sqlmodel import Session

from domain.errors import NotFound
from domain.events import Audience, DomainEvent
from domain.ledger import Change
from domain.messages import DiagnosisState, DiagnosisUpdate
from domain.patient import key
from domain.permission import Action, Actor, may, record_of
from domain.services import Services
from domain.snapshot import diagnosis_state
from storage import care
from storage.tables import Diagnosis, Patient

What = Literal["opened", "findings", "condition", "closed"]


def find(session: Session, actor: Actor, diagnosis_id: int, action: Action) -> Diagnosis:
    """Load a diagnosis for an action; raises NotFound for none and for one that this actor may not do it to."""
    diagnosis = session.get(Diagnosis, diagnosis_id)
    patient = session.get(Patient, diagnosis.patient_id) if diagnosis else None
    if diagnosis is None or patient is None or not may(actor, action, record_of(session, patient)):
        raise NotFound("There is no such diagnosis.")
    return diagnosis


def audience_of(actor: Actor) -> Audience:
    """Say which of the two readers the actor is."""
    return Audience.PATIENT if actor.is_patient else Audience.PRACTICE


def tell(change: Change, services: Services, diagnosis: Diagnosis, what: What) -> None:
    """Record that the diagnosis itself changed, as part of a change."""
    state = diagnosis_state(diagnosis, care.findings(change.session, key(diagnosis)), services.knowledge)
    update = DiagnosisUpdate(change=what, diagnosis=state)
    change.record(
        DomainEvent(
            wire="diagnosis_update",
            diagnosis_id=key(diagnosis),
            patient_id=diagnosis.patient_id,
            data=update,
            for_patient=update.model_dump(mode="json", exclude={"diagnosis": set(DiagnosisState.NOT_FOR_PATIENTS)}),
        ),
        practice_id=diagnosis.practice_id,
    )
