"""Diagnoses: opening one, its findings, its confirmed condition, and reading it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete
from sqlmodel import Session, col

from domain import in_use, judgement, proposal
from domain import patient as patients
from domain.errors import Conflict, Invalid
from domain.events import Audience
from domain.ledger import Change
from domain.matching import MOST_FINDINGS, Agreement, FindingValue, agreement, check_findings, match
from domain.matching import Match as FoundMatch
from domain.measures import BASELINES, Score, check_named
from domain.once import once
from domain.patient import PatientInput, key
from domain.permission import Action, Actor, readable
from domain.readings import shown
from domain.record import audience_of, find, tell
from domain.row_id import RowId
from domain.services import Services
from domain.snapshot import diagnosis_state, snapshot
from domain.text import Comment, Line
from storage import care
from storage.knowledge import Knowledge, Tradition
from storage.readable import of_patient as only
from storage.tables import Diagnosis, Finding, Match, Patient

MATCHES_KEPT = 8


class FindingInput(BaseModel):
    """A sign or symptom that was looked for: there, or not; severity 0 none to 4 very severe."""

    model_config = ConfigDict(extra="forbid")

    finding_id: Line
    present: bool = True
    severity: int | None = Field(default=None, ge=0, le=4)
    degree: int | None = Field(default=None, ge=1, le=4)
    duration_days: int | None = Field(default=None, ge=0, le=36_500)

    def value(self) -> FindingValue:
        """Describe it to the matching."""
        return FindingValue(
            self.finding_id,
            present=self.present,
            severity=self.severity,
            degree=self.degree,
            duration_days=self.duration_days,
        )


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
    baseline: Score | None = None
    second_symptom: Line = ""
    second_baseline: Score | None = None
    activity: Line = ""
    activity_baseline: Score | None = None


def record(services: Services, actor: Actor, given: DiagnosisInput, *, repeat_key: str | None = None) -> dict[str, Any]:
    """Open a diagnosis, match its findings and propose what passes the gate; returns its snapshot.

    Raises Invalid for unknown findings or conditions, NotFound for a patient who is not there or not the actor's.
    """

    def act(change: Change) -> dict[str, Any]:
        if given.patient_id is not None:  # an answer that was kept is for those who still may have it
            patients.find(change.session, actor, given.patient_id, Action.TREAT)
        return once(change, actor, repeat_key, ("diagnosis", given), lambda: opened(change, services, actor, given))

    return services.ledger.write(act)


def opened(change: Change, services: Services, actor: Actor, given: DiagnosisInput) -> dict[str, Any]:
    """Do what ``record`` does, as part of a change."""
    check_named(given)
    patient = _patient(change, actor, given)
    in_use.check(change.session, key(patient))
    diagnosis = open_for(
        change,
        actor,
        patient,
        tradition=given.tradition,
        complaint=given.complaint,
        measures={name: getattr(given, name) for pair in BASELINES.items() for name in pair},
    )
    _replace_findings(change, services, diagnosis, given.findings)
    if given.condition_id is not None:
        diagnosis.condition_id = _known_condition(
            services, diagnosis.practice_id, given.condition_id, diagnosis.tradition
        )
    tell(change, services, diagnosis, "opened")
    proposal.refresh(change, services, diagnosis)
    return snapshot(change.session, services.library.of(diagnosis.practice_id).knowledge, diagnosis, Audience.PRACTICE)


def open_for(
    change: Change,
    actor: Actor,
    patient: Patient,
    *,
    tradition: str,
    complaint: str = "",
    measures: Mapping[str, Any] | None = None,
    condition_id: str | None = None,
) -> Diagnosis:
    """Add the row of a new diagnosis, as part of a change; ``measures`` are the fields of what its patient scores."""
    diagnosis = Diagnosis(
        practice_id=patient.practice_id,
        patient_id=key(patient),
        practitioner_id=actor.person_id,
        tradition=tradition,
        condition_id=condition_id,
        complaint=complaint,
        **dict(measures or {}),
        created=change.now,
    )
    change.session.add(diagnosis)
    change.session.flush()
    change.audit(actor, "open", "diagnosis", key(diagnosis), patient_id=diagnosis.patient_id)
    return diagnosis


def set_findings(services: Services, actor: Actor, diagnosis_id: int, findings: list[FindingInput]) -> dict[str, Any]:
    """Replace the findings, match again and propose anew; returns the snapshot. Raises NotFound, Invalid, Conflict."""

    def act(change: Change) -> dict[str, Any]:
        diagnosis = _open_one(change.session, actor, diagnosis_id)
        _replace_findings(change, services, diagnosis, findings)
        tell(change, services, diagnosis, "findings")
        proposal.refresh_all(change, services, diagnosis.patient_id)
        change.audit(actor, "findings", "diagnosis", diagnosis_id, patient_id=diagnosis.patient_id)
        return snapshot(
            change.session, services.library.of(diagnosis.practice_id).knowledge, diagnosis, Audience.PRACTICE
        )

    return services.ledger.write(act)


def confirm(services: Services, actor: Actor, diagnosis_id: int, condition_id: str) -> dict[str, Any]:
    """Confirm a condition and propose for it; returns the snapshot. Raises NotFound, Invalid, Conflict."""

    def act(change: Change) -> dict[str, Any]:
        diagnosis = _open_one(change.session, actor, diagnosis_id)
        diagnosis.condition_id = _known_condition(services, diagnosis.practice_id, condition_id, diagnosis.tradition)
        change.session.add(diagnosis)
        tell(change, services, diagnosis, "condition")
        proposal.refresh_all(change, services, diagnosis.patient_id)
        change.audit(actor, "confirm", "diagnosis", diagnosis_id, patient_id=diagnosis.patient_id)
        return snapshot(
            change.session, services.library.of(diagnosis.practice_id).knowledge, diagnosis, Audience.PRACTICE
        )

    return services.ledger.write(act)


def read(services: Services, actor: Actor, diagnosis_id: int) -> dict[str, Any]:
    """Read a diagnosis as the actor may see it: its snapshot. Raises NotFound."""
    with services.database.read() as session:
        diagnosis = find(session, actor, diagnosis_id, Action.READ)
        return snapshot(session, services.library.of(diagnosis.practice_id).knowledge, diagnosis, audience_of(actor))


def listing(services: Services, actor: Actor, *, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """List the diagnoses that the actor may read, newest first, from before the id ``before``."""
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        found = care.diagnoses(session, readable(actor), before=before, limit=limit)
        shown(session, actor, "diagnoses", [row.patient_id for row in found])
        return _states(session, found, knowledge)


def of_patient(services: Services, actor: Actor, patient_id: int, *, limit: int = 50) -> list[dict[str, Any]]:
    """List the diagnoses of one patient, newest first. Raises NotFound."""
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        patient = patients.find(session, actor, patient_id, Action.READ)
        theirs = only(patient.practice_id, patient_id)
        return _states(session, care.diagnoses(session, theirs, before=None, limit=limit), knowledge)


def _states(session: Session, found: Sequence[Diagnosis], knowledge: Knowledge) -> list[dict[str, Any]]:
    findings = care.findings_of_each(session, [key(row) for row in found])
    return [diagnosis_state(row, findings[key(row)], knowledge).model_dump(mode="json") for row in found]


def matches(services: Services, actor: Actor, diagnosis_id: int) -> list[FoundMatch]:
    """Read the matches of a diagnosis, best first. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, diagnosis_id, Action.READ_REASONS)
        return [judgement.match_of(row) for row in care.matches(session, diagnosis_id)]


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
    in_use.check(session, diagnosis.patient_id)
    return diagnosis


