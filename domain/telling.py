"""Telling what happened to a recommendation, and what is known of it, as part of a change."""

from collections.abc import Sequence
from typing import Literal

from domain import evidence
from domain.events import DomainEvent
from domain.ledger import Change
from domain.messages import CheckInState, RecommendationState, RecommendationUpdate
from domain.snapshot import recommendation_state
from storage import answer
from storage import evidence as evidence_rows
from storage.answer import Prescribed
from storage.database import Through
from storage.evidence import Cell
from storage.tables import Recommendation

COUNTED = ("herb", "formula")
"""Kinds whose outcome is counted; advice on diet and lifestyle goes with them and has no evidence of its own."""
ACTED_ON = frozenset({"name", "text", "dose", "status"})
"""What a patient goes by; a new rank or score is no news on the phone."""
What = Literal["added", "changed", "approved", "stopped", "removed"]


def tell_recommendation(
    change: Change,
    row: Recommendation,
    what: What,
    before: RecommendationState | None,
    *,
    reason: str = "",
    check_in: CheckInState | None = None,
) -> RecommendationState:
    """Record what happened to a recommendation; a patient is told only of what was approved at some time.

    ``check_in`` is where the check-ins stand, where that has changed them.
    """
    after = recommendation_state(row)
    visible = row.approved is not None
    update = RecommendationUpdate(
        recommendation_id=after.id,
        change=what,
        old=before,
        new=None if what == "removed" else after,
        changed_fields=_changed(before, after),
        reason=reason,
        check_in=check_in,
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
    if visible and tells(what, update.changed_fields):
        row.told_seq, row.told_at = change.entries[-1].seq, change.now
    return after


def tell_effectiveness(change: Change, row: Recommendation | Prescribed, cell: Cell | None = None) -> None:
    """Record what is known of a recommendation's herb now, as part of a change; ``cell`` where it was read already."""
    if cell is None:
        cell = evidence_rows.cell(change.rows, row.practice_id, row.item_id, row.condition_id)
    if cell is None or row.id is None:
        return
    shown = evidence.effectiveness_for_patient(cell, row.id) if row.approved is not None else None
    change.record(
        DomainEvent(
            wire="effectiveness_update",
            diagnosis_id=row.diagnosis_id,
            patient_id=row.patient_id,
            data=evidence.effectiveness(change.rows, cell, row.id),
            for_patient=None if shown is None else shown.model_dump_json(),
        ),
        practice_id=row.practice_id,
    )


def tells(what: str, changed_fields: Sequence[str]) -> bool:
    """Say whether a change is one that the patient acts on: what to take now, how much, or to stop."""
    return what in ("added", "approved", "stopped") or bool(ACTED_ON & set(changed_fields))


def counts(through: Through, row: Recommendation | Prescribed) -> bool:
    """Say whether the practice's statistics count this: herbs and formulas, unless the patient said no."""
    if row.kind not in COUNTED:
        return False
    said = row.statistics if isinstance(row, Prescribed) else answer.counted_word(through, row.patient_id)
    return said is not False


def _changed(before: RecommendationState | None, after: RecommendationState) -> list[str]:
    if before is None:
        return []
    return [name for name in RecommendationState.model_fields if getattr(before, name) != getattr(after, name)]
