"""What a practitioner sees first: what needs them now, sorted by risk, and what is going on today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from sqlalchemy import Row
from sqlmodel import Session

from domain.feedback import SEVERE
from domain.ledger import utc_now
from domain.patient import key
from domain.permission import Actor, readable
from domain.services import Services
from storage import care
from storage import overview as rows
from storage.tables import Feedback, Patient, Recommendation

DAYS_SHOWN = 14
SILENT_AFTER = timedelta(days=7)
"""The first check-in is due after a week; a plan without an answer for longer wants a look."""
ALARM_DAYS = 30
MOST = 20
"""In the inbox of what can wait; what is serious or dangerous is there however much it is."""
MOST_LOOKED_AT = 500
JUST_IN = 12
WORSE = 2
"""The first of the two lower steps of the 1–5 improvement scale."""


class Risk(IntEnum):
    """How soon something wants a look; the smaller the sooner."""

    SERIOUS = 0
    DANGEROUS = 1
    STOPPED = 2
    WORSE = 3
    SILENT = 4


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing that needs the practitioner."""

    risk: Risk
    patient_id: int
    patient: str
    diagnosis_id: int
    recommendation: str
    """Its name; ``kind`` and ``item_id`` name it in other languages."""
    kind: str
    item_id: str
    since: datetime


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
    second_symptom: int | None
    activity: int | None
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
        since = now - timedelta(days=ALARM_DAYS)
        inbox = _alarms(rows.alarms(session, mine, since, severe=SEVERE, worse=WORSE, limit=MOST_LOOKED_AT))
        inbox += [
            _item(Risk.DANGEROUS, patient, recommendation, recommendation.worsened or now)
            for recommendation, patient in rows.worsened(session, mine, limit=MOST_LOOKED_AT)
        ]
        told = {(item.diagnosis_id, item.recommendation) for item in inbox}
        inbox += [
            _item(Risk.SILENT, patient, recommendation, since)
            for recommendation, patient, since in rows.silent(session, mine, now - SILENT_AFTER, limit=MOST)
            if (recommendation.diagnosis_id, recommendation.name) not in told
        ]
        inbox.sort(key=lambda item: (item.risk, -item.since.timestamp()))
        return Overview(
            counters=rows.counters(session, mine, midnight.astimezone(UTC)),
            days=tuple((day, by_day.get(day, 0)) for day in days),
            inbox=tuple(inbox[: max(MOST, sum(item.risk <= Risk.DANGEROUS for item in inbox))]),
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
            second_symptom=row.second_symptom,
            activity=row.activity,
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


def _alarms(found: Sequence[Row[Feedback, Patient, Recommendation, bool]]) -> list[InboxItem]:
    """Say what the answers call for, one item a recommendation: the urgent ones come first and win."""
    chosen: dict[int, InboxItem] = {}
    for feedback, patient, recommendation, urgent in found:
        risk = Risk.SERIOUS if urgent else Risk.STOPPED if feedback.stopped else Risk.WORSE
        chosen.setdefault(feedback.recommendation_id, _item(risk, patient, recommendation, feedback.created))
    return list(chosen.values())


def _item(risk: Risk, patient: Patient, recommendation: Recommendation, since: datetime) -> InboxItem:
    return InboxItem(
        risk=risk,
        patient_id=key(patient),
        patient=patient.name,
        diagnosis_id=recommendation.diagnosis_id,
        recommendation=recommendation.name,
        kind=recommendation.kind,
        item_id=recommendation.item_id,
        since=since,
    )


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