def _known_condition(services: Services, practice_id: int, condition_id: str, tradition: str) -> str:
    condition = services.library.of(practice_id).knowledge.conditions.get(condition_id)
    if condition is None or condition.tradition != tradition:
        raise Invalid(f"There is no condition “{condition_id[:60]}” in this tradition.")
    return condition_id


def _replace_findings(change: Change, services: Services, diagnosis: Diagnosis, findings: list[FindingInput]) -> None:
    known = services.library.of(diagnosis.practice_id)
    values = list(dict.fromkeys(one.value() for one in findings))
    check_findings(values, known.knowledge, diagnosis.tradition, names=known.names)
    seen = {one.finding_id: one for one in findings}
    diagnosis_id = key(diagnosis)
    change.session.execute(delete(Finding).where(col(Finding.diagnosis_id) == diagnosis_id))
    change.session.execute(delete(Match).where(col(Match.diagnosis_id) == diagnosis_id))
    for finding in seen.values():
        change.session.add(Finding(diagnosis_id=diagnosis_id, recorded=change.now, **finding.model_dump()))
    found = match(values, known.knowledge, tradition=diagnosis.tradition, limit=MATCHES_KEPT) if values else []
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
        find(session, actor, diagnosis_id, Action.READ_REASONS)
        values = [value_of(row) for row in care.findings(session, diagnosis_id)]
    knowledge = services.library.of(actor.practice_id).knowledge
    found = {str(tradition): match(values, knowledge, tradition=tradition, limit=3) for tradition in Tradition}
    return found, agreement(found, knowledge)


def value_of(row: Finding) -> FindingValue:
    """Read a finding that was kept."""
    return FindingValue(
        row.finding_id,
        present=row.present,
        severity=row.severity,
        degree=row.degree,
        duration_days=row.duration_days,
    )
