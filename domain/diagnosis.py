"""Diagnoses: opening one, its findings, its confirmed condition, and reading it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete
from sqlmodel import Session, col

from domain import patient as patients
from domain import proposal
from domain.errors import Conflict, Invalid
from domain.events import Audience
from domain.ledger import Change
from domain.matching import Agreement, FindingValue, agreement, match
from domain.matching import Match as FoundMatch
from domain.once import once
from domain.patient import PatientInput, key
from domain.permission import Action, Actor, readable
from domain.record import audience_of, find, tell
from domain.row_id import RowId
from domain.services import Services
from domain.snapshot import diagnosis_state, snapshot
from domain.text import Comment, Line
from storage import care
from storage.knowledge import Tradition
from storage.tables import Diagnosis, Finding, Match, Patient

MOST_FINDINGS = 200
MATCHES_KEPT = 8


class FindingInput(BaseModel):
    """A sign or symptom that was looked for: there, or not; severity 0 none to 4 very severe."""

    model_config = ConfigDict(extra="forbid")

    finding_id: Line
    present: bool = True
    severity: int | None = Field(default=None, ge=0, le=4)


class DiagnosisInput(BaseModel):
    """A new diagnosis, of a patient who is there already or who comes with it."""

    model_config = ConfigDict(extra="forbid")

    patient_id: RowId | None = None
    patient: PatientInput | None = None
    tradition: Literal["avicenna", "tcm", "ayurveda"]
    findings: list[FindingInput] = Field(default_factory=list, max_length=MOST_FINDINGS)
    condition_id: str | None = None
    complaint: Comment = ""
    symptom: Line = ""
    baseline: int | None = Field(default=None, ge=0, le=10)


def record(services: Services, actor: Actor, given: DiagnosisInput, *, repeat_key: str | None = None) -> dict[str, Any]:
    """Open a diagnosis, match its findings and propose what passes the gate; returns its snapshot.

    Raises Invalid for unknown findings or conditions, NotFound for a patient who is not there or not the actor's.
    """

    def act(change: Change) -> dict[str, Any]:
        return once(change, actor, repeat_key, ("diagnosis", given), lambda: opened(change))

    def opened(change: Change) -> dict[str, Any]:
        patient = _patient(change, actor, given)
        diagnosis = open_for(
            change,
            actor,
            patient,
            tradition=given.tradition,
            complaint=given.complaint,
            symptom=given.symptom,
            baseline=given.baseline,
        )
        _replace_findings(change, services, diagnosis, given.findings)
        if given.condition_id is not None:
            diagnosis.condition_id = _known_condition(services, given.condition_id, diagnosis.tradition)
        tell(change, services, diagnosis, "opened")
        proposal.refresh(change, services, diagnosis)
        return snapshot(change.session, services.knowledge, diagnosis, Audience.PRACTICE)

    return services.ledger.write(act)


def open_for(
    change: Change,
    actor: Actor,
    patient: Patient,
    *,
    tradition: str,
    complaint: str = "",
    symptom: str = "",
    baseline: int | None = None,
    condition_id: str | None = None,
) -> Diagnosis:
    """Add the row of a new diagnosis, as part of a change."""
    diagnosis = Diagnosis(
        practice_id=patient.practice_id,
        patient_id=key(patient),
        practitioner_id=actor.person_id,
        tradition=tradition,
        condition_id=condition_id,
        complaint=complaint,
        symptom=symptom,
        baseline=baseline,
        created=change.now,
    )
    change.session.add(diagnosis)
    change.session.flush()
    change.audit(actor, "open", "diagnosis", key(diagnosis))
    return diagnosis


def set_findings(services: Services, actor: Actor, diagnosis_id: int, findings: list[FindingInput]) -> dict[str, Any]:
    """Replace the findings, match again and propose anew; returns the snapshot. Raises NotFound, Invalid, Conflict."""

    def act(change: Change) -> dict[str, Any]:
        diagnosis = _open_one(change.session, actor, diagnosis_id)
        _replace_findings(change, services, diagnosis, findings)
        tell(change, services, diagnosis, "findings")
        proposal.refresh(change, services, diagnosis)
        change.audit(actor, "findings", "diagnosis", diagnosis_id)
        return snapshot(change.session, services.knowledge, diagnosis, Audience.PRACTICE)

    return services.ledger.write(act)


def confirm(services: Services, actor: Actor, diagnosis_id: int, condition_id: str) -> dict[str, Any]:
    """Confirm a condition and propose for it; returns the snapshot. Raises NotFound, Invalid, Conflict."""

    def act(change: Change) -> dict[str, Any]:
        diagnosis = _open_one(change.session, actor, diagnosis_id)
        diagnosis.condition_id = _known_condition(services, condition_id, diagnosis.tradition)
        change.session.add(diagnosis)
        tell(change, services, diagnosis, "condition")
        proposal.refresh(change, services, diagnosis)
        change.audit(actor, "confirm", "diagnosis", diagnosis_id, condition_id)
        return snapshot(change.session, services.knowledge, diagnosis, Audience.PRACTICE)

    return services.ledger.write(act)


def read(services: Services, actor: Actor, diagnosis_id: int) -> dict[str, Any]:
    """Read a diagnosis as the actor may see it: its snapshot. Raises NotFound."""
    with services.database.read() as session:
        diagnosis = find(session, actor, diagnosis_id, Action.READ)
        return snapshot(session, services.knowledge, diagnosis, audience_of(actor))


def listing(services: Services, actor: Actor, *, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """List the diagnoses that the actor may read, newest first, from before the id ``before``."""
    with services.database.read() as session:
        return [
            diagnosis_state(row, care.findings(session, key(row)), services.knowledge).model_dump(mode="json")
            for row in care.diagnoses(session, readable(actor), before=before, limit=limit)
        ]


def matches(services: Services, actor: Actor, diagnosis_id: int) -> list[FoundMatch]:
    """Read the matches of a diagnosis, best first. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, diagnosis_id, Action.TREAT)
        return [proposal.match_of(row) for row in care.matches(session, diagnosis_id)]


