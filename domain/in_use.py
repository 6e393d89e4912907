"""Whether a record may be used at present: a patient may forbid to be treated, and may have their record set aside.

Neither stops what the patient takes already. A plan that ends without anybody saying so is a harm of its own, so it goes on, is
judged by the safety gate as ever, and can be stopped; nothing is added to it.
"""

from sqlmodel import Session

from domain.errors import Conflict
from storage import care
from storage.tables import Patient

RESTRICTED = "This record is restricted: it can be read, and nothing new is planned from it."
CARE_WITHDRAWN = (
    "The patient has withdrawn their consent to treatment: nothing new is planned. "
    "What they take goes on until you stop it with them."
)


def forbidden(session: Session, patient_id: int) -> tuple[str, str] | None:
    """Say why nothing new may be planned for a patient, as a code and a sentence; None where it may."""
    patient = session.get(Patient, patient_id)
    if patient is not None and patient.restricted is not None:
        return "restricted", RESTRICTED
    said = care.newest_consent(session, patient_id, "care")
    return ("care_withdrawn", CARE_WITHDRAWN) if said is not None and not said.granted else None


def check(session: Session, patient_id: int) -> None:
    """Raise Conflict (``restricted`` or ``care_withdrawn``) where nothing new may be planned for a patient."""
    why = forbidden(session, patient_id)
    if why is not None:
        raise Conflict(why[1], code=why[0])
