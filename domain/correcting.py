"""Feedback after it was given: corrected, taken back, looked at. What it said before is always kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from domain import check_in, side_effects
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.feedback import (
    MOST_SIDE_EFFECTS,
    SideEffectInput,
    advice,
    count_again,
    effects_of,
    flags_of,
    tell,
    told,
)
from domain.ledger import Change
from domain.measures import Score, check_asked
from domain.messages import FeedbackState
from domain.once import once
from domain.patient import key
from domain.permission import Action, Actor
from domain.recommendation import load
from domain.services import Services
from domain.snapshot import feedback_states
from domain.text import Comment
from storage import answer as answers
from storage import care
from storage import reply as replies
from storage.tables import Diagnosis, Feedback, FeedbackVersion, Recommendation, SideEffect


class FeedbackChange(BaseModel):
    """What a feedback says from now on: what is left out stays as it is (no default is read), null says that it is not known."""

    model_config = ConfigDict(extra="forbid")

    rating: int = Field(default=3, ge=1, le=5, strict=True)
    comment: Comment = ""
    symptom: Score | None = None
    second_symptom: Score | None = None
    activity: Score | None = None
    improvement: int | None = Field(default=None, ge=1, le=5, strict=True)
    adherence: int | None = Field(default=None, ge=0, le=100, strict=True)
    ease_of_use: int | None = Field(default=None, ge=1, le=5, strict=True)
    stopped: bool = False
    side_effects: list[SideEffectInput] = Field(default_factory=list, max_length=MOST_SIDE_EFFECTS)


class Version(BaseModel):
    """What a feedback said until ``at``, and whether it was then changed or withdrawn; ``by`` is the person's id."""

    what: Literal["changed", "withdrawn"]
    said: dict[str, Any]
    by: int
    at: datetime


class Nothing(BaseModel):
    """A request without a body."""


