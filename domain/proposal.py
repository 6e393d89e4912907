"""Proposing: what the knowledge base documents for a diagnosis and the safety gate lets pass, kept in step with the findings."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col

from domain import evidence, in_use, prediction
from domain.judgement import (
    Judged,
    Read,
    condition_of,
    dose_kept,
    judge_plan,
    left_over,
    match_of,
    plan_of,
    profile_for,
    put,
)
from domain.ledger import Change
from domain.past import answered
from domain.patient import key
from domain.permission import Action, Actor
from domain.recommending import Answered, Candidates, PastCases, Proposal, Treated, candidates
from domain.record import find
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import tell_effectiveness, tell_recommendation
from storage import care
from storage.tables import Diagnosis, Prediction, Recommendation


def refresh(change: Change, services: Services, diagnosis: Diagnosis) -> None:
    """Propose anew for a diagnosis, as part of a change; what is approved or stopped stays as it is.

    Proposals are for the confirmed condition, or for the best match while none is confirmed. The same item for another
    condition is another proposal: what is known of it, and how likely it is to help, is another matter.
    """
    found = candidates_for(change.session, services, diagnosis)
    version = services.library.of(diagnosis.practice_id).knowledge.version
    condition_id = condition_of(change.session, diagnosis) or ""
    read = care.acknowledged(change.session, diagnosis.patient_id)
    rows = care.recommendations(change.session, key(diagnosis))
    # Another condition makes another recommendation of the same herb: its evidence is another cell.
    standing = {(row.kind, row.item_id, row.condition_id): row for row in rows if row.status == "proposed"}
    settled = {(row.kind, row.item_id) for row in rows if row.status != "proposed"}
    wanted = [one for one in found.passed if (one.kind, one.item_id) not in settled]
    for gone in set(standing) - {(one.kind, one.item_id, condition_id) for one in wanted}:
        _remove(change, standing[gone])
    for rank, proposal in enumerate(wanted, start=len(settled) + 1):
        there = standing.get((proposal.kind, proposal.item_id, condition_id))
        before = recommendation_state(there) if there else None
        row = there or Recommendation(
            practice_id=diagnosis.practice_id,
            diagnosis_id=key(diagnosis),
            patient_id=diagnosis.patient_id,
            kind=proposal.kind,
            item_id=proposal.item_id,
            name=proposal.name,
            verdict=proposal.judgement.verdict.value,
            created=change.now,
        )
        _fill(change, row, proposal, condition_id, rank, read, version)
        change.session.add(row)
        change.session.flush()
        if before is None:
            tell_recommendation(change, row, "added", None)
            tell_effectiveness(change, row)
        elif recommendation_state(row) != before:
            tell_recommendation(change, row, "changed", before)
        prediction.renew(change, services, row, diagnosis)


def candidates_for(session: Session, services: Services, diagnosis: Diagnosis) -> Candidates:
    """Compute what passes the gate for a diagnosis at present, and what the gate holds back, with the reasons."""
    treated = treated_as(session, services, diagnosis)
    if treated is None:
        return Candidates((), ())
    rejected = [
        Answered(row.item_id, stopped=True)
        for row in care.recommendations(session, key(diagnosis))
        if row.status == "stopped"
    ]
    return candidates(treated, [*rejected, *answered(session, diagnosis.patient_id)])


def treated_as(session: Session, services: Services, diagnosis: Diagnosis) -> Treated | None:
    """Describe a diagnosis as it is proposed for at present; None where no condition is known or nothing may be planned."""
    condition_id = condition_of(session, diagnosis)
    if condition_id is None or in_use.forbidden(session, diagnosis.patient_id) is not None:
        return None
    known = services.library.of(diagnosis.practice_id)
    profile = profile_for(session, diagnosis)
    made = services.predictors.made(diagnosis.practice_id, key(diagnosis))
    return Treated(
        condition_id=condition_id,
        matches=[match_of(row) for row in care.matches(session, key(diagnosis))],
        profile=profile,
        knowledge=known.knowledge,
        names=known.names,
        evidence=lambda item, condition: evidence.estimate_for(session, diagnosis.practice_id, item, condition),
        already=plan_of(session, diagnosis.patient_id),
        elsewhere=left_over(session, diagnosis.patient_id),
        past=_past_cases(services, diagnosis.practice_id, profile.findings),
        expected={at: one.probability.value for at, one in made.items()},
        history=prediction.history_of(session, diagnosis.patient_id, condition_id),
    )


def _past_cases(services: Services, practice_id: int, findings: Sequence[str]) -> PastCases:
    ranker = services.learned.ranker(practice_id)
    if ranker is None or not findings:
        return PastCases()
    suggestions = services.learned.suggest(practice_id, list(findings))
    return PastCases({one.herb: one for one in suggestions}, ranker.card.cases)


def refresh_all(change: Change, services: Services, patient_id: int) -> None:
    """Judge a patient's plan again and propose anew in every open diagnosis: what they take, or are, has changed."""
    judge_plan(change, services, patient_id)
    for diagnosis in care.open_diagnoses(change.session, patient_id):
        refresh(change, services, diagnosis)


def held_back(services: Services, actor: Actor, diagnosis_id: int) -> tuple[Proposal, ...]:
    """List what the gate holds back for a diagnosis, with the reasons. Raises NotFound."""
    with services.database.read() as session:
        return candidates_for(session, services, find(session, actor, diagnosis_id, Action.READ_REASONS)).held_back


def _remove(change: Change, row: Recommendation) -> None:
    tell_recommendation(change, row, "removed", recommendation_state(row))
    change.session.execute(delete(Prediction).where(col(Prediction.recommendation_id) == row.id))
    change.session.delete(row)
    change.session.flush()


def _fill(
    change: Change, row: Recommendation, proposal: Proposal, condition_id: str, rank: int, read: Read, version: str
) -> None:
    row.condition_id, row.rank, row.name, row.text = condition_id, rank, proposal.name, proposal.text
    row.dose = dose_kept(proposal.dose)
    if row.score is None or abs(row.score - proposal.score) >= prediction.LEAST_CHANGE:
        row.score = round(proposal.score, 4)  # a number stays as it was told while nobody would see the difference
    row.reasons = list(proposal.reasons)
    row.duration_days, row.follow_up_days = proposal.days, proposal.follow_up_days
    put(row, Judged(proposal.judgement, proposal.regimen, version), read, change.now)
