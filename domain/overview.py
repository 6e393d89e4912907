"""What a practitioner sees first: what needs them now, sorted by risk, and what is going on today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from domain import inbox, today
from domain.alarm import SEVERE
from domain.inbox import InboxItem
from domain.ledger import utc_now
from domain.patient import key
from domain.permission import Action, Actor, Thing, may, readable
from domain.readings import shown
from domain.rhythm import RISE, WORSE, local_day, midnight
from domain.services import Services
from domain.setting_aside import NOTHING, Aside, divide
from domain.today import Today
from storage import care, delivery
from storage import overview as rows
from storage import reply as replies
from storage.overview import Wanted
from storage.reply import Standing, is_outdated
from storage.tables import Feedback

__all__ = ["EVERYTHING", "Answer", "Overview", "Replied", "Wanted"]
DAYS_SHOWN = 30
JUST_IN = 12
MOST_ITEMS = 200


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Replied:
    """The reply to an answer, and how far it has come."""

    text: str
    by: str
    updated: datetime
    delivered: datetime | None
    """When a phone of the patient's first had it as it stands; None while none has said so."""
    seen: datetime | None
    """When a phone said that it was on its screen."""
    phone: bool
    """Whether the patient is signed in on one at present."""
    outdated: bool = False
    """It was written before the answer was changed to what it says now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One feedback in the stream of answers."""

    feedback_id: int
    patient_id: int
    patient: str
    diagnosis_id: int
    recommendation_id: int
    recommendation: str
    kind: str
    item_id: str
    rating: int
    symptom: int | None
    second_symptom: int | None
    activity: int | None
    improvement: int | None
    comment: str
    side_effects: tuple[str, ...]
    serious: bool
    created: datetime
    updated: datetime
    seen: datetime | None = None
    reply: Replied | None = None
    measures: tuple[str, str, str] = ("", "", "")
    """What the three scores are of, in the words of the record: the symptom, the second one, the activity."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the first page, read in one look."""

    counters: dict[str, int]
    days: tuple[tuple[str, int], ...]
    inbox: tuple[InboxItem, ...]
    more: int
    """So many others can wait, and come when there is room."""
    aside: tuple[tuple[InboxItem, datetime], ...]
    """What this person has set aside, and until when."""
    today: Today
    answers: tuple[Answer, ...]
    as_of: datetime

    @property
    def without_phone(self) -> frozenset[int]:
        """The diagnoses of whose patients it says that they are signed in on no phone."""
        silent = {one.diagnosis_id for one in self.inbox if not one.phone}
        return frozenset(
            silent | {one.diagnosis_id for one in (*self.today.expected, *self.today.late) if not one.phone}
        )


def read(services: Services, actor: Actor, aside: Aside = NOTHING) -> Overview:
    """Read the overview of the patients whose record the actor may read, without what is set ``aside``.

    Days begin at the server's midnight. The answers of each day are counted in one statement.
    """
    now = utc_now()
    here = local_day(now)
    began, first_day = midnight(here), here - timedelta(days=DAYS_SHOWN - 1)
    mine = readable(actor)
    with services.database.read() as session:
        by_day = _by_local_day(rows.answers_by_ten_minutes(session, mine, midnight(first_day)))
        days = [(first_day + timedelta(days=offset)).isoformat() for offset in range(DAYS_SHOWN)]
        waiting = inbox.read(session, mine, now)
        if may(actor, Action.ADMINISTER, Thing(actor.practice_id)):
            waiting += inbox.of_practice(session, actor.practice_id, now)
        divided = divide(waiting, aside, now)
        seen = [*divided.items, *(item for item, _ in divided.aside)]
        shown(session, actor, "inbox", [item.patient_id for item in seen if item.patient])
        day = today.read(session, mine, now, began)
        shown(session, actor, "today", day.patient_ids)
        return Overview(
            counters=rows.counters(session, mine, began),
            days=tuple((day, by_day.get(day, 0)) for day in days),
            inbox=divided.items,
            more=divided.more,
            aside=divided.aside,
            today=day,
            answers=_answers(session, actor, care.newest_feedback(session, mine, limit=JUST_IN)),
            as_of=now,
        )


