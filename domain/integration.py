"""The integration doors: other programs of a practice push an update, and it reaches every client as any other change does.

What is pushed is our own record, never what was sent: the event is made from the rows as they stand, so that nobody sees a
number that is not in the record and ``snapshot + events == snapshot`` holds. What a program says has to agree with the record.
Three things it may change: it may stop a recommendation, bring in a patient's answer, and correct an answer that it brought
in; each by the verb that people use (docs/decisions/0009-integration-doors.md).
"""

from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlmodel import Session

from domain import correcting, feedback, recommendation
from domain.errors import Conflict, Invalid, NotAllowed
from domain.events import Audience
from domain.feedback import MOST_SIDE_EFFECTS, FeedbackInput, SideEffectInput
from domain.ledger import Change
from domain.measures import Score
from domain.messages import CheckInState, EffectivenessUpdate, RecommendationState, RecommendationUpdate, ReplyState
from domain.once import once
from domain.patient import key
from domain.permission import Action, Actor, Thing, may
from domain.recommendation import StopInput
from domain.record import find
from domain.row_id import RowId
from domain.services import Services
from domain.snapshot import effectiveness_of, feedback_state, recommendation_state
from domain.telling import tell_effectiveness, tell_recommendation
from domain.text import Comment, Line, Reason
from storage import care
from storage.answer import Answer
from storage.tables import Diagnosis, Feedback, Recommendation

STOPPING = {"status", "stopped", "stop_reason"}
"""What a stop changes of a recommendation."""
CORRECTED = {"rating", "comment"}
MADE_HERE = {"red_flags", "created", "updated", "seen", "reply", "check_in"}


class RecommendationNews(RecommendationUpdate):
    """The ``data`` of a ``recommendation_update``; what is left out is not compared with the record."""

    recommendation_id: RowId
    old: RecommendationState | None = None
    new: RecommendationState | None = None
    changed_fields: list[Line] = Field(default_factory=list, max_length=50)
    reason: Reason | Literal[""] = ""


class EffectivenessNews(EffectivenessUpdate):
    """The ``data`` of an ``effectiveness_update``; what is left out or null is not compared with the record."""

    recommendation_id: RowId
    herb: Line = ""
    condition: Line = ""
    effectiveness: float | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    prescribed: int | None = None
    answered: int | None = None
    improved: int | None = None
    sample_size: int | None = None
    tier: Literal["hidden", "early", "preliminary", "plain"] | None = None  # type: ignore[assignment]
    trend: Literal["insufficient", "rising", "falling", "steady"] | None = None  # type: ignore[assignment]
    average_rating: float | None = None
    as_of: AwareDatetime | None = None


class FeedbackNews(BaseModel):
    """The ``data`` of a ``feedback_update``: without ``feedback_id`` a new answer, with it one that is there."""

    model_config = ConfigDict(extra="forbid")

    feedback_id: RowId | None = None
    recommendation_id: RowId
    change: Literal["added", "changed", "withdrawn", "replied"]
    rating: Annotated[int | None, Field(ge=1, le=5, strict=True)] = None
    improvement: Annotated[int | None, Field(ge=1, le=5, strict=True)] = None
    symptom: Score | None = None
    second_symptom: Score | None = None
    activity: Score | None = None
    adherence: Annotated[int | None, Field(ge=0, le=100, strict=True)] = None
    ease_of_use: Annotated[int | None, Field(ge=1, le=5, strict=True)] = None
    stopped: bool = False
    side_effects: list[SideEffectInput] = Field(default_factory=list, max_length=MOST_SIDE_EFFECTS)
    red_flags: list[Line] = Field(default_factory=list, max_length=50)
    comment: Comment = ""
    created: AwareDatetime | None = None
    updated: AwareDatetime | None = None
    seen: AwareDatetime | None = None
    reply: ReplyState | None = None
    """What stood there when the message was sent; not compared: to reply is for a practitioner."""
    check_in: CheckInState | None = None
    """Where the check-ins stood after the message that it is from; not compared, and made here."""


