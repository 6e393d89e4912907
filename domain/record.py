"""One clinical record: finding it for somebody, and telling that the diagnosis itself changed."""

from datetime import UTC, datetime
from typing import Literal

from sqlmodel import Session

from domain import check_in
from domain.events import Audience, DomainEvent
from domain.ledger import Change
from domain.messages import CheckInState, DiagnosisState, DiagnosisUpdate
from domain.patient import key
from domain.permission import Action, Actor, Level, Thing, may, refusal
from domain.readings import looked
from domain.services import Services
from domain.snapshot import diagnosis_state
from storage import care
from storage.database import Through
from storage.record import Record, record
from storage.tables import Diagnosis

What = Literal["opened", "findings", "condition", "closed", "check_in"]


def reach(through: Through, actor: Actor, diagnosis_id: int, action: Action) -> Record:
    """Look a diagnosis up for an action, in one statement.

    Raises NotFound for none and for one of which this actor may know nothing, NotAllowed for one that they may only read.
    Through a session for reading, it is written down who reads; through a glance it is for the caller to do.
    """
    found = record(through, diagnosis_id, actor.person_id, datetime.now(UTC))
    thing = None if found is None else _thing(found, actor)
    if found is None or thing is None or not may(actor, action, thing):
        raise refusal(actor, thing, "There is no such diagnosis.")
    looked(through, actor, "diagnosis", found.id, found.patient_id)
    return found


def find(session: Session, actor: Actor, diagnosis_id: int, action: Action) -> Diagnosis:
    """Load a diagnosis for an action; raises what ``reach`` raises."""
    reach(session, actor, diagnosis_id, action)
    return session.get_one(Diagnosis, diagnosis_id)


def _thing(found: Record, actor: Actor) -> Thing:
    shared = {} if found.shared is None else {actor.person_id: Level(found.shared)}
    return Thing(found.patient_practice_id, found.patient_id, {**shared, found.practitioner_id: Level.OWN})


def audience_of(actor: Actor) -> Audience:
    """Say which of the two readers the actor is."""
    return Audience.PATIENT if actor.is_patient else Audience.PRACTICE


def tell(
    change: Change,
    services: Services,
    diagnosis: Diagnosis,
    what: What,
    *,
    checked_in: CheckInState | None = None,
) -> None:
    """Record that the diagnosis itself changed, as part of a change; ``checked_in`` where its check-ins have."""
    if what == "closed":
        checked_in = check_in.end(change, key(diagnosis))
    state = diagnosis_state(
        diagnosis, care.findings(change.session, key(diagnosis)), services.library.of(diagnosis.practice_id).knowledge
    )
    update = DiagnosisUpdate(change=what, diagnosis=state, check_in=checked_in)
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
