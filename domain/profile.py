"""Changing a patient's profile: the safety gate looks at everything again, and every page and phone is told."""

from typing import Any

from domain.errors import Conflict
from domain.gate.medicines import find_medicines
from domain.ledger import Change
from domain.once import once
from domain.patient import PatientInput, PatientState, ProfileInput, find, state_of
from domain.permission import Action, Actor
from domain.proposal import refresh_all
from domain.services import Services
from domain.sharing import tell_readers

JUDGED_BY = frozenset(PatientInput.model_fields) - {"name"}
"""What the gate looks at."""


def change(
    services: Services,
    actor: Actor,
    patient_id: int,
    given: PatientInput,
    *,
    before: PatientState | None = None,
    repeat_key: str | None = None,
) -> PatientState:
    """Replace a patient's profile; all that they take, and all that is proposed, is judged again at once.

    ``before`` is the profile as it was when somebody began to edit it; a ``ProfileInput`` may name its version instead. Raises
    NotFound, and Conflict where it is another by now: a medicine that a colleague has added meanwhile would be lost.
    """
    based_on = before.version if before else given.version if isinstance(given, ProfileInput) else None

    def act(change: Change) -> PatientState:
        patient = find(change.session, actor, patient_id, Action.TREAT)
        if based_on is not None and state_of(patient).version != based_on:
            raise Conflict("Somebody has changed this profile meanwhile: open it again.", code="stale")
        new = given.model_dump(include=set(PatientInput.model_fields))
        changed = sorted(name for name, value in new.items() if getattr(patient, name) != value)
        if not changed:
            return state_of(patient)
        for name in changed:
            setattr(patient, name, new[name])
        change.session.add(patient)
        change.session.flush()
        tell_readers(change, patient, "changed")
        change.audit(actor, "change", "patient", patient_id, ", ".join(changed))
        if JUDGED_BY.intersection(changed):
            refresh_all(change, services, patient_id)
        return state_of(patient)

    def written(change: Change) -> dict[str, Any]:
        find(
            change.session, actor, patient_id, Action.TREAT
        )  # an answer that was kept is for those who still may have it
        return once(
            change, actor, repeat_key, (f"profile {patient_id}", given), lambda: act(change).model_dump(mode="json")
        )

    return PatientState.model_validate(services.ledger.write(written))


def unchecked_medicines(services: Services, actor: Actor, typed: list[str]) -> list[str]:
    """Say of each medicine that the gate cannot check for certain why, in one sentence, with what may have been meant."""
    known = services.library.of(actor.practice_id)
    return [reason.message for reason in find_medicines(typed, known.knowledge, known.names).reasons]