Pushed = dict[str, Any]
"""``seq`` and ``id`` of the message that was written; for feedback also ``feedback_id`` and ``advice``."""


def push_recommendation(
    services: Services, actor: Actor, diagnosis_id: int, given: RecommendationNews, *, repeat_key: str | None = None
) -> Pushed:
    """Tell a recommendation again as it stands, or stop it.

    Raises NotAllowed for what only a practitioner may do, NotFound, Invalid, and Conflict where the record says otherwise.
    """

    def act(change: Change, diagnosis: Diagnosis) -> Pushed:
        row = _recommendation(change.session, diagnosis, given.recommendation_id)
        stands = recommendation_state(row)
        if given.change == "removed" or (given.change == "approved" and row.status == "proposed"):
            raise NotAllowed(
                "To approve or to remove a recommendation is for a practitioner, who sees what the gate says."
            )
        if given.change == "stopped" and row.status != "stopped":
            if not given.reason:
                raise Invalid("Say why it is stopped (reason).")
            _agree({"old": given.old, "new": given.new}, {"old": stands, "new": stands}, may_differ=STOPPING)
            recommendation.end(change, services, actor, row, StopInput(reason=given.reason))
            return {}
        if given.change in ("approved", "stopped") and given.change != row.status:
            raise Conflict(f"The record says otherwise: this recommendation is {row.status}.", code="not_the_record")
        _agree({"new": given.new}, {"new": stands})
        tell_recommendation(change, row, "changed", stands)
        return {}

    return _through(services, actor, diagnosis_id, given, repeat_key, "recommendation_update", act)


def push_effectiveness(
    services: Services, actor: Actor, diagnosis_id: int, given: EffectivenessNews, *, repeat_key: str | None = None
) -> Pushed:
    """Tell again what the practice knows of a recommendation's item; the numbers are ours, always.

    Raises NotAllowed, NotFound, Invalid, and Conflict where the record says otherwise or nothing is known yet.
    """

    def act(change: Change, diagnosis: Diagnosis) -> Pushed:
        row = _recommendation(change.session, diagnosis, given.recommendation_id)
        stands = effectiveness_of(change.session, row, Audience.PRACTICE)
        if stands is None:
            raise Conflict("Nothing is known of this item for this condition yet.")
        stated = given.model_dump(mode="json", include=given.model_fields_set)
        known = stands.model_dump(mode="json")
        _complain([name for name, value in stated.items() if value is not None and value != known[name]])
        tell_effectiveness(change, row)
        return {}

    return _through(services, actor, diagnosis_id, given, repeat_key, "effectiveness_update", act)


def push_feedback(
    services: Services, actor: Actor, diagnosis_id: int, given: FeedbackNews, *, repeat_key: str | None = None
) -> Pushed:
    """Bring in an answer, correct one that this service brought in, or tell one again as it stands.

    Raises NotAllowed, NotFound, Invalid, and Conflict where the record says otherwise or there is nothing to answer yet.
    """

    def act(change: Change, diagnosis: Diagnosis) -> Pushed:
        if given.change == "withdrawn":
            raise NotAllowed("An answer cannot be withdrawn.")
        if given.change == "replied":
            raise NotAllowed("To reply to an answer is for a practitioner.")
        if given.feedback_id is None:
            row: Feedback | Answer = _bring_in(change, services, actor, diagnosis, given)
        else:
            row = _correct_or_tell(change, services, actor, diagnosis, given)
        state = feedback_state(row, care.side_effects(change.session, [key(row)])[key(row)])
        return {"feedback_id": state.id, "advice": feedback.advice(state)}

    return _through(services, actor, diagnosis_id, given, repeat_key, "feedback_update", act)


