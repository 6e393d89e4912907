"""What a practitioner sees first: what needs them now, sorted by risk, and what is going on today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

from sqlalchemy import Row
from sqlmodel import Session

from domain.alarm import SEVERE
from domain.ledger import utc_now
from domain.patient import key
from domain.permission import Actor, readable
from domain.rhythm import OVERDUE, RISE, WORSE, local_day
from domain.services import Services
from storage import care
from storage import check_in as check_ins
from storage import overview as rows
from storage.readable import Readable
from storage.tables import Feedback, Patient, Recommendation

DAYS_SHOWN = 14
CALL_DAYS = 30
"""After so long a stop, or an answer that was worse, is not news any more; what is serious stays until somebody has seen it."""
MOST = 20
"""In the inbox of what can wait; what is serious or dangerous is there however much it is. What is seen makes room for the next."""
MOST_LOOKED_AT = 500
JUST_IN = 12


class Risk(IntEnum):
    """How soon something wants a look; the smaller the sooner."""

    SERIOUS = 0
    DANGEROUS = 1
    STOPPED = 2
    WORSE = 3
    SILENT = 4
    SETTLED = 5
    """Serious, and seen: below everything that is new, so that it is not forgotten."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing that needs the practitioner."""

    risk: Risk
    patient_id: int
    patient: str
    diagnosis_id: int
    about: tuple["About", ...]
    since: datetime
    """When it was said, or when the gate came to object; of a check-in the midnight with which its day began."""
    feedback_id: int | None = None
    """The answer that it is about: to mark it as seen settles it. None for a danger, which wants a decision, and for silence."""
    rise: int | None = None
    """By how many points the symptom has risen since the answer before, or the baseline; None where that is not known."""
    reminded: datetime | None = None
    """Of silence: when the patient was reminded."""


@dataclass(frozen=True, slots=True)
class About:
    """What it is about: its name; ``kind`` and ``item_id`` name it in other languages."""

    name: str
    kind: str
    item_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One feedback in the stream of answers."""

    feedback_id: int
    patient: str
    diagnosis_id: int
    recommendation_id: int
    recommendation: str
    kind: str
    item_id: str
    rating: int
    symptom: int | None
    improvement: int | None
    comment: str
    side_effects: tuple[str, ...]
    serious: bool
    created: datetime
    seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the first page, read in one look."""

    counters: dict[str, int]
    days: tuple[tuple[str, int], ...]
    inbox: tuple[InboxItem, ...]
    answers: tuple[Answer, ...]
    as_of: datetime


def read(services: Services, actor: Actor) -> Overview:
    """Read the overview of the patients whose record the actor may read; days begin at the server's midnight."""
    now = utc_now()
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    first_day = midnight - timedelta(days=DAYS_SHOWN - 1)
    mine = readable(actor)
    with services.database.read() as session:
        by_day = _by_local_day(rows.answers_by_ten_minutes(session, mine, first_day.astimezone(UTC)))
        days = [(first_day + timedelta(days=offset)).date().isoformat() for offset in range(DAYS_SHOWN)]
        return Overview(
            counters=rows.counters(session, mine, midnight.astimezone(UTC)),
            days=tuple((day, by_day.get(day, 0)) for day in days),
            inbox=_inbox(session, mine, now),
            answers=_answers(session, care.newest_feedback(session, mine, limit=JUST_IN)),
            as_of=now,
        )


def answers(services: Services, actor: Actor, *, limit: int = 50) -> tuple[Answer, ...]:
    """List the newest answers of the patients whose record the actor may read, newest first."""
    with services.database.read() as session:
        return _answers(session, care.newest_feedback(session, readable(actor), limit=limit))


def answers_of(services: Services, actor: Actor, feedback_ids: Sequence[int]) -> tuple[Answer, ...]:
    """Read some answers, in the order of their ids; those that the actor may not read are left out."""
    with services.database.read() as session:
        return _answers(session, care.feedback_by_id(session, feedback_ids, readable(actor)))


