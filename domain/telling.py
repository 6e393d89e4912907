"""Telling what happened to a recommendation, and what is known of it, as part of a change."""

from typing import Literal

from sqlmodel import Session

from domain import evidence
from domain.events import DomainEvent
from domain.ledger import Change
from domain.messages import RecommendationState, RecommendationUpdate
from domain.snapshot import recommendation_state
from storage import care
from storage import evidence as evidence_rows
from storage.tables import Recommendation

COUNTED = ("herb", "formula")
"""Kinds whose outcome is counted; advice on diet and lifestyle goes with them and has no evidence of its own."""
What = Literal["added", "changed", "approved", "stopped", "removed"]


def tell_recommendation(
    change: Change,
    row: Recommendation,
    what: What,
    before: RecommendationState | None,
    *,
    reason: str = "",
) -> RecommendationState:
    """Record what happened to a recommendation; a patient is told only of what was approved at some time."""
    after = recommendation_state(row)
    visible = row.approved is not None
    update = RecommendationUpdate(
        recommendation_id=after.id,
        change=what,
        old=before,
        new=None if what == "removed" else after,
        changed_fields=_changed(before, after),
        reason=reason,
    )
    for_patient = update.model_dump(
        mode="json",
        exclude={side: set(RecommendationState.NOT_FOR_PATIENTS) for side in ("old", "new")},
    )
    if before is not None and before.approved is None:
        for_patient["old"] = None  # the patient never saw it as a proposal
    for_patient["changed_fields"] = [
        name for name in update.changed_fields if name not in RecommendationState.NOT_FOR_PATIENTS
    ]
    change.record(
        DomainEvent(
            wire="recommendation_update",
            diagnosis_id=row.diagnosis_id,
            patient_id=row.patient_id,
            data=update,
            for_patient=for_patient if visible else None,
        ),
        practice_id=row.practice_id,
    )
    return after


def tell_effectiveness(change: Change, row: Recommendation) -> None:
    """Record what is known of a recommendation's herb now, as part of a change."""
    cell = evidence_rows.cell(change.session, row.practice_id, row.item_id, row.condition_id)
    if cell is None or row.id is None:
        return
    shown = evidence.effectiveness_for_patient(cell, row.id) if row.approved is not None else None
    change.record(
        DomainEvent(
            wire="effectiveness_update",
            diagnosis_id=row.diagnosis_id,
            patient_id=row.patient_id,
            data=evidence.effectiveness(change.session, cell, row.id),
            for_patient=None if shown is None else shown.model_dump(mode="json"),
        ),
        practice_id=row.practice_id,
    )


def counts(session: Session, row: Recommendation) -> bool:
    """Say whether the practice's statistics count this: herbs and formulas of patients who allow it."""
    return row.kind in COUNTED and care.has_consent(session, row.patient_id, "statistics", unless_asked=True)


def _changed(before: RecommendationState | None, after: RecommendationState) -> list[str]:
    if before is None:
        return []
    return [name for name in RecommendationState.model_fields if getattr(before, name) != getattr(after, name)]
