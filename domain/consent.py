"""What a patient allows: to be treated, to be counted in numbers about others, to be shared with another practice.

A word is kept with who noted it and when, and the newest of a kind counts. Each acts at once:

- ``care``: after a no nothing new is planned; what is taken goes on, and the practitioner is told (``domain/in_use.py``).
  Nobody asked means yes: whoever comes to be treated agrees to what the practice writes down of it.
- ``statistics``: a no takes all that is theirs out of every number about others. Nobody asked means yes.
- ``sharing``: only after a yes does anything of them leave the practice. Nobody asked means no.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from domain.being_counted import count_patient
from domain.errors import NotAllowed, NotFound
from domain.ledger import Change
from domain.once import once
from domain.patient import find, key
from domain.permission import Action, Actor, may, record_of
from domain.proposal import refresh_all
from domain.services import Services
from domain.sharing import tell_readers
from storage import answer, care
from storage import consent as rows
from storage.tables import Consent, Patient

Kind = Literal["care", "statistics", "sharing"]
KINDS: tuple[Kind, ...] = ("care", "statistics", "sharing")
By = Literal["patient", "practitioner", "other"]


class ConsentInput(BaseModel):
    """A yes or a no."""

    model_config = ConfigDict(extra="forbid")

    granted: bool


class ConsentState(BaseModel):
    """The newest word of a patient on something; ``granted``, ``at`` and ``by`` are null where nobody has asked."""

    kind: Kind
    granted: bool | None
    at: datetime | None
    by: By | None = None
    """Who noted it: the patient themselves, or a practitioner on the patient's word."""


def listing(services: Services, actor: Actor, patient_id: int) -> list[ConsentState]:
    """Say what a patient has allowed, by kind. Raises NotFound."""
    newest = {one.kind: one for one in history(services, actor, patient_id)}
    return [newest.get(kind, ConsentState(kind=kind, granted=None, at=None)) for kind in KINDS]


def history(services: Services, actor: Actor, patient_id: int) -> list[ConsentState]:
    """List all that a patient has ever said, oldest first. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, patient_id, Action.READ)
        return said(session, patient_id)


def said(session: Session, patient_id: int) -> list[ConsentState]:
    """List all that a patient has ever said, oldest first, as part of a read."""
    found = []
    for row, role in rows.history(session, patient_id):
        by: By = "patient" if role == "patient" else "practitioner" if role == "practitioner" else "other"
        found.append(ConsentState.model_validate({"kind": row.kind, "granted": row.granted, "at": row.at, "by": by}))
    return found


def shares(session: Session, patient: Patient) -> bool:
    """Say whether anything of a patient may leave the practice: only after a yes, and never while their record is restricted."""
    word = care.newest_consent(session, key(patient), "sharing")
    return word is not None and word.granted and patient.restricted is None


def say(
    services: Services,
    actor: Actor,
    patient_id: int,
    given: ConsentInput,
    *,
    kind: Kind = "statistics",
    repeat_key: str | None = None,
) -> ConsentState:
    """Keep what a patient says, by themselves or by their practitioner; what follows from it follows at once.

    Raises NotFound, and NotAllowed for those who may read the record only.
    """

    def act(change: Change) -> ConsentState:
        patient = find(change.session, actor, patient_id, Action.READ)
        if not may(actor, Action.ANSWER, record_of(change.session, patient)):
            raise NotAllowed("Only the patient or their practitioner can say this.")

        def keep() -> dict[str, object]:
            before = care.newest_consent(change.session, patient_id, kind)
            if before is None or before.granted is not given.granted:
                _keep(change, services, actor, patient, kind=kind, granted=given.granted)
            return _newest(change.session, patient_id, kind).model_dump(mode="json")

        what = f"consent {patient_id}" if kind == "statistics" else f"consent {patient_id} {kind}"
        return ConsentState.model_validate(once(change, actor, repeat_key, (what, given), keep))

    return services.ledger.write(act)


def know(services: Services, actor: Actor, consent_id: int) -> None:
    """Say that one knows that a patient has withdrawn their consent to treatment. Raises NotFound, NotAllowed."""

    def act(change: Change) -> None:
        row = change.session.get(Consent, consent_id)
        if row is None or row.kind != "care" or row.granted:
            raise NotFound("There is no such patient.")
        patient = find(change.session, actor, row.patient_id, Action.TREAT)
        if row.seen is None:
            row.seen, row.seen_by = change.now, actor.person_id
            change.session.add(row)
            change.audit(actor, "know of withdrawn consent", "patient", row.patient_id)
            tell_readers(change, patient, "changed")

    services.ledger.write(act)


def _keep(change: Change, services: Services, actor: Actor, patient: Patient, *, kind: Kind, granted: bool) -> None:
    patient_id = key(patient)
    counted = answer.counted_word(change.rows, patient_id) is not False
    row = Consent(patient_id=patient_id, kind=kind, granted=granted, at=change.now, recorded_by=actor.person_id)
    if kind == "care" and actor.person_id == patient.practitioner_id:  # who notes it on the patient's word knows it
        row.seen, row.seen_by = change.now, actor.person_id
    change.session.add(row)
    change.session.flush()
    if kind == "statistics":
        after = answer.counted_word(change.rows, patient_id) is not False
        count_patient(change, patient_id, before=counted, after=after)
    elif kind == "care":
        refresh_all(change, services, patient_id)  # proposals come and go with it
    change.audit(actor, "consent" if granted else "withdraw consent", "patient", patient_id, kind)
    tell_readers(change, patient, "changed")


def _newest(session: Session, patient_id: int, kind: Kind) -> ConsentState:
    return next(one for one in reversed(said(session, patient_id)) if one.kind == kind)
