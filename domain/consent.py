"""What a patient allows; a no to statistics takes all that is theirs out of every number about others, at once."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from domain import evidence, side_effects, together
from domain.errors import NotAllowed, NotFound
from domain.ledger import Change
from domain.once import once
from domain.permission import Action, Actor, may, record_of
from domain.readings import looked
from domain.recounting import counted_for
from domain.services import Services
from domain.telling import COUNTED, tell_effectiveness
from storage import care
from storage import recounting as rows
from storage.tables import Consent, Patient, Recommendation

Kind = Literal["care", "statistics", "sharing"]


class ConsentInput(BaseModel):
    """A yes or a no."""

    model_config = ConfigDict(extra="forbid")

    granted: bool


class ConsentState(BaseModel):
    """The newest word of a patient on something; ``granted`` and ``at`` are null where nobody has asked."""

    kind: Kind
    granted: bool | None
    at: datetime | None


def listing(services: Services, actor: Actor, patient_id: int) -> list[ConsentState]:
    """Say what a patient has allowed, by kind. Raises NotFound."""
    with services.database.read() as session:
        _reach(session, actor, patient_id)
        return [_state(session, patient_id, kind) for kind in ("care", "statistics", "sharing")]


def say(
    services: Services, actor: Actor, patient_id: int, given: ConsentInput, *, repeat_key: str | None = None
) -> ConsentState:
    """Keep what a patient says about being counted, by themselves or by their practitioner; the counts follow at once.

    Raises NotFound, and NotAllowed for those who may read the record only.
    """

    def act(change: Change) -> ConsentState:
        patient = _reach(change.session, actor, patient_id)
        if not may(actor, Action.ANSWER, record_of(change.session, patient)):
            raise NotAllowed("Only the patient or their practitioner can say this.")

        def keep() -> dict[str, object]:
            before = _state(change.session, patient_id, "statistics")
            if before.granted is not given.granted:
                _keep(change, actor, patient_id, before=before.granted, granted=given.granted)
            return _state(change.session, patient_id, "statistics").model_dump(mode="json")

        return ConsentState.model_validate(once(change, actor, repeat_key, (f"consent {patient_id}", given), keep))

    return services.ledger.write(act)


def _keep(change: Change, actor: Actor, patient_id: int, *, before: bool | None, granted: bool) -> None:
    change.session.add(
        Consent(patient_id=patient_id, kind="statistics", granted=granted, at=change.now, recorded_by=actor.person_id)
    )
    change.session.flush()
    for one in rows.standing_of_patient(change.session, patient_id, COUNTED):
        plan = change.session.get_one(Recommendation, one.id)
        cell = evidence.count(change, plan, counted_for(one))
        if (before is not False) != granted:
            named = side_effects.standing(change.rows, plan)
            side_effects.exchange(change, plan, {} if granted else named, named if granted else {})
        change.session.flush()
        tell_effectiveness(change, plan, cell)
    if (before is not False) != granted:
        taken = together.courses(change, patient_id)
        together.exchange(change, [] if granted else taken, taken if granted else [])
    change.audit(actor, "consent" if granted else "withdraw consent", "patient", patient_id, "statistics")


def _reach(session: Session, actor: Actor, patient_id: int) -> Patient:
    patient = session.get(Patient, patient_id)
    if patient is None or not may(actor, Action.READ, record_of(session, patient)):
        raise NotFound("There is no such patient.")
    looked(session, actor, "patient", patient_id, patient_id)
    return patient


def _state(session: Session, patient_id: int, kind: Kind) -> ConsentState:
    newest = care.newest_consent(session, patient_id, kind)
    return ConsentState(kind=kind, granted=newest.granted if newest else None, at=newest.at if newest else None)
