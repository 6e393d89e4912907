"""A diagnosis as its client may see it, and the states of its parts: the same shapes that events carry."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from domain import evidence
from domain.errors import NotFound
from domain.events import Audience
from domain.gate import red_flags
from domain.messages import (
    CheckInState,
    DiagnosisState,
    DoseLine,
    EffectivenessUpdate,
    FeedbackState,
    FindingState,
    PracticeState,
    PredictionUpdate,
    RecommendationState,
    ReplyState,
    SideEffectState,
    SnapshotState,
    VerdictReason,
)
from domain.rhythm import Rhythm
from storage import beside, care, check_in, looked_at
from storage import evidence as evidence_rows
from storage import reply as replies
from storage.answer import Answer
from storage.check_in import Kept
from storage.database import Through
from storage.knowledge import Knowledge
from storage.reply import Standing
from storage.tables import Diagnosis, Feedback, Finding, Practice, Prediction, Recommendation, SideEffect


def snapshot(through: Through, knowledge: Knowledge, diagnosis: Diagnosis, audience: Audience) -> dict[str, Any]:
    """Describe a diagnosis at its present ``seq``, as JSON values; ``through`` is one consistent read.

    Patients see approved recommendations and those that were stopped after approval, without scores and verdicts.
    """
    state = _state(through, knowledge, diagnosis, audience)
    return state.model_dump(mode="json", exclude=_NOT_FOR[audience])


def snapshot_text(through: Through, knowledge: Knowledge, diagnosis: Diagnosis, audience: Audience) -> str:
    """Write the same as JSON."""
    return _state(through, knowledge, diagnosis, audience).model_dump_json(exclude=_NOT_FOR[audience])


def _state(through: Through, knowledge: Knowledge, diagnosis: Diagnosis, audience: Audience) -> SnapshotState:
    number, of_patient = _id(diagnosis), audience is Audience.PATIENT
    rows = looked_at.recommendations(through, number)
    if of_patient:
        rows = [row for row in rows if row.approved is not None]
    effects, replied = looked_at.side_effects(through, number), looked_at.replies(through, number)
    feedback = looked_at.feedback(through, number)
    standing = [] if of_patient else looked_at.predictions(through, number)
    predictions = {row.recommendation_id: row for row in standing}
    findings = looked_at.findings(through, number)
    return SnapshotState(
        seq=diagnosis.seq,
        # Patients are not told of red flags, so they are not looked for: several hundred phrases in each complaint.
        diagnosis=diagnosis_state(diagnosis, findings, knowledge, flags=not of_patient),
        recommendations=[recommendation_state(row) for row in rows],
        feedback=[feedback_state(row, effects.get(row.id, ()), replied.get(row.id)) for row in feedback],
        effectiveness=effectiveness_in(through, number, audience),
        predictions=[prediction_state(predictions[_id(row)]) for row in rows if _id(row) in predictions],
        check_in=check_in_state(check_in.read(through, number)),
        practice=practice_of(through, number),
    )


_NOT_FOR: dict[Audience, Any] = {
    Audience.PRACTICE: None,
    Audience.PATIENT: {
        "diagnosis": set(DiagnosisState.NOT_FOR_PATIENTS),
        "recommendations": {"__all__": set(RecommendationState.NOT_FOR_PATIENTS)},
        "feedback": {"__all__": set(FeedbackState.NOT_FOR_PATIENTS)},
    },
}
"""What each of the two readers is not shown."""


def practice_state(row: Practice) -> PracticeState:
    """Describe a practice to those who call it."""
    return PracticeState(name=row.name, phone=row.phone)


def practice_of(through: Through, diagnosis_id: int) -> PracticeState:
    """Describe the practice that a diagnosis belongs to. Raises NotFound."""
    found = beside.practice(through, diagnosis_id)
    if found is None:
        raise NotFound("There is no such diagnosis.")
    name, phone = found
    return PracticeState(name=name, phone=phone)


def effectiveness_in(through: Through, diagnosis_id: int, audience: Audience) -> list[EffectivenessUpdate]:
    """Describe what is known of the recommendations of a diagnosis that somebody may see, in their rank."""
    cells = beside.cells(through, diagnosis_id)
    if audience is Audience.PATIENT:
        return [evidence.effectiveness_for_patient(cell, one) for one, approved, cell in cells if approved is not None]
    return [evidence.effectiveness(through, cell, one) for one, _, cell in cells]


def effectiveness_of(
    session: Session, recommendation: Recommendation, audience: Audience
) -> EffectivenessUpdate | None:
    """Describe what is known of a recommendation's herb for its condition; None while nobody was ever prescribed it."""
    cell = evidence_rows.cell(session, recommendation.practice_id, recommendation.item_id, recommendation.condition_id)
    if cell is None:
        return None
    if audience is Audience.PATIENT:
        return evidence.effectiveness_for_patient(cell, _id(recommendation))
    return evidence.effectiveness(session, cell, _id(recommendation))