def answers(services: Services, actor: Actor, *, limit: int = 50, wanted: Wanted = EVERYTHING) -> tuple[Answer, ...]:
    """List the newest answers that are wanted, of the patients whose record the actor may read, newest first."""
    with services.database.read() as session:
        mine = readable(actor)
        if wanted == EVERYTHING:
            return _answers(session, actor, care.newest_feedback(session, mine, limit=limit))
        found = rows.wanted_answers(session, mine, wanted, worse=WORSE, rise=RISE, limit=limit)
        return _answers(session, actor, found)


def answers_of(
    services: Services, actor: Actor, feedback_ids: Sequence[int], wanted: Wanted = EVERYTHING
) -> tuple[Answer, ...]:
    """Read some answers, in the order of their ids; what the actor may not read, or is not wanted, is left out."""
    with services.database.read() as session:
        mine = readable(actor)
        if wanted == EVERYTHING:
            return _answers(session, actor, care.feedback_by_id(session, feedback_ids, mine))
        found = rows.wanted_answers(
            session, mine, wanted, worse=WORSE, rise=RISE, limit=len(feedback_ids), among=feedback_ids
        )
        return _answers(session, actor, sorted(found, key=key))


def answered_about(services: Services, actor: Actor) -> tuple[tuple[str, str, str], ...]:
    """List what the actor's patients have answered about, the most often answered first: kind, item id, name."""
    with services.database.read() as session:
        return tuple(rows.answered_about(session, readable(actor), limit=MOST_ITEMS))


def _answers(session: Session, actor: Actor, feedback: Sequence[Feedback]) -> tuple[Answer, ...]:
    shown(session, actor, "answers", [row.patient_id for row in feedback])
    names = rows.names(session, list({row.patient_id for row in feedback}))
    effects = care.side_effects(session, [key(row) for row in feedback])
    replied = replies.standing(session, [key(row) for row in feedback])
    come = replies.delivered(session, list(replied)) if replied else {}
    ids = {row.diagnosis_id for row in feedback if key(row) in replied}
    phones = delivery.with_phone(session, list(ids), utc_now()) if ids else set()
    recommendations = care.recommended(session, [row.recommendation_id for row in feedback])
    measures = rows.measures(session, list({row.diagnosis_id for row in feedback}))
    return tuple(
        Answer(
            feedback_id=key(row),
            patient_id=row.patient_id,
            patient=names[row.patient_id],
            diagnosis_id=row.diagnosis_id,
            recommendation_id=row.recommendation_id,
            recommendation=recommendations[row.recommendation_id][2],
            kind=recommendations[row.recommendation_id][0],
            item_id=recommendations[row.recommendation_id][1],
            rating=row.rating,
            symptom=row.symptom,
            second_symptom=row.second_symptom,
            activity=row.activity,
            improvement=row.improvement,
            comment=row.comment,
            side_effects=tuple(
                dict.fromkeys(one.term for one in effects[key(row)] if one.severity != 0 or one.serious)
            ),
            serious=bool(row.red_flags)
            or any(effect.serious or (effect.severity or 0) >= SEVERE for effect in effects[key(row)]),
            created=row.created,
            updated=row.updated,
            seen=row.seen,
            reply=_replied(replied.get(key(row)), come.get(key(row)), row, phone=row.diagnosis_id in phones),
            measures=measures[row.diagnosis_id],
        )
        for row in feedback
    )


def _replied(said: Standing | None, delivered: datetime | None, row: Feedback, *, phone: bool) -> Replied | None:
    if said is None:
        return None
    outdated = is_outdated(said.updated, row.updated)
    return Replied(said.text, said.by, said.updated, delivered, said.seen, phone, outdated)


def _by_local_day(by_ten_minutes: dict[int, int]) -> dict[str, int]:
    """Sum counts of ten minutes, by their beginning (seconds since 1970), by the server's days."""
    by_day: dict[str, int] = {}
    for seconds, count in by_ten_minutes.items():
        day = local_day(datetime.fromtimestamp(seconds, UTC)).isoformat()
        by_day[day] = by_day.get(day, 0) + count
    return by_day


def patient_names(services: Services, actor: Actor, patient_ids: Sequence[int]) -> dict[int, str]:
    """Read the names of those of these patients whose record the actor may read."""
    with services.database.read() as session:
        found = rows.names(session, patient_ids, readable(actor))
        shown(session, actor, "diagnoses", found)
        return found
