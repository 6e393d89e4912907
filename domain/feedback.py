"""Feedback: what a patient says of a recommendation, and all that follows from it in the same transaction."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from domain import evidence, prediction
from domain.errors import Conflict, Invalid, NotFound
from domain.events import DomainEvent
from domain.gate import red_flags
from domain.ledger import Change
from domain.messages import FeedbackState, FeedbackUpdate, SideEffectState
from domain.once import once
from domain.past import outcome_of
from domain.patient import key
from domain.permission import Action, Actor
from domain.recommendation import load
from domain.record import audience_of, find
from domain.services import Services
from domain.snapshot import feedback_state
from domain.telling import counts, tell_effectiveness
from domain.text import Comment, Name
from storage import care
from storage.tables import Diagnosis, Feedback, Recommendation, SideEffect

MOST_SIDE_EFFECTS = 20
SEVERE = 3
CALL_NOW = "Stop taking it and call your practitioner now; if you feel in danger, call the emergency number."
TELL_FIRST = "Stop taking it until you have spoken with your practitioner."


class SideEffectInput(BaseModel):
    """An unwanted effect: a term of the list or the patient's own word; severity 0 none to 4 very severe."""

    model_config = ConfigDict(extra="forbid")

    term: Name
    severity: int | None = Field(default=None, ge=0, le=4, strict=True)
    serious: bool = False
    onset: date | None = None
    better_after_stopping: bool | None = None

    def state(self, services: Services) -> SideEffectState:
        """Describe it; a term that is serious by its nature is serious whatever was ticked."""
        known = services.knowledge.side_effects.get(self.term)
        values = self.model_dump() | {"serious": self.serious or bool(known and known.serious)}
        return SideEffectState.model_validate(values)


class FeedbackInput(BaseModel):
    """An answer about one recommendation; what is left out was not answered. Whole numbers only."""

    model_config = ConfigDict(extra="forbid")

    recommendation_id: int | None = None
    """May be left out where the diagnosis has exactly one approved recommendation."""
    rating: int = Field(ge=1, le=5, strict=True)
    comment: Comment = ""
    symptom: int | None = Field(default=None, ge=0, le=10, strict=True)
    improvement: int | None = Field(default=None, ge=1, le=5, strict=True)
    adherence: int | None = Field(default=None, ge=0, le=100, strict=True)
    ease_of_use: int | None = Field(default=None, ge=1, le=5, strict=True)
    stopped: bool = False
    side_effects: list[SideEffectInput] = Field(default_factory=list, max_length=MOST_SIDE_EFFECTS)


def submit(
    services: Services, actor: Actor, diagnosis_id: int, given: FeedbackInput, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Keep an answer, count it, predict anew; returns its state with the ``advice`` to show at once.

    With a ``repeat_key`` that was used before for the same answer the first result is given again and nothing changes.
    Raises NotFound, Invalid, and Conflict for a recommendation that is not approved or a key used for something else.
    """

    def act(change: Change) -> dict[str, Any]:
        diagnosis = find(change.session, actor, diagnosis_id, Action.ANSWER)

        def keep() -> dict[str, Any]:
            recommendation = _answered_recommendation(change, actor, diagnosis, given)
            row = add(change, services, actor, diagnosis, recommendation, given)
            state = feedback_state(row, care.side_effects(change.session, [key(row)])[key(row)])
            return _for(actor, state) | {"advice": advice(state)}

        return once(change, actor, repeat_key, (f"feedback {diagnosis_id}", given), keep)

    return services.ledger.write(act)


def add(
    change: Change,
    services: Services,
    actor: Actor,
    diagnosis: Diagnosis,
    recommendation: Recommendation,
    given: FeedbackInput,
) -> Feedback:
    """Keep an answer with its events, as part of a change."""
    row = Feedback(
        practice_id=diagnosis.practice_id,
        diagnosis_id=key(diagnosis),
        recommendation_id=key(recommendation),
        patient_id=diagnosis.patient_id,
        person_id=actor.person_id,
        red_flags=[hit.id for hit in red_flags(given.comment, services.knowledge)] if given.comment else [],
        created=change.now,
        updated=change.now,
        **given.model_dump(
            include={"rating", "comment", "symptom", "improvement", "adherence", "ease_of_use", "stopped"}
        ),
    )
    change.session.add(row)
    change.session.flush()
    states = [effect.state(services) for effect in given.side_effects]
    for state in states:
        change.session.add(
            SideEffect(feedback_id=key(row), recommendation_id=key(recommendation), **state.model_dump())
        )
    change.session.flush()
    _record(change, services, row, diagnosis, recommendation, "added")
    change.audit(actor, "answer", "feedback", key(row))
    return row


def set_rating(services: Services, actor: Actor, feedback_id: int, rating: int) -> dict[str, Any]:
    """Correct the stars of a feedback. Raises NotFound, Invalid."""
    _check_rating(rating)
    return _edit(services, actor, feedback_id, {"rating": rating})


def set_comment(services: Services, actor: Actor, feedback_id: int, comment: str) -> dict[str, Any]:
    """Correct the comment of a feedback. Raises NotFound."""
    return _edit(services, actor, feedback_id, {"comment": comment})


def listing(
    services: Services, actor: Actor, diagnosis_id: int, *, after: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """List the feedback of a diagnosis, oldest first, from behind the id ``after``. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, diagnosis_id, Action.READ)
        rows = [row for row in care.feedback(session, diagnosis_id) if key(row) > after][:limit]
        effects = care.side_effects(session, [key(row) for row in rows])
        return [_for(actor, feedback_state(row, effects[key(row)])) for row in rows]