def _bring_in(change: Change, services: Services, actor: Actor, diagnosis: Diagnosis, given: FeedbackNews) -> Answer:
    if given.change != "added":
        raise Invalid("Say which feedback this is about (feedback_id).")
    if made_here := sorted(MADE_HERE & given.model_fields_set):
        raise Invalid(f"A new answer gets {', '.join(made_here)} here: leave it out.")
    if given.rating is None:
        raise Invalid("A new answer needs a rating.")
    answer = FeedbackInput(**given.model_dump(include=given.model_fields_set & set(FeedbackInput.model_fields)))
    _, answered = feedback.answered(change.session, actor, key(diagnosis), answer)
    return feedback.add(change, services, actor, diagnosis, answered, answer)


def _correct_or_tell(
    change: Change, services: Services, actor: Actor, diagnosis: Diagnosis, given: FeedbackNews
) -> Feedback:
    row = change.session.get(Feedback, given.feedback_id)
    if (
        row is None
        or row.withdrawn is not None
        or row.diagnosis_id != diagnosis.id
        or row.recommendation_id != given.recommendation_id
    ):
        raise Invalid("This feedback is not one of this recommendation and diagnosis.")
    stands = feedback_state(row, care.side_effects(change.session, [key(row)])[key(row)]).model_dump(mode="json")
    stated = given.model_dump(
        mode="json", include=given.model_fields_set - {"feedback_id", "change", "reply", "check_in"}
    )
    differ = {name: value for name, value in stated.items() if value != stands[name]}
    if not differ:
        feedback.tell(change, row, diagnosis, "changed")
        return row
    if given.change != "changed" or not set(differ) <= CORRECTED or differ.get("rating", 1) is None:
        _complain(sorted(differ))
    if row.person_id != actor.person_id:
        raise NotAllowed("A service corrects the answers that it brought in, and no other.")
    answered = _recommendation(change.session, diagnosis, row.recommendation_id)
    correcting.correct(change, services, actor, row, answered, diagnosis, differ)
    return row


def require_pushing(actor: Actor) -> None:
    """Raise NotAllowed for whoever may not push."""
    if not may(actor, Action.INTEGRATE, Thing(actor.practice_id)):
        raise NotAllowed("This needs a service token with the scope broadcast.")


def _through(
    services: Services,
    actor: Actor,
    diagnosis_id: int,
    given: BaseModel,
    repeat_key: str | None,
    wire: str,
    act: Callable[[Change, Diagnosis], Pushed],
) -> Pushed:
    """Do what a door does in one change, with its audit; says which message came of it."""
    require_pushing(actor)

    def write(change: Change) -> Pushed:
        diagnosis = find(change.session, actor, diagnosis_id, Action.INTEGRATE)

        def push() -> Pushed:
            more = act(change, diagnosis)
            told = next(one for one in change.entries if one.type == wire and one.diagnosis_id == diagnosis_id)
            detail = f"{wire} {told.seq}"
            change.audit(actor, "push", "diagnosis", diagnosis_id, detail, patient_id=diagnosis.patient_id)
            return {"seq": told.seq, "id": told.id} | more

        return once(change, actor, repeat_key, (f"push {wire} {diagnosis_id}", given), push)

    return services.ledger.write(write)


def _recommendation(session: Session, diagnosis: Diagnosis, recommendation_id: int) -> Recommendation:
    row = session.get(Recommendation, recommendation_id)
    if row is None or row.diagnosis_id != diagnosis.id:
        raise Invalid("This recommendation is not one of this diagnosis.")
    return row


def _agree(
    stated: dict[str, RecommendationState | None],
    stands: dict[str, RecommendationState],
    *,
    may_differ: Collection[str] = (),
) -> None:
    """Compare whole states where they were stated; raises Conflict naming the fields."""
    wrong = []
    for side, state in stated.items():
        if state is not None:
            said, known = state.model_dump(mode="json"), stands[side].model_dump(mode="json")
            allowed = may_differ if side == "new" else ()
            wrong += [f"{side}.{name}" for name in known if said[name] != known[name] and name not in allowed]
    _complain(wrong)


def _complain(fields: list[str]) -> None:
    if fields:
        raise Conflict(f"The record says otherwise in {', '.join(fields)}.", code="not_the_record")