def set_rating(
    services: Services, actor: Actor, feedback_id: int, rating: int, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Correct the stars of a feedback. Raises NotFound, Invalid, and Conflict where it was withdrawn."""
    if not 1 <= rating <= 5:
        raise Invalid("A rating is a whole number from 1 to 5.")
    return edit(services, actor, feedback_id, FeedbackChange(rating=rating), repeat_key=repeat_key)


def set_comment(
    services: Services, actor: Actor, feedback_id: int, comment: str, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Correct the comment of a feedback. Raises NotFound, and Conflict where it was withdrawn."""
    return edit(services, actor, feedback_id, FeedbackChange(comment=comment), repeat_key=repeat_key)


def edit(
    services: Services, actor: Actor, feedback_id: int, given: FeedbackChange, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Correct a feedback: what is given replaces what stood there; returns its state with the ``advice`` to show at once.

    Raises NotFound, Invalid where nothing is given, and Conflict where it was withdrawn.
    """
    if not given.model_fields_set:
        raise Invalid("Say what is to be changed.")
    values = {name: getattr(given, name) for name in sorted(given.model_fields_set)}

    def act(change: Change, row: Feedback, recommendation: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        state = correct(change, services, actor, row, recommendation, diagnosis, values)
        return told(actor, state) | {"advice": advice(state)}

    return on_feedback(services, actor, feedback_id, repeat_key, ("change", given), act)


def withdraw(services: Services, actor: Actor, feedback_id: int, *, repeat_key: str | None = None) -> dict[str, Any]:
    """Take a feedback back: it counts nowhere and is shown nowhere from now on; the answer before it counts again.

    The reply to it ends with it, and stays in the reply's history. Only who gave it may; returns its last state.
    Raises NotFound, NotAllowed, and Conflict where it was withdrawn before.
    """

    def act(change: Change, row: Feedback, recommendation: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        if row.person_id != actor.person_id:
            raise NotAllowed("Only who gave an answer can withdraw it.")
        latest = answers.newest_id(change.rows, row.recommendation_id) == row.id
        _keep_version(change, actor, row, "withdrawn")
        replies.end(change.session, key(row), person_id=actor.person_id, at=change.now)
        named = side_effects.standing(change.rows, recommendation)
        row.withdrawn = change.now
        change.session.add(row)
        change.session.flush()
        side_effects.count_again(change, recommendation, named)
        due = check_in.again(change, key(diagnosis), diagnosis.baseline)
        state = tell(change, row, diagnosis, "withdrawn", checked_in=due)
        if latest:
            before = care.latest_feedback(change.session, row.recommendation_id)
            count_again(change, services, before, diagnosis, recommendation)
        change.audit(actor, "withdraw", "feedback", key(row), patient_id=row.patient_id)
        return told(actor, state)

    return on_feedback(services, actor, feedback_id, repeat_key, ("withdraw", Nothing()), act)


def mark_seen(
    services: Services,
    actor: Actor,
    feedback_id: int,
    *,
    as_of: datetime | None = None,
    repeat_key: str | None = None,
) -> dict[str, Any]:
    """Say that the practice has read a feedback, as it stood ``as_of`` its ``updated``; its patient is told.

    Raises NotFound, and Conflict where it was withdrawn, or changed since: nobody has read what it says now.
    """

    def act(change: Change, row: Feedback, _: Recommendation, diagnosis: Diagnosis) -> dict[str, Any]:
        if as_of is not None and row.updated > as_of:
            raise Conflict("This answer was changed meanwhile: read what it says now.", code="changed_meanwhile")
        return told(actor, state_of(change, row) if row.seen is not None else see(change, actor, row, diagnosis))

    return on_feedback(services, actor, feedback_id, repeat_key, ("seen", Nothing()), act, action=Action.TREAT)


def see(change: Change, actor: Actor, row: Feedback, diagnosis: Diagnosis) -> FeedbackState:
    """Say that the practice has read a feedback, as part of a change; ends its alarm."""
    row.seen, row.seen_by = change.now, actor.person_id
    change.session.add(row)
    change.session.flush()
    state = tell(change, row, diagnosis, "changed")
    change.audit(actor, "see", "feedback", key(row), patient_id=row.patient_id)
    return state


def history(services: Services, actor: Actor, feedback_id: int) -> list[Version]:
    """List what a feedback said before each change, oldest first, also of one that was withdrawn. Raises NotFound."""
    with services.database.read() as session:
        find_feedback(session, actor, feedback_id, Action.READ)
        hidden = FeedbackState.NOT_FOR_PATIENTS if actor.is_patient else frozenset()
        return [
            Version(
                what=one.what,
                said={name: value for name, value in one.said.items() if name not in hidden},
                by=one.person_id,
                at=one.at,
            )
            for one in care.feedback_versions(session, feedback_id)
        ]


def correct(
    change: Change,
    services: Services,
    actor: Actor,
    row: Feedback,
    recommendation: Recommendation,
    diagnosis: Diagnosis,
    values: dict[str, Any],
) -> FeedbackState:
    """Correct what a feedback says, with its events, as part of a change. What was seen before is to be seen again."""
    _must_stand(row)
    _keep_version(change, actor, row, "changed")
    named = side_effects.standing(change.rows, recommendation)
    for name, value in values.items():
        if name == "side_effects":
            care.replace_side_effects(change.session, row, _rows_of(value, row, services))
        else:
            setattr(row, name, value)
    check_asked(row, diagnosis)
    row.updated, row.seen, row.seen_by = change.now, None, None
    effects = care.side_effects(change.session, [key(row)])[key(row)]
    row.stopped = row.stopped or any(effect.stopped for effect in effects)
    row.red_flags = flags_of(services, row.comment, effects, practice_id=row.practice_id)
    change.session.add(row)
    change.session.flush()
    side_effects.count_again(change, recommendation, named)
    due = check_in.again(change, key(diagnosis), diagnosis.baseline)
    state = tell(change, row, diagnosis, "changed", checked_in=due)
    if answers.newest_id(change.rows, row.recommendation_id) == row.id:  # only the latest answer counts
        count_again(change, services, row, diagnosis, recommendation)
    change.audit(actor, "edit", "feedback", key(row), ", ".join(values), patient_id=row.patient_id)
    return state


def state_of(change: Change, row: Feedback) -> FeedbackState:
    """Describe a feedback as it stands."""
    return feedback_states(change.session, [row])[0]


def _rows_of(given: list[SideEffectInput], row: Feedback, services: Services) -> list[SideEffect]:
    return [
        SideEffect(feedback_id=key(row), recommendation_id=row.recommendation_id, **said.model_dump())
        for said in effects_of(services, given, practice_id=row.practice_id)
    ]


def _keep_version(change: Change, actor: Actor, row: Feedback, what: str) -> None:
    said = state_of(change, row).model_dump(mode="json", exclude={"reply"})  # that has versions of its own
    change.session.add(
        FeedbackVersion(feedback_id=key(row), what=what, said=said, person_id=actor.person_id, at=change.now)
    )


Act = Callable[[Change, Feedback, Recommendation, Diagnosis], dict[str, Any]]


def on_feedback(
    services: Services,
    actor: Actor,
    feedback_id: int,
    repeat_key: str | None,
    request: tuple[str, BaseModel],
    act: Act,
    *,
    action: Action = Action.ANSWER,
) -> dict[str, Any]:
    """Do something to a feedback that stands, once for a ``repeat_key``, in one change."""
    what, given = request

    def write(change: Change) -> dict[str, Any]:
        row, recommendation, diagnosis = find_feedback(change.session, actor, feedback_id, action)

        def now() -> dict[str, Any]:
            _must_stand(row)
            return act(change, row, recommendation, diagnosis)

        return once(
            change,
            actor,
            repeat_key,
            (f"{what} feedback {feedback_id}", _Sent(sent=given.model_dump(mode="json", exclude_unset=True))),
            now,
        )

    return services.ledger.write(write)


def find_feedback(
    session: Session, actor: Actor, feedback_id: int, action: Action
) -> tuple[Feedback, Recommendation, Diagnosis]:
    """Look an answer up for an action, with what it is about. Raises NotFound, and NotAllowed for what one may only read."""
    row = session.get(Feedback, feedback_id)
    try:
        if row is not None:
            return row, *load(session, actor, row.recommendation_id, action)
    except NotFound:
        pass
    raise NotFound("There is no such feedback.")


def _must_stand(row: Feedback) -> None:
    if row.withdrawn is not None:
        raise Conflict("This answer was withdrawn: give a new one.")


class _Sent(BaseModel):
    """What was sent, without what was left out: to leave a field out and to send its default are two requests."""

    sent: dict[str, Any]