def advice(state: FeedbackState) -> list[str]:
    """Say what the patient should do at once; empty for an ordinary answer."""
    if state.red_flags or any(effect.serious for effect in state.side_effects):
        return [CALL_NOW]
    if any((effect.severity or 0) >= SEVERE for effect in state.side_effects):
        return [TELL_FIRST]
    return []


def _edit(services: Services, actor: Actor, feedback_id: int, values: dict[str, Any]) -> dict[str, Any]:
    def act(change: Change) -> dict[str, Any]:
        row = change.session.get(Feedback, feedback_id)
        if row is None:
            raise NotFound("There is no such feedback.")
        try:
            recommendation, diagnosis = load(change.session, actor, row.recommendation_id, Action.ANSWER)
        except NotFound:
            raise NotFound("There is no such feedback.") from None
        for name, value in values.items():
            setattr(row, name, value)
        row.updated = change.now
        row.red_flags = [hit.id for hit in red_flags(row.comment, services.knowledge)] if row.comment else []
        change.session.add(row)
        change.session.flush()
        _record(change, services, row, diagnosis, recommendation, "changed")
        change.audit(actor, "edit", "feedback", feedback_id, ", ".join(values))
        return _for(actor, feedback_state(row, care.side_effects(change.session, [feedback_id])[feedback_id]))

    return services.ledger.write(act)


def _record(
    change: Change,
    services: Services,
    row: Feedback,
    diagnosis: Diagnosis,
    recommendation: Recommendation,
    what: Any,
) -> None:
    """Record the feedback, then what follows from it: the evidence and the prediction."""
    state = feedback_state(row, care.side_effects(change.session, [key(row)])[key(row)])
    fields = {name: getattr(state, name) for name in FeedbackUpdate.model_fields if hasattr(state, name)}
    update = FeedbackUpdate(feedback_id=state.id, change=what, **fields)
    change.record(
        DomainEvent(
            wire="feedback_update",
            diagnosis_id=diagnosis.id,
            patient_id=diagnosis.patient_id,
            data=update,
            for_patient=update.model_dump(mode="json", exclude=set(FeedbackUpdate.NOT_FOR_PATIENTS)),
        ),
        practice_id=diagnosis.practice_id,
    )
    newest = care.latest_feedback(change.session, key(recommendation))
    if newest is None or newest.id != row.id:
        return  # only the latest answer of a recommendation counts
    if counts(change.session, recommendation):
        evidence.count_answer(
            change,
            recommendation,
            outcome=outcome_of(row, diagnosis),
            rating=row.rating,
            on=row.created.date(),
        )
        tell_effectiveness(change, recommendation)
    prediction.renew(change, services, recommendation, diagnosis)


def _answered_recommendation(
    change: Change, actor: Actor, diagnosis: Diagnosis, given: FeedbackInput
) -> Recommendation:
    rows = [row for row in care.recommendations(change.session, key(diagnosis)) if row.approved is not None]
    if given.recommendation_id is None:
        approved = [row for row in rows if row.status == "approved"]
        if len(approved) != 1:
            raise Invalid("Say which recommendation this is about (recommendation_id).")
        return approved[0]
    for row in rows:
        if row.id == given.recommendation_id:
            return row
    if any(row.id == given.recommendation_id for row in care.recommendations(change.session, key(diagnosis))):
        if actor.is_patient:
            raise Invalid("This recommendation is not one of this diagnosis.")
        raise Conflict("This recommendation is not approved: there is nothing to answer yet.")
    raise Invalid("This recommendation is not one of this diagnosis.")


def _check_rating(rating: int) -> None:
    if not 1 <= rating <= 5:
        raise Invalid("A rating is a whole number from 1 to 5.")


def _for(actor: Actor, state: FeedbackState) -> dict[str, Any]:
    hidden = set(FeedbackState.NOT_FOR_PATIENTS) if audience_of(actor) == "patient" else set()
    return state.model_dump(mode="json", exclude=hidden)
