"""Erasing a patient (GDPR article 17): everything about them goes, in one change, and every number about others is without them.

What is left is a row without a person, so that an id means nobody else later. Who may: the patient's practitioner or an admin, on
the patient's request, who type the patient's name. Laws make practices keep records for years; until then it is refused unless
somebody says why it is erased all the same. Why is chosen and not typed: it stays in the audit, and nothing that somebody has
typed about a patient outlives them. Who was erased stands in a register beside the database as well, before it is done: an
older backup cannot know it.
"""

from datetime import date, datetime
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from domain.being_counted import count_patient
from domain.erasure_register import Erased, erased_now
from domain.errors import Conflict, Invalid, Unavailable
from domain.events import patient_recorded, sign_in_revoked
from domain.keeping_records import kept_until
from domain.ledger import Change, utc_now
from domain.messages import PatientUpdate, SignInRevoked
from domain.patient import find, key
from domain.permission import Action, Actor
from domain.services import Services
from domain.telling import tell_effectiveness
from domain.text import Name
from storage import answer
from storage import erasing as rows
from storage.consent import last_contact
from storage.evidence import Cell
from storage.tables import Patient, Recommendation

log = structlog.get_logger(__name__)

Ground = Literal["asked_for", "consent_withdrawn", "not_needed", "unlawful", "ordered"]
"""Why a patient is erased (our proposal, after GDPR article 17(1)): they asked for it; they took their consent back and nothing
else allows to keep the record (b); what it was for is over (a); it should not have been kept (d); a law or an authority orders
it (e)."""
Overrule = Literal["no_duty", "kept_elsewhere", "ordered"]
"""Why it is erased before the duty to keep is over (our proposal): the duty does not hold for this record, as for one that was
taken in twice or by mistake; another practice keeps it now; a court or an authority orders it."""


class ErasureInput(BaseModel):
    """That a patient is erased: their name as it stands, typed once more, and why."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    reason: Ground
    """Kept in the audit."""
    override_reason: Overrule | None = None
    """Why the record is erased although the law may want it kept for longer; kept as well."""


class ErasureState(BaseModel):
    """What would be erased, and until when the practice has to keep it."""

    patient_id: int
    diagnoses: int
    recommendations: int
    answers: int
    last_contact: date
    kept_until: date
    """A practice has to keep records until then (``VERVAIN_KEEP_RECORDS_YEARS``)."""
    kept: bool
    """Whether that day is to come: erasing then wants ``override_reason``."""
    erased: datetime | None = None


def look(services: Services, actor: Actor, patient_id: int) -> ErasureState:
    """Say what would be erased. Raises NotFound."""
    with services.database.read() as session:
        patient = _find(session, actor, patient_id)
        return _state(services, session, patient, utc_now().date())


def erase(services: Services, actor: Actor, patient_id: int, given: ErasureInput) -> ErasureState:
    """Erase a patient. Their sign-ins end, and whatever shows them closes.

    Raises NotFound, Invalid where the name is another one, and Conflict (``kept_by_law``) where the record has to be kept and
    nobody has said why it is erased all the same, and Unavailable where the register of erasures cannot be written.
    """
    noted: list[Erased] = []

    def act(change: Change) -> ErasureState:
        patient = _find(change.session, actor, patient_id)
        state = _state(services, change.session, patient, change.now.date())
        _check(patient, given, state)
        noted.append(erased_now(change.session, patient, change.now))
        take_out(change, patient)
        detail = given.reason if given.override_reason is None else f"{given.reason}; {given.override_reason}"
        change.audit(actor, "erase", "patient", patient_id, detail)
        _note(services, noted[-1])
        return state.model_copy(update={"erased": change.now})

    try:
        state = services.ledger.write(act)
    except Exception:
        for one in noted:
            _take_back(services, one)
        raise
    clean_up(services)
    if services.learned.ranker(actor.practice_id) is not None:
        services.learned.learn(actor.practice_id)  # without the patient's cases
    return state


def clean_up(services: Services) -> bool:
    """Take what was erased out of the database's journal as well; says whether nobody was reading the old state meanwhile."""
    done = services.database.clean_journal()
    if not done:
        log.warning("the journal of the database still holds what was erased: it is cleaned within the hour")
    return done


def _note(services: Services, erased: Erased) -> None:
    try:
        services.erasures.note([erased])
    except OSError as error:
        log.error("the register of erasures cannot be written", file=str(services.erasures.file), error=str(error))
        raise Unavailable("Nothing was erased: the register of erasures cannot be written.") from error


def _take_back(services: Services, erased: Erased) -> None:
    """Take back what was noted, where the patient stands: else a restore would erase whom nobody has erased."""
    try:
        with services.database.read() as session:
            patient = session.get(Patient, erased.patient_id)
        if patient is not None and patient.erased is None:
            services.erasures.take_back(erased)
    except Exception:
        log.exception("an erasure that was not done stands in the register", patient_id=erased.patient_id)


def _find(session: Session, actor: Actor, patient_id: int) -> Patient:
    """Find a patient for somebody who may erase them: their practitioner, or an admin, who need not be able to read it."""
    return find(session, actor, patient_id, Action.ERASE)


def _state(services: Services, session: Session, patient: Patient, today: date) -> ErasureState:
    ids = rows.whole(session, patient).ids
    last = last_contact(session, key(patient)).date()
    until = kept_until(last, services.keep_records_years)
    return ErasureState(
        patient_id=key(patient),
        diagnoses=len(ids["diagnosis"]),
        recommendations=len(ids["recommendation"]),
        answers=len(ids["feedback"]),
        last_contact=last,
        kept_until=until,
        kept=today <= until and services.keep_records_years > 0,
    )


def _check(patient: Patient, given: ErasureInput, state: ErasureState) -> None:
    if " ".join(given.name.casefold().split()) != " ".join(patient.name.casefold().split()):
        raise Invalid("Type the patient’s name as it stands in the record.", code="name_differs")
    if state.kept and given.override_reason is None:
        raise Conflict(
            f"This record has to be kept until {state.kept_until}: say why it is erased all the same.",
            code="kept_by_law",
        )


def take_out(change: Change, patient: Patient) -> None:
    """Take a patient out of every number, then out of every table, and tell whoever shows one or the other."""
    patient_id, practice_id = key(patient), patient.practice_id
    counted = answer.counted_word(change.rows, patient_id) is not False
    moved: list[Cell] = []

    def note(_change: Change, _plan: Recommendation, cell: Cell) -> None:
        moved.append(cell)

    patient.restricted = change.now  # which counts them nowhere
    change.session.add(patient)
    count_patient(change, patient_id, before=counted, after=False, tell=note)
    found = rows.whole(change.session, patient)
    rows.erase(change.session, found, change.now)
    for cell in moved:
        plan = rows.another_plan(change.session, practice_id, cell.item_id, cell.condition_id)
        if plan is not None:
            tell_effectiveness(change, plan)
    for sign_in_id, person_id in found.live_sign_ins:
        revoked = SignInRevoked(sign_in_id=sign_in_id, person_id=person_id)
        change.record(sign_in_revoked(revoked), practice_id=practice_id)
    told = PatientUpdate(patient_id=patient_id, change="erased", readers=[])
    change.record(patient_recorded(told), practice_id=practice_id)