def _answers(session: Session, feedback: Sequence[Feedback]) -> tuple[Answer, ...]:
    names = rows.names(session, list({row.patient_id for row in feedback}))
    effects = care.side_effects(session, [key(row) for row in feedback])
    recommendations = care.recommended(session, [row.recommendation_id for row in feedback])
    return tuple(
        Answer(
            feedback_id=key(row),
            patient=names[row.patient_id],
            diagnosis_id=row.diagnosis_id,
            recommendation_id=row.recommendation_id,
            recommendation=recommendations[row.recommendation_id][2],
            kind=recommendations[row.recommendation_id][0],
            item_id=recommendations[row.recommendation_id][1],
            rating=row.rating,
            symptom=row.symptom,
            improvement=row.improvement,
            comment=row.comment,
            side_effects=tuple(effect.term for effect in effects[key(row)]),
            serious=bool(row.red_flags)
            or any(effect.serious or (effect.severity or 0) >= SEVERE for effect in effects[key(row)]),
            created=row.created,
            seen=row.seen,
        )
        for row in feedback
    )


def _inbox(session: Session, mine: Readable, now: datetime) -> tuple[InboxItem, ...]:
    """List what needs somebody: by risk, within a risk what has risen most, then the newest."""
    since = now - timedelta(days=CALL_DAYS)
    urgent = rows.alarms(session, mine, limit=MOST_LOOKED_AT)
    calling = rows.calls(session, mine, since, worse=WORSE, rise=RISE, limit=MOST_LOOKED_AT)
    seen = rows.settled(session, mine, since, severe=SEVERE, limit=MOST_LOOKED_AT)
    inbox = _of_answers((*urgent, *calling, *seen), {key(feedback) for feedback, *_ in urgent})
    inbox += [
        _item(Risk.DANGEROUS, patient, [recommendation], recommendation.worsened or now)
        for recommendation, patient in rows.worsened(session, mine, limit=MOST_LOOKED_AT)
    ]
    told = {item.diagnosis_id for item in inbox if item.risk is not Risk.SETTLED}
    quiet = check_ins.silent(session, mine, local_day(now) - OVERDUE, limit=MOST_LOOKED_AT)
    running = check_ins.running(session, [check_in.diagnosis_id for check_in, _ in quiet])
    inbox += [
        _item(Risk.SILENT, patient, running[check_in.diagnosis_id], _midnight(check_in.due), reminded=check_in.reminded)
        for check_in, patient in quiet
        if running[check_in.diagnosis_id] and check_in.diagnosis_id not in told
    ]
    inbox.sort(key=lambda item: (item.risk, -(item.rise or 0), -item.since.timestamp()))
    waits = [item for item in inbox if item.risk > Risk.DANGEROUS]
    return tuple(inbox[: len(inbox) - len(waits)] + waits[:MOST])


def _of_answers(
    found: Iterable[Row[Feedback, Patient, Recommendation, int | None]], unseen: set[int]
) -> list[InboxItem]:
    """Say what the answers call for, one item a recommendation: the first of them wins."""
    chosen: dict[int, InboxItem] = {}
    for feedback, patient, recommendation, rise in found:
        if key(feedback) in unseen:
            risk = Risk.SERIOUS
        elif feedback.seen is not None:
            risk = Risk.SETTLED
        else:
            risk = Risk.STOPPED if feedback.stopped else Risk.WORSE
        item = _item(risk, patient, [recommendation], feedback.created, feedback_id=key(feedback), rise=rise)
        chosen.setdefault(feedback.recommendation_id, item)
    return list(chosen.values())


def _item(
    risk: Risk,
    patient: Patient,
    recommendations: Sequence[Recommendation],
    since: datetime,
    *,
    feedback_id: int | None = None,
    rise: int | None = None,
    reminded: datetime | None = None,
) -> InboxItem:
    return InboxItem(
        risk=risk,
        patient_id=key(patient),
        patient=patient.name,
        diagnosis_id=recommendations[0].diagnosis_id,
        about=tuple(About(one.name, one.kind, one.item_id) for one in recommendations),
        since=since,
        feedback_id=feedback_id,
        rise=rise,
        reminded=reminded,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone(UTC)


def _by_local_day(by_ten_minutes: dict[str, int]) -> dict[str, int]:
    """Sum counts of ten minutes of UTC by the server's days."""
    by_day: dict[str, int] = {}
    for ten_minutes, count in by_ten_minutes.items():
        day = datetime.fromisoformat(f"{ten_minutes}0").replace(tzinfo=UTC).astimezone().date().isoformat()
        by_day[day] = by_day.get(day, 0) + count
    return by_day


def patient_names(services: Services, actor: Actor, patient_ids: Sequence[int]) -> dict[int, str]:
    """Read the names of those of these patients whose record the actor may read."""
    with services.database.read() as session:
        return rows.names(session, patient_ids, readable(actor))
