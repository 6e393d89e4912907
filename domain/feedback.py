"""Feedback: what a patient says of a recommendation, and all that follows from it in the same transaction."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain import alarm, check_in, evidence, prediction, side_effects
from domain.alarm import SEVERE
from domain.effect_terms import parted, terms_of
from domain.errors import Conflict, Invalid
from domain.events import DomainEvent
from domain.evidence import Counted
from domain.gate import red_flags
from domain.ledger import Change
from domain.measures import Score, check_asked
from domain.messages import CheckInState, FeedbackState, FeedbackUpdate, SideEffectState
from domain.once import once
from domain.past import outcome_of
from domain.patient import key
from domain.permission import Action, Actor
from domain.record import audience_of, find, reach
from domain.row_id import RowId
from domain.services import Services
from domain.snapshot import feedback_state, feedback_states
from domain.telling import counts, tell_effectiveness
from domain.text import Comment, Words
from storage import answer as answers
from storage import care
from storage.answer import Answer, Prescribed
from storage.database import Through
from storage.record import Record
from storage.tables import Diagnosis, Feedback, Recommendation, SideEffect

What = Literal["added", "changed", "withdrawn", "replied"]
MOST_SIDE_EFFECTS = 20
LONG = 200
"""Letters. Reading more of them for red flags takes milliseconds, which the event loop does not have."""
CALL_NOW = "Stop taking it and call your practitioner now; if you feel in danger, call the emergency number."
TELL_FIRST = "Stop taking it until you have spoken with your practitioner."
_TOLD = tuple(name for name in FeedbackUpdate.model_fields if name in FeedbackState.model_fields)


def _some(typed: str) -> str:
    if not parted(typed):
        raise ValueError("this cannot be empty")
    return typed


class SideEffectInput(BaseModel):
    """An unwanted effect: a term of the list by any of its names, or the patient's own word; severity 0 none to 4 very severe.

    Several in one ``term`` ("nausea, headache") are several effects.
    """

    model_config = ConfigDict(extra="forbid")

    term: Annotated[Words, AfterValidator(_some)]
    severity: int | None = Field(default=None, ge=0, le=4, strict=True)
    serious: bool = False
    onset: date | None = None
    stopped: bool | None = None
    """Whether they stopped taking it because of this; one that is true makes the whole answer ``stopped``."""
    better_after_stopping: bool | None = None

    def states(self, services: Services, practice_id: int) -> list[SideEffectState]:
        """Describe each effect that is named; serious by its nature, or a red flag in own words, is serious anyway.

        What a practice has brought in makes more of them serious, and none less.
        """
        shared, own = services.library.shared, services.library.of(practice_id)
        found = []
        for term in terms_of(self.term, shared.side_effects):
            known = shared.knowledge.side_effects.get(term)
            theirs = [own.knowledge.side_effects.get(one) for one in terms_of(term, own.side_effects)]
            serious = any(one.serious for one in (known, *theirs) if one is not None)
            if not serious and (known is None or own is not shared):  # no listed name is a red flag of the program's
                words = known.names["en"] if known else term
                serious = bool(flags_in(services, words, practice_id=practice_id))
            values = self.model_dump() | {"term": term, "serious": self.serious or serious}
            found.append(SideEffectState.model_validate(values))
        return found


class FeedbackInput(BaseModel):
    """An answer about one recommendation; what is left out was not answered. Whole numbers only."""

    model_config = ConfigDict(extra="forbid")

    recommendation_id: RowId | None = None
    """May be left out where the diagnosis has exactly one approved recommendation."""
    rating: int = Field(ge=1, le=5, strict=True)
    comment: Comment = ""
    symptom: Score | None = None
    second_symptom: Score | None = None
    activity: Score | None = None
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
    return services.ledger.write(
        _submission(services, actor, diagnosis_id, given, repeat_key, _read(services, given, actor.practice_id))
    )


async def submitted(
    services: Services, actor: Actor, diagnosis_id: int, given: FeedbackInput, *, repeat_key: str | None = None
) -> dict[str, Any]:
    """Do as ``submit`` does, on the event loop and without a thread that waits."""
    letters = len(given.comment) + sum(len(effect.term) for effect in given.side_effects)
    practice = actor.practice_id
    at_once = letters <= LONG and not given.side_effects  # each effect is read alone, and with the others
    at_once = at_once and services.library.has_read(practice)
    read = _read(services, given, practice) if at_once else await asyncio.to_thread(_read, services, given, practice)
    return await services.ledger.written(_submission(services, actor, diagnosis_id, given, repeat_key, read))


def answered(through: Through, actor: Actor, diagnosis_id: int, given: FeedbackInput) -> tuple[Record, Prescribed]:
    """Find what an answer is about. Raises NotFound, Invalid, Conflict."""
    record = reach(through, actor, diagnosis_id, Action.ANSWER)
    return record, _answered_recommendation(through, actor, record, given)


def _submission(
    services: Services,
    actor: Actor,
    diagnosis_id: int,
    given: FeedbackInput,
    repeat_key: str | None,
    read: "_Read",
) -> Callable[[Change], dict[str, Any]]:
    def act(change: Change) -> dict[str, Any]:
        diagnosis = reach(change.rows, actor, diagnosis_id, Action.ANSWER)
        change.hold(diagnosis.id, diagnosis.seq)

        def keep() -> dict[str, Any]:
            recommendation = _answered_recommendation(change.rows, actor, diagnosis, given)
            _, state = _add(change, services, actor, diagnosis, recommendation, given, read)
            return told(actor, state) | {"advice": advice(state)}

        return once(change, actor, repeat_key, (f"feedback {diagnosis_id}", given), keep)

    return act


def add(
    change: Change,
    services: Services,
    actor: Actor,
    diagnosis: Diagnosis,
    recommendation: Recommendation | Prescribed,
    given: FeedbackInput,
) -> Answer:
    """Keep an answer with its events, as part of a change."""
    return _add(
        change, services, actor, diagnosis, recommendation, given, _read(services, given, diagnosis.practice_id)
    )[0]


def _add(
    change: Change,
    services: Services,
    actor: Actor,
    diagnosis: Diagnosis | Record,
    recommendation: Recommendation | Prescribed,
    given: FeedbackInput,
    read: "_Read",
) -> tuple[Answer, FeedbackState]:
    check_asked(given, diagnosis)
    row = Answer(
        id=0,
        practice_id=diagnosis.practice_id,
        diagnosis_id=key(diagnosis),
        recommendation_id=key(recommendation),
        patient_id=diagnosis.patient_id,
        person_id=actor.person_id,
        rating=given.rating,
        comment=given.comment,
        symptom=given.symptom,
        second_symptom=given.second_symptom,
        activity=given.activity,
        improvement=given.improvement,
        adherence=given.adherence,
        ease_of_use=given.ease_of_use,
        stopped=given.stopped or any(effect.stopped for effect in read.effects),
        red_flags=read.flags,
        created=change.now,
        updated=change.now,
    )
    named = side_effects.standing(change.rows, recommendation) if read.effects else {}
    answers.add(change.rows, row, [effect.model_dump() for effect in read.effects])
    if read.effects:
        side_effects.count_again(change, recommendation, named)
    state = feedback_state(row, read.effects)
    alarm.keep(change, state, diagnosis.patient_id, new=True)
    running = check_in.asked_about(recommendation.kind, recommendation.status) and diagnosis.status == "open"
    due = check_in.answered(change, state, running=running, baseline=diagnosis.baseline)
    _tell(change, state, diagnosis, "added", due)
    count_again(change, services, row, diagnosis, recommendation)  # the newest is the latest
    change.audit(actor, "answer", "feedback", row.id, patient_id=diagnosis.patient_id)
    return row, state


def listing(
    services: Services, actor: Actor, diagnosis_id: int, *, after: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """List the feedback of a diagnosis, oldest first, from behind the id ``after``. Raises NotFound."""
    with services.database.read() as session:
        find(session, actor, diagnosis_id, Action.READ)
        rows = [row for row in care.feedback(session, diagnosis_id) if key(row) > after][:limit]
        return [told(actor, state) for state in feedback_states(session, rows)]


def advice(state: FeedbackState) -> list[str]:
    """Say what the patient should do at once; empty for an ordinary answer."""
    if state.red_flags or any(effect.serious for effect in state.side_effects):
        return [CALL_NOW]
    if any((effect.severity or 0) >= SEVERE for effect in state.side_effects):
        return [TELL_FIRST]
    return []


def tell(
    change: Change, row: Feedback, diagnosis: Diagnosis, what: What, *, checked_in: CheckInState | None = None
) -> FeedbackState:
    """Record a feedback as it stands, as part of a change; returns its state. ``checked_in`` where the check-ins have changed."""
    [state] = feedback_states(change.session, [row])
    alarm.keep(change, state, row.patient_id, stands=row.withdrawn is None)
    _tell(change, state, diagnosis, what, checked_in)
    return state


def flags_in(services: Services, words: str, *, practice_id: int) -> list[str]:
    """Name the red flags of a text, by what the practice knows."""
    return [hit.id for hit in red_flags(words, services.library.of(practice_id).knowledge)] if words else []


def flags_of(
    services: Services, comment: str, effects: Sequence[SideEffectState | SideEffect], *, practice_id: int
) -> list[str]:
    """Name the red flags of an answer: those of its comment, and those that its side effects make only together or with it.

    Fever is harmless by its name and so is a stiff neck; both are not. What is a red flag by itself makes its effect serious.
    """
    find = partial(flags_in, services, practice_id=practice_id)
    flags, listed = find(comment), services.library.shared.knowledge.side_effects
    there = [effect.term for effect in effects if effect.severity != 0]
    words = [listed[term].names["en"] if term in listed else term for term in there]
    if not words or len(words) + bool(comment) < 2:
        return flags
    more = [flag for flag in find(". ".join([comment, *words])) if flag not in flags]
    alone = {flag for word in words for flag in find(word)} if more else set()
    return flags + [flag for flag in more if flag not in alone]


@dataclass(frozen=True, slots=True)
class _Read:
    """What an answer says in words: its red flags, and its side effects as they are listed."""

    flags: list[str]
    effects: list[SideEffectState]


def _read(services: Services, given: FeedbackInput, practice_id: int) -> _Read:
    effects = effects_of(services, given.side_effects, practice_id=practice_id)
    return _Read(flags_of(services, given.comment, effects, practice_id=practice_id), effects)


def effects_of(services: Services, given: Sequence[SideEffectInput], *, practice_id: int) -> list[SideEffectState]:
    """Describe the side effects of an answer, one that is told in two words once. Raises Invalid where they are too many."""
    found = list(dict.fromkeys(state for effect in given for state in effect.states(services, practice_id)))
    if len(found) > MOST_SIDE_EFFECTS:
        raise Invalid(f"An answer has at most {MOST_SIDE_EFFECTS} side effects.")
    return found


def _tell(
    change: Change, state: FeedbackState, diagnosis: Diagnosis | Record, what: What, checked_in: CheckInState | None
) -> None:
    """Record the feedback itself."""
    fields = {name: getattr(state, name) for name in _TOLD}
    update = FeedbackUpdate(feedback_id=state.id, change=what, check_in=checked_in, **fields)
    change.record(
        DomainEvent(
            wire="feedback_update",
            diagnosis_id=diagnosis.id,
            patient_id=diagnosis.patient_id,
            data=update,
            for_patient=update.model_dump_json(exclude=set(FeedbackUpdate.NOT_FOR_PATIENTS)),
        ),
        practice_id=diagnosis.practice_id,
    )


def count_again(
    change: Change,
    services: Services,
    row: Feedback | Answer | None,
    diagnosis: Diagnosis | Record,
    recommendation: Recommendation | Prescribed,
) -> None:
    """Do what follows from the latest answer to a recommendation (None: there is none left): the evidence and the prediction."""
    cell = None
    if counts(change.rows, recommendation):
        with services.running.deciding.evidence.timing():
            cell = evidence.count(change, recommendation, counted_for(row, diagnosis))
        tell_effectiveness(change, recommendation, cell)
    prediction.renew(change, services, recommendation, diagnosis, cell)


def counted_for(row: Feedback | Answer | None, diagnosis: Diagnosis | Record) -> Counted:
    """Say what the evidence counts for a recommendation whose latest answer this is; None: nobody has answered."""
    if row is None:
        return Counted(prescribed=True)
    return Counted(True, outcome_of(row, diagnosis), row.rating, row.created.date())


def _answered_recommendation(through: Through, actor: Actor, record: Record, given: FeedbackInput) -> Prescribed:
    if given.recommendation_id is None:
        approved = [row for row in answers.recommendations(through, record.id) if row.status == "approved"]
        if len(approved) != 1 or approved[0].approved is None:
            raise Invalid("Say which recommendation this is about (recommendation_id).")
        return approved[0]
    found = answers.recommendation(through, given.recommendation_id, record.id)
    if found is not None and found.approved is not None:
        return found
    if found is None or actor.is_patient:  # a patient does not know of proposals
        raise Invalid("This recommendation is not one of this diagnosis.")
    raise Conflict("This recommendation is not approved: there is nothing to answer yet.")


def told(actor: Actor, state: FeedbackState) -> dict[str, Any]:
    """Give a feedback as somebody may see it."""
    hidden = set(FeedbackState.NOT_FOR_PATIENTS) if audience_of(actor) == "patient" else set()
    return state.model_dump(mode="json", exclude=hidden)
