"""Whether a record may be used at present: a patient may forbid to be treated, and may have their record set aside.

Neither stops what the patient takes already. A plan that ends without anybody saying so is a harm of its own, so it goes on, is
judged by the safety gate as ever, and can be stopped; nothing is added to it.
"""

from sqlmodel import Session

from domain.errors import Conflict
from domain.patient import find
from domain.permission import Action, Actor
from domain.services import Services
from storage import care
from storage.tables import Patient


def restricted() -> Conflict:
    """Say that a record is set aside."""
    return Conflict("This record is restricted: it can be read, and nothing new is planned from it.", code="restricted")


def care_withdrawn() -> Conflict:
    """Say that the patient does not want to be treated any more."""
    return Conflict(
        "The patient has withdrawn their consent to treatment: nothing new is planned. "
        "What they take goes on until you stop it with them.",
        code="care_withdrawn",
    )


def forbidden(session: Session, patient_id: int) -> Conflict | None:
    """Say why nothing new may be planned for a patient; None where it may."""
    patient = session.get(Patient, patient_id)
    if patient is not None and patient.restricted is not None:
        return restricted()
    said = care.newest_consent(session, patient_id, "care")
    return care_withdrawn() if said is not None and not said.granted else None


def reason(services: Services, actor: Actor, patient_id: int) -> str:
    """Say in a sentence why nothing new may be planned for a patient; empty where it may. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, patient_id, Action.READ)
        why = forbidden(session, patient_id)
        return why.message if why is not None else ""


def check(session: Session, patient_id: int) -> None:
    """Raise Conflict (``restricted`` or ``care_withdrawn``) where nothing new may be planned for a patient."""
    why = forbidden(session, patient_id)
    if why is not None:
        raise why
