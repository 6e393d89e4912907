"""Alarms: a serious side effect or a warning sign in a comment, in front of the practice until somebody has seen it.

An alarm is raised in the transaction of the answer and ended in the one that sees, corrects or withdraws it. What is open is a
table of its own, so that every page can ask for it and none ever looks through the answers for it, and so that nothing is lost
however long nobody looks: no alarm ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.ledger import Change
from domain.messages import FeedbackState
from domain.patient import key
from domain.permission import Actor, readable
from domain.readings import shown
from domain.services import Services
from storage import alarm as rows
from storage import care

SEVERE = 3
"""From this severity (0–4) on, a side effect is urgent whatever was ticked."""
SERIOUS = 5
"""The urgency of what is serious, by its nature or by the patient's word, and of a warning sign."""


@dataclass(frozen=True, slots=True)
class Open:
    """An alarm that nobody has seen yet."""

    feedback_id: int
    patient: str
    diagnosis_id: int
    recommendation: str
    """Its name; ``kind`` and ``item_id`` name it in other languages."""
    kind: str
    item_id: str
    side_effects: tuple[str, ...]
    """The terms of those that are serious or severe, the worst first."""
    others: tuple[str, ...]
    """The terms of the others that are there: with them, or with the comment, one may be a warning sign."""
    red_flags: tuple[str, ...]
    comment: str
    since: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many alarms are open, and the worst of them."""

    count: int
    worst: tuple[Open, ...]


def urgency(said: Mapping[str, Any]) -> int:
    """Say how urgent a feedback is, from its values as messages carry them: 5 serious or a warning sign, 3–4 severe, else 0."""
    effects = said["side_effects"]
    if said["red_flags"] or any(one["serious"] for one in effects):
        return SERIOUS
    severity = max((one["severity"] or 0 for one in effects), default=0)
    return severity if severity >= SEVERE else 0


def urgency_of(state: FeedbackState) -> int:
    """Say how urgent a feedback is, as ``urgency`` does."""
    if not state.side_effects and not state.red_flags:
        return 0
    return urgency({"red_flags": state.red_flags, "side_effects": [vars(one) for one in state.side_effects]})


def keep(change: Change, state: FeedbackState, patient_id: int, *, stands: bool = True, new: bool = False) -> None:
    """Raise or end the alarm of an answer, by how it stands now, as part of a change; a ``new`` answer has none to end."""
    urgent = urgency_of(state) if stands and state.seen is None else 0
    if not new:
        rows.end(change.rows, state.id)
    if urgent:
        rows.put(change.rows, feedback_id=state.id, patient_id=patient_id, urgency=urgent)


def read(services: Services, actor: Actor, *, limit: int = 1) -> Alarms:
    """Read the alarms of the patients whose record the actor may read, the worst first, then the newest."""
    mine = readable(actor)
    with services.database.read() as session:
        count = rows.count(session, mine)
        found = rows.worst(session, mine, limit=limit) if count else ()
        shown(session, actor, "alarms", [feedback.patient_id for feedback, *_ in found])
        effects = care.side_effects(session, [key(feedback) for feedback, *_ in found])
    return Alarms(
        count,
        tuple(
            Open(
                feedback_id=key(feedback),
                patient=patient.name,
                diagnosis_id=feedback.diagnosis_id,
                recommendation=recommendation.name,
                kind=recommendation.kind,
                item_id=recommendation.item_id,
                side_effects=tuple(
                    one.term
                    for one in sorted(effects[key(feedback)], key=lambda one: (not one.serious, -(one.severity or 0)))
                    if one.serious or (one.severity or 0) >= SEVERE
                ),
                others=tuple(
                    one.term
                    for one in effects[key(feedback)]
                    if not one.serious and one.severity != 0 and (one.severity or 0) < SEVERE
                ),
                red_flags=tuple(feedback.red_flags),
                comment=feedback.comment,
                since=feedback.created,
                updated=feedback.updated,
            )
            for feedback, patient, recommendation, _ in found
        ),
    )
