"""Changing a patient's profile: the safety gate looks at everything again, and every page and phone is told."""

from domain.events import patient_recorded
from domain.ledger import Change
from domain.messages import PatientUpdate
from domain.patient import PatientInput, PatientState, find, key, state_of
from domain.permission import Action, Actor, record_of
from domain.proposal import refresh_all
from domain.services import Services

JUDGED_BY = frozenset(PatientInput.model_fields) - {"name"}
"""What the gate looks at."""


def change(services: Services, actor: Actor, patient_id: int, given: PatientInput) -> PatientState:
    """Replace a patient's profile; all that they take, and all that is proposed, is judged again at once. Raises NotFound."""

    def act(change: Change) -> PatientState:
        patient = find(change.session, actor, patient_id, Action.TREAT)
        new = given.model_dump()
        changed = sorted(name for name, value in new.items() if getattr(patient, name) != value)
        if not changed:
            return state_of(patient)
        for name in changed:
            setattr(patient, name, new[name])
        change.session.add(patient)
        change.session.flush()
        readers = sorted(record_of(change.session, patient).readers)
        update = PatientUpdate(patient_id=key(patient), change="changed", readers=readers)
        change.record(patient_recorded(update), practice_id=patient.practice_id)
        change.audit(actor, "change", "patient", patient_id, ", ".join(changed))
        if JUDGED_BY.intersection(changed):
            refresh_all(change, services, patient_id)
        return state_of(patient)

    return services.ledger.write(act)
