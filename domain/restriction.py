"""Setting a record aside (GDPR article 18): its readers read it, and nothing is done with it until that is lifted.

It is counted in no statistics, trains no predictor, is shared with nobody, and nothing new is planned from it. What the patient
takes goes on and is judged by the safety gate: their own safety is not set aside. They may answer, and are heard.
"""

from pydantic import BaseModel, ConfigDict

from domain.being_counted import count_patient
from domain.ledger import Change
from domain.patient import PatientState, find, state_of
from domain.permission import Action, Actor
from domain.proposal import refresh_all
from domain.services import Services
from domain.sharing import tell_readers
from domain.text import Reason
from storage import answer


class RestrictionInput(BaseModel):
    """Whether a record is restricted from now on, and why."""

    model_config = ConfigDict(extra="forbid")

    restricted: bool
    reason: Reason
    """Such as: the patient disputes what is written, or wants it kept for a claim."""


def restrict(services: Services, actor: Actor, patient_id: int, given: RestrictionInput) -> PatientState:
    """Restrict a record or lift the restriction; saying the same again changes nothing. Raises NotFound."""

    def act(change: Change) -> PatientState:
        patient = find(change.session, actor, patient_id, Action.RESTRICT)
        if (patient.restricted is not None) == given.restricted:
            return state_of(patient)
        before = answer.counted_word(change.rows, patient_id) is not False
        patient.restricted = change.now if given.restricted else None
        change.session.add(patient)
        change.session.flush()
        after = answer.counted_word(change.rows, patient_id) is not False
        count_patient(change, patient_id, before=before, after=after)
        refresh_all(change, services, patient_id)
        action = "restrict" if given.restricted else "lift restriction"
        change.audit(actor, action, "patient", patient_id, reason=given.reason)
        tell_readers(change, patient, "changed")
        return state_of(patient)

    return services.ledger.write(act)
