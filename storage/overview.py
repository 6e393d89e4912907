"""Reading what the pages of a practice show of many patients at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, cast, extract, literal_column, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage.care import REPORTED, STANDS
from storage.readable import Readable
from storage.tables import Alarm, Diagnosis, Feedback, Patient, Recommendation, SideEffect

OPEN = col(Diagnosis.status) == "open"
_BEFORE = aliased(Feedback)
_SYMPTOM_BEFORE = (
    columns(col(_BEFORE.symptom))
    .where(
        col(_BEFORE.recommendation_id) == col(Feedback.recommendation_id),
        col(_BEFORE.id) < col(Feedback.id),
        col(_BEFORE.symptom).is_not(None),
        col(_BEFORE.withdrawn).is_(None),
    )
    .order_by(col(_BEFORE.id).desc())
    .limit(1)
    .scalar_subquery()
)
_RISE = col(Feedback.symptom) - func.coalesce(_SYMPTOM_BEFORE, col(Diagnosis.baseline))
"""By how much the symptom has risen since the answer before, or since the diagnosis; null where one of the two is not known."""
_ANSWERS = (
    columns(Feedback, Patient, Recommendation, _RISE.label("rise"), col(Diagnosis.symptom))
    .join(Patient, col(Patient.id) == col(Feedback.patient_id))
    .join(Recommendation, col(Recommendation.id) == col(Feedback.recommendation_id))
    .join(Diagnosis, col(Diagnosis.id) == col(Feedback.diagnosis_id))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers somebody wants to see: those for which all of this holds."""

    patient_id: int | None = None
    item_id: str = ""
    """Of what they are about; empty for anything."""
    worse: bool = False
    """They say that it is worse, or stopped something, or the symptom has risen."""
    effects: bool = False
    """They name a side effect that was there."""
    unseen: bool = False
    commented: bool = False


def wanted_answers(
    session: Session,
    readable: Readable,
    wanted: Wanted,
    *,
    worse: int,
    rise: int,
    limit: int,
    among: Sequence[int] | None = None,
) -> list[Feedback]:
    """List the newest answers of readable patients that are wanted, newest first; only ``among`` these ids where given.

    Worse is a stop, an improvement of at most ``worse``, or a rise of the symptom of at least ``rise``.
    """
    statement = _ANSWERS.where(col(Feedback.patient_id).in_(readable), STANDS)
    if among is not None:
        statement = statement.where(col(Feedback.id).in_(among))
    if wanted.patient_id is not None:
        statement = statement.where(col(Feedback.patient_id) == wanted.patient_id)
    if wanted.item_id:
        statement = statement.where(col(Recommendation.item_id) == wanted.item_id)
    if wanted.worse:
        statement = statement.where(or_(col(Feedback.stopped), col(Feedback.improvement) <= worse, rise <= _RISE))
    if wanted.effects:
        named = columns(col(SideEffect.id)).where(col(SideEffect.feedback_id) == col(Feedback.id), REPORTED)
        statement = statement.where(named.exists())
    if wanted.unseen:
        statement = statement.where(col(Feedback.seen).is_(None))
    if wanted.commented:
        statement = statement.where(col(Feedback.comment) != "")
    newest_first = (col(Feedback.created).desc(), col(Feedback.id).desc())
    return list(session.execute(statement.order_by(*newest_first).limit(limit)).scalars())


def answered_about(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any, Any]]:
    """List what readable patients have answered about, the most often answered first: kind, item id and one of its names."""
    often = func.count().label("often")
    statement = (
        columns(col(Recommendation.kind), col(Recommendation.item_id), func.min(col(Recommendation.name)), often)
        .join(Feedback, col(Feedback.recommendation_id) == col(Recommendation.id))
        .where(col(Feedback.patient_id).in_(readable), STANDS)
        .group_by(col(Recommendation.kind), col(Recommendation.item_id))
        .order_by(often.desc(), col(Recommendation.item_id))
        .limit(limit)
    )
    return [(kind, item_id, name) for kind, item_id, name, _ in session.execute(statement)]  # type: ignore[misc]


def counters(session: Session, readable: Readable, since: datetime) -> dict[str, int]:
    """Count what stands open, and what has come in since a moment."""

    def count(statement: Any) -> int:
        return int(session.execute(statement).scalar_one() or 0)

    open_ones = columns(col(Diagnosis.id)).where(col(Diagnosis.patient_id).in_(readable), OPEN)
    mine = col(Recommendation.diagnosis_id).in_(open_ones)
    open_diagnoses = columns(func.count()).where(col(Diagnosis.patient_id).in_(readable), OPEN)
    invited = columns(func.count()).where(col(Patient.id).in_(readable), col(Patient.person_id).is_not(None))
    answers = columns(func.count()).where(col(Feedback.patient_id).in_(readable), STANDS)
    return {
        "patients": count(columns(func.count()).select_from(readable.subquery())),
        "invited": count(invited),
        "open_diagnoses": count(open_diagnoses),
        "proposed": count(columns(func.count()).where(mine, col(Recommendation.status) == "proposed")),
        "approved": count(columns(func.count()).where(mine, col(Recommendation.status) == "approved")),
        "answers": count(answers),
        "answers_since": count(answers.where(col(Feedback.created) >= since)),
    }