def recommendation_state(row: Recommendation) -> RecommendationState:
    """Describe a recommendation."""
    return RecommendationState(
        id=_id(row),
        diagnosis_id=row.diagnosis_id,
        kind=row.kind,
        item_id=row.item_id,
        condition_id=row.condition_id,
        name=row.name,
        text=row.text,
        dose=DoseLine.model_validate(row.dose) if row.dose else None,
        rank=row.rank,
        score=row.score,
        reasons=row.reasons,
        verdict=row.verdict,
        verdict_reasons=[VerdictReason.model_validate(reason) for reason in row.verdict_reasons],
        override_reason=row.override_reason,
        worsened=row.worsened,
        duration_days=row.duration_days,
        follow_up_days=row.follow_up_days,
        follow_up_on=row.follow_up_on,
        status=row.status,
        stop_reason=row.stop_reason,
        created=row.created,
        approved=row.approved,
        stopped=row.stopped,
    )


def feedback_state(
    row: Feedback | Answer,
    side_effects: Sequence[SideEffect] | Sequence[SideEffectState],
    reply: Standing | None = None,
) -> FeedbackState:
    """Describe a feedback with the reply to it."""
    return FeedbackState(
        id=_id(row),
        diagnosis_id=row.diagnosis_id,
        recommendation_id=row.recommendation_id,
        rating=row.rating,
        comment=row.comment,
        symptom=row.symptom,
        second_symptom=row.second_symptom,
        activity=row.activity,
        improvement=row.improvement,
        adherence=row.adherence,
        ease_of_use=row.ease_of_use,
        stopped=row.stopped,
        side_effects=[
            SideEffectState(
                term=effect.term,
                severity=effect.severity,
                serious=effect.serious,
                onset=effect.onset,
                stopped=effect.stopped,
                better_after_stopping=effect.better_after_stopping,
            )
            for effect in side_effects
        ],
        red_flags=row.red_flags,
        created=row.created,
        updated=row.updated,
        seen=row.seen,
        reply=None if reply is None else reply_state(reply),
    )


def feedback_states(session: Session, rows: Sequence[Feedback]) -> list[FeedbackState]:
    """Describe several feedbacks with all that hangs on them."""
    ids = [_id(row) for row in rows]
    effects, replied = care.side_effects(session, ids), replies.standing(session, ids)
    return [feedback_state(row, effects[_id(row)], replied.get(_id(row))) for row in rows]


def reply_state(one: Standing) -> ReplyState:
    """Describe a reply."""
    return ReplyState(text=one.text, by=one.by, created=one.created, updated=one.updated, seen=one.seen)


def diagnosis_state(
    row: Diagnosis, findings: Sequence[Finding], knowledge: Knowledge, *, flags: bool = True
) -> DiagnosisState:
    """Describe a diagnosis with its findings, and the red flags in its complaint unless they are not asked for."""
    return DiagnosisState(
        id=_id(row),
        patient_id=row.patient_id,
        tradition=row.tradition,
        condition_id=row.condition_id,
        condition=condition_name(row.condition_id, knowledge),
        status=row.status,
        complaint=row.complaint,
        symptom=row.symptom,
        baseline=row.baseline,
        second_symptom=row.second_symptom,
        second_baseline=row.second_baseline,
        activity=row.activity,
        activity_baseline=row.activity_baseline,
        findings=[
            FindingState(
                finding_id=finding.finding_id,
                present=finding.present,
                severity=finding.severity,
                degree=finding.degree,
                duration_days=finding.duration_days,
            )
            for finding in findings
        ],
        created=row.created,
        red_flags=list(dict.fromkeys(hit.advice for hit in red_flags(row.complaint, knowledge)))
        if row.complaint and flags
        else [],
    )


def prediction_state(row: Prediction) -> PredictionUpdate:
    """Describe a prediction."""
    return PredictionUpdate(
        recommendation_id=row.recommendation_id,
        probability=row.probability,
        low=row.low,
        high=row.high,
        basis=row.basis,
        predictor=row.predictor,
    )


def check_in_state(kept: Kept | None) -> CheckInState:
    """Describe where the check-ins of a diagnosis stand."""
    if kept is None:
        return CheckInState()
    return CheckInState(due=kept.due, number=kept.number, rhythm=Rhythm(kept.rhythm).value, reminded=kept.reminded)


def condition_name(condition_id: str | None, knowledge: Knowledge, language: str = "en") -> str:
    """Name a condition; one that the knowledge base does not have is named by its id, as a practice wrote it."""
    if condition_id is None:
        return ""
    condition = knowledge.conditions.get(condition_id)
    return (condition.names.get(language) or condition.names["en"]) if condition else condition_id


def _id(row: Any) -> int:
    return int(row.id)