def _patient(change: Change, actor: Actor, given: DiagnosisInput) -> Patient:
    if (given.patient_id is None) == (given.patient is None):
        raise Invalid("Name either a patient who is there (patient_id) or a new one (patient).")
    if given.patient is not None:
        return patients.add(change, actor, given.patient)
    assert given.patient_id is not None  # noqa: S101 - one of the two is there
    return patients.find(change.session, actor, given.patient_id, Action.TREAT)


def _open_one(session: Session, actor: Actor, diagnosis_id: int) -> Diagnosis:
    diagnosis = find(session, actor, diagnosis_id, Action.TREAT)
    if diagnosis.status != "open":
        raise Conflict("The diagnosis is closed: open a new one.")
    return diagnosis


def _known_condition(services: Services, condition_id: str, tradition: str) -> str:
    condition = services.knowledge.conditions.get(condition_id)
    if condition is None or condition.tradition != tradition:
        raise Invalid(f"There is no condition “{condition_id[:60]}” in this tradition.")
    return condition_id


def _replace_findings(change: Change, services: Services, diagnosis: Diagnosis, findings: list[FindingInput]) -> None:
    seen: dict[str, FindingInput] = {}
    for finding in findings:
        if finding.finding_id not in services.knowledge.findings:
            raise Invalid(f"There is no finding “{finding.finding_id[:60]}”.")
        other = seen.setdefault(finding.finding_id, finding)
        if other.present != finding.present:
            raise Invalid(f"The finding “{finding.finding_id}” is recorded both as there and as not there.")
    diagnosis_id = key(diagnosis)
    change.session.execute(delete(Finding).where(col(Finding.diagnosis_id) == diagnosis_id))
    change.session.execute(delete(Match).where(col(Match.diagnosis_id) == diagnosis_id))
    for finding in seen.values():
        change.session.add(Finding(diagnosis_id=diagnosis_id, recorded=change.now, **finding.model_dump()))
    values = [FindingValue(one.finding_id, present=one.present, severity=one.severity) for one in seen.values()]
    found = match(values, services.knowledge, tradition=diagnosis.tradition, limit=MATCHES_KEPT) if values else []
    for rank, one in enumerate(found, start=1):
        change.session.add(
            Match(
                diagnosis_id=diagnosis_id,
                condition_id=one.condition_id,
                rank=rank,
                score=one.score,
                supporting=list(one.supporting),
                missing=list(one.missing),
                contrary=list(one.contrary),
            )
        )
    change.session.flush()


def compare(services: Services, actor: Actor, diagnosis_id: int) -> tuple[dict[str, list[FoundMatch]], Agreement]:
    """Match the findings in each tradition, and say what the traditions agree on. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, diagnosis_id, Action.TREAT)
        values = [
            FindingValue(row.finding_id, present=row.present, severity=row.severity)
            for row in care.findings(session, diagnosis_id)
        ]
    found = {str(tradition): match(values, services.knowledge, tradition=tradition, limit=3) for tradition in Tradition}
    return found, agreement(found, services.knowledge)
