"""Proposing: what the knowledge base documents for a diagnosis and the safety gate lets pass, kept in step with the findings."""

from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from domain import evidence, prediction
from domain.gate import DoseLine, Item, Judgement, judge
from domain.ledger import Change
from domain.matching import Match
from domain.past import failed_or_harmed
from domain.patient import key, profile_of
from domain.permission import Action, Actor
from domain.recommending import Candidates, Proposal, propose
from domain.record import find
from domain.services import Services
from domain.snapshot import recommendation_state
from domain.telling import tell_effectiveness, tell_recommendation
from storage import care
from storage.tables import Diagnosis, Patient, Prediction, Recommendation
from storage.tables import Match as MatchRow


def refresh(change: Change, services: Services, diagnosis: Diagnosis) -> None:
    """Propose anew for a diagnosis, as part of a change; what is approved or stopped stays as it is.

    Proposals are for the confirmed condition, or for the best match while none is confirmed. The same item for another
    condition is another proposal: what is known of it, and how likely it is to help, is another matter.
    """
    candidates = candidates_for(change.session, services, diagnosis)
    condition_id = _condition(change.session, diagnosis) or ""
    rows = care.recommendations(change.session, key(diagnosis))
    # Another condition makes another recommendation of the same herb: its evidence is another cell.
    standing = {(row.kind, row.item_id, row.condition_id): row for row in rows if row.status == "proposed"}
    settled = {(row.kind, row.item_id) for row in rows if row.status != "proposed"}
    wanted = [one for one in candidates.passed if (one.kind, one.item_id) not in settled]
    for gone in set(standing) - {(one.kind, one.item_id, condition_id) for one in wanted}:
        _remove(change, standing[gone])
    for rank, proposal in enumerate(wanted, start=len(settled) + 1):
        found = standing.get((proposal.kind, proposal.item_id, condition_id))
        before = recommendation_state(found) if found else None
        row = found or Recommendation(
            practice_id=diagnosis.practice_id,
            diagnosis_id=key(diagnosis),
            patient_id=diagnosis.patient_id,
            kind=proposal.kind,
            item_id=proposal.item_id,
            name=proposal.name,
            verdict=proposal.judgement.verdict.value,
            created=change.now,
        )
        _fill(row, proposal, condition_id, rank)
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
    condition_id = _condition(session, diagnosis)
    patient = session.get(Patient, diagnosis.patient_id)
    if condition_id is None or patient is None:
        return Candidates((), ())
    rows = care.recommendations(session, key(diagnosis))
    rejected = {row.item_id for row in rows if row.status == "stopped"}
    return propose(
        condition_id,
        [match_of(row) for row in care.matches(session, key(diagnosis))],
        profile_of(patient),
        services.knowledge,
        services.names,
        lambda item, condition: evidence.estimate_for(session, diagnosis.practice_id, item, condition),
        already=plan_of(session, diagnosis.patient_id),
        failed=rejected | failed_or_harmed(session, diagnosis.patient_id),
    )


def refresh_all(change: Change, services: Services, patient_id: int) -> None:
    """Propose anew in every open diagnosis of a patient: what may be taken together has changed."""
    for diagnosis in care.open_diagnoses(change.session, patient_id):
        refresh(change, services, diagnosis)


def judge_again(session: Session, services: Services, row: Recommendation) -> Judgement:
    """Judge a recommendation for the patient as they are now, beside all that they take by now."""
    patient = session.get_one(Patient, row.patient_id)
    item = Item(row.kind, row.item_id, row.name, dose_of(row))
    beside = plan_of(session, row.patient_id, without=row.id)
    return judge(item, profile_of(patient), beside, services.knowledge, services.names)


def plan_of(session: Session, patient_id: int, *, without: int | None = None) -> list[Item]:
    """List what a patient takes and does at present, over all open diagnoses."""
    rows = care.running_recommendations(session, patient_id)
    return [Item(row.kind, row.item_id, row.name, dose_of(row)) for row in rows if row.id != without]


def held_back(services: Services, actor: Actor, diagnosis_id: int) -> tuple[Proposal, ...]:
    """List what the gate holds back for a diagnosis, with the reasons. Raises NotFound."""
    with services.database.read() as session:
        return candidates_for(session, services, find(session, actor, diagnosis_id, Action.TREAT)).held_back


def dose_of(row: Recommendation) -> DoseLine | None:
    """Read a recommendation's dose line."""
    if not row.dose:
        return None
    return DoseLine(**{**row.dose, "source": tuple(row.dose.get("source", ()))})


def reasons_of(judgement: Judgement) -> list[dict[str, Any]]:
    """Write a judgement's reasons as they are kept."""
    return [
        {
            "verdict": reason.verdict.value,
            "rule": reason.rule,
            "message": reason.message,
            "source": list(reason.source),
            "grade": reason.grade,
        }
        for reason in judgement.reasons
    ]


def _remove(change: Change, row: Recommendation) -> None:
    tell_recommendation(change, row, "removed", recommendation_state(row))
    change.session.execute(delete(Prediction).where(col(Prediction.recommendation_id) == row.id))
    change.session.delete(row)
    change.session.flush()


def _fill(row: Recommendation, proposal: Proposal, condition_id: str, rank: int) -> None:
    row.condition_id, row.rank, row.name, row.text = condition_id, rank, proposal.name, proposal.text
    row.dose = _dose(proposal.dose)
    row.score = round(proposal.score, 4)
    row.reasons = list(proposal.reasons)
    row.verdict = proposal.judgement.verdict.value
    row.verdict_reasons = reasons_of(proposal.judgement)


def _dose(dose: DoseLine | None) -> dict[str, Any] | None:
    if dose is None:
        return None
    return {
        "amount": dose.amount,
        "unit": dose.unit,
        "per": dose.per,
        "preparation": dose.preparation,
        "part": dose.part,
        "route": dose.route,
        "times_a_day": dose.times_a_day,
        "duration_days": dose.duration_days,
        "vehicle": dose.vehicle,
        "source": list(dose.source),
        "drops_per_ml": dose.drops_per_ml,
    }


def _condition(session: Session, diagnosis: Diagnosis) -> str | None:
    if diagnosis.condition_id is not None:
        return diagnosis.condition_id
    best = care.matches(session, key(diagnosis))
    return best[0].condition_id if best else None


def match_of(row: MatchRow) -> Match:
    """Read a match that was kept."""
    return Match(row.condition_id, row.score, tuple(row.supporting), tuple(row.missing), tuple(row.contrary))