def answers_by_ten_minutes(session: Session, readable: Readable, since: datetime) -> dict[int, int]:
    """Count the answers of each ten minutes, by their beginning (seconds since 1970), since a moment.

    Days begin elsewhere in each zone. A time as a text would be said in the zone of PostgreSQL's session, and seconds are not.
    """
    seconds = extract("epoch", col(Feedback.created))
    begun = (seconds - seconds % literal_column("600")).label("begun")
    statement = (
        columns(begun, func.count())
        .where(col(Feedback.patient_id).in_(readable), col(Feedback.created) >= since, STANDS)
        .group_by(begun)
    )
    return {int(found): int(number) for found, number in session.execute(statement).all()}


def calls(
    session: Session, readable: Readable, since: datetime, *, worse: int, rise: int, limit: int
) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """List the answers in open diagnoses that nobody has seen and that want a look, newest first.

    It is a stop, an improvement of at most ``worse`` or a rise of the symptom of at least ``rise``, in the newest answer to its
    recommendation. With each come its patient, its recommendation, the rise and what the symptom is called.
    """
    later = aliased(Feedback)
    overtaken = columns(col(later.id)).where(
        col(later.recommendation_id) == col(Feedback.recommendation_id),
        col(later.id) > col(Feedback.id),
        col(later.withdrawn).is_(None),
    )
    calling = or_(col(Feedback.stopped), col(Feedback.improvement) <= worse, rise <= _RISE)
    statement = (
        _ANSWERS.where(col(Feedback.patient_id).in_(readable), col(Feedback.created) >= since, OPEN, STANDS)
        .where(col(Feedback.seen).is_(None), calling, ~overtaken.exists())
        .order_by(col(Feedback.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def alarms(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """List the answers that are an alarm nobody has seen, the worst first, then the newest, each as in ``calls``."""
    statement = (
        _ANSWERS.join(Alarm, col(Alarm.feedback_id) == col(Feedback.id))
        .where(col(Alarm.patient_id).in_(readable))
        .order_by(col(Alarm.urgency).desc(), col(Alarm.feedback_id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def settled(
    session: Session, readable: Readable, since: datetime, *, severe: int, limit: int
) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """List the answers of open diagnoses, given since a moment that were seen and have something serious in them, newest first.

    Serious is a side effect that is so or is at least ``severe``, and a red flag.
    """
    effects = columns(col(SideEffect.id)).where(
        col(SideEffect.feedback_id) == col(Feedback.id),
        or_(col(SideEffect.serious), col(SideEffect.severity) >= severe),
    )
    serious = or_(effects.exists(), cast(col(Feedback.red_flags), String) != "[]")
    statement = (
        _ANSWERS.where(col(Feedback.patient_id).in_(readable), col(Feedback.created) >= since, OPEN, STANDS)
        .where(col(Feedback.seen).is_not(None), serious)
        .order_by(col(Feedback.id).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def worsened(session: Session, readable: Readable, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List approved recommendations in open diagnoses with an objection that nobody has accepted, the newest first."""
    statement = (
        columns(Recommendation, Patient)
        .join(Patient, col(Patient.id) == col(Recommendation.patient_id))
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(
            OPEN,
            col(Recommendation.patient_id).in_(readable),
            col(Recommendation.status) == "approved",
            col(Recommendation.worsened).is_not(None),
        )
        .order_by(col(Recommendation.worsened).desc())
        .limit(limit)
    )
    return session.execute(statement).all()


def names(session: Session, patient_ids: Sequence[int], readable: Readable | None = None) -> dict[int, str]:
    """Read the names of these patients, only of readable ones where that is asked for."""
    statement = select(Patient.id, Patient.name).where(col(Patient.id).in_(patient_ids))
    if readable is not None:
        statement = statement.where(col(Patient.id).in_(readable))
    return {int(patient_id): name for patient_id, name in session.exec(statement).all() if patient_id is not None}


def measures(session: Session, diagnosis_ids: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Read what the patients of these diagnoses score, in their own words: the symptom, the second one, the activity."""
    row = Diagnosis
    statement = select(row.id, row.symptom, row.second_symptom, row.activity).where(col(row.id).in_(diagnosis_ids))
    return {int(id_): (one, other, third) for id_, one, other, third in session.exec(statement) if id_ is not None}
