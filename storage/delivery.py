"""How far devices have acknowledged a diagnosis' log, and when they had got where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func

from storage.database import Rows, connection_of
from storage.prepared import Prepared, adding, setting
from storage.readable import Readable
from storage.tables import Delivery, DeliveryMark, Diagnosis, Feedback, Patient, Recommendation, Reply, SignIn


@dataclass(frozen=True, slots=True)
class Known:
    """A device and a diagnosis before the device says anything new."""

    practice_id: int
    patient_id: int
    top: int
    """The last number that was given out."""
    patients: bool
    """Whether it is a device of the patient's own."""
    device: str
    since: datetime
    """When the device signed in."""
    delivery_id: int | None
    seq: int | None
    at: datetime | None


def known(rows: Rows, *, sign_in_id: int, diagnosis_id: int) -> Known | None:
    """Read how far a device is; None where there is no such device or no such diagnosis."""
    found = _KNOWN.first(connection_of(rows), device=sign_in_id, diagnosis=diagnosis_id)
    return None if found is None else Known(*found)


def advance(rows: Rows, before: Known, *, sign_in_id: int, diagnosis_id: int, seq: int, at: datetime) -> None:
    """Keep how far a device is now, and where that is a step forward, when."""
    connection = connection_of(rows)
    if before.delivery_id is None:
        _ADD.run(connection, sign_in_id=sign_in_id, diagnosis_id=diagnosis_id, seq=seq, at=at)
    else:
        _SET.run(connection, row=before.delivery_id, seq=seq, at=at)
    if seq > (before.seq or 0):
        _MARK.run(connection, sign_in_id=sign_in_id, diagnosis_id=diagnosis_id, seq=seq, at=at)


def devices(session: Session, diagnosis_id: int, now: datetime) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """List the patient's devices that are signed in, the newest first, each with ``seq`` and ``at`` where it said anything."""
    statement = (
        columns(col(SignIn.id), col(SignIn.device), col(SignIn.created), col(Delivery.seq), col(Delivery.at))
        .select_from(Diagnosis)
        .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
        .join(SignIn, col(SignIn.person_id) == col(Patient.person_id))
        .outerjoin(
            Delivery,
            and_(col(Delivery.sign_in_id) == col(SignIn.id), col(Delivery.diagnosis_id) == col(Diagnosis.id)),
        )
        .where(col(Diagnosis.id) == diagnosis_id, col(SignIn.revoked).is_(None), col(SignIn.expires) > now)
        .order_by(col(SignIn.id).desc())
    )
    return session.execute(statement).all()


def with_phone(session: Session, diagnosis_ids: Sequence[int], now: datetime) -> set[int]:
    """Say which of these diagnoses are of a patient who is signed in on a device."""
    statement = (
        columns(col(Diagnosis.id))
        .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
        .join(SignIn, col(SignIn.person_id) == col(Patient.person_id))
        .where(col(Diagnosis.id).in_(diagnosis_ids), col(SignIn.revoked).is_(None), col(SignIn.expires) > now)
        .distinct()
    )
    return set(session.execute(statement).scalars())


def told(
    session: Session, diagnosis_ids: Sequence[int], readable: Readable | None = None
) -> Sequence[Row[Any, Any, Any, Any, Any]]:
    """List what patients were told: diagnosis, recommendation, ``seq``, when, and when a device of theirs had first got it."""
    own = (
        columns(col(SignIn.id))
        .join(Patient, col(Patient.person_id) == col(SignIn.person_id))
        .where(col(Patient.id) == col(Recommendation.patient_id))
        .correlate(Recommendation)
    )
    first = (
        columns(func.min(col(DeliveryMark.at)))
        .where(
            col(DeliveryMark.diagnosis_id) == col(Recommendation.diagnosis_id),
            col(DeliveryMark.seq) >= col(Recommendation.told_seq),
            col(DeliveryMark.sign_in_id).in_(own),
        )
        .correlate(Recommendation)
        .scalar_subquery()
    )
    statement = columns(
        col(Recommendation.diagnosis_id),
        col(Recommendation.id),
        col(Recommendation.told_seq),
        col(Recommendation.told_at),
        first.label("delivered"),
    ).where(col(Recommendation.diagnosis_id).in_(diagnosis_ids), col(Recommendation.told_seq).is_not(None))
    if readable is not None:
        statement = statement.where(col(Recommendation.patient_id).in_(readable))
    return session.execute(statement).all()


def unacknowledged(session: Session, practice_id: int | None, now: datetime) -> dict[int, int]:
    """Count, by diagnosis, the entries that devices known for it have not acknowledged; of one practice where named.

    A device that has signed out, or whose sign-in is over, will never acknowledge anything: it is not counted.
    """
    behind = func.sum(col(Diagnosis.seq) - col(Delivery.seq))
    statement = (
        columns(col(Diagnosis.id), behind)
        .join(Delivery, col(Delivery.diagnosis_id) == col(Diagnosis.id))
        .join(SignIn, col(SignIn.id) == col(Delivery.sign_in_id))
        .where(col(SignIn.revoked).is_(None), col(SignIn.expires) > now)
        .group_by(col(Diagnosis.id))
        .having(behind > 0)
    )
    if practice_id is not None:
        statement = statement.where(col(Diagnosis.practice_id) == practice_id)
    return {int(found): int(count) for found, count in session.execute(statement).all()}


def trim_marks(session: Session, before: datetime, limit: int) -> int:
    """Take out at most ``limit`` old marks, but none by which a patient first got what stands; counts them.

    What stands is each recommendation, and each reply to an answer.
    """
    plan = columns(col(Recommendation.id)).where(
        col(Recommendation.diagnosis_id) == col(DeliveryMark.diagnosis_id),
        *_first_to_pass(col(Recommendation.told_seq), Recommendation),
    )
    reply = (
        columns(col(Reply.feedback_id))
        .join(Feedback, col(Feedback.id) == col(Reply.feedback_id))
        .where(
            col(Feedback.diagnosis_id) == col(DeliveryMark.diagnosis_id), *_first_to_pass(col(Reply.told_seq), Reply)
        )
    )
    standing = [one.correlate(DeliveryMark).exists() for one in (plan, reply)]
    old = columns(col(DeliveryMark.id)).where(col(DeliveryMark.at) < before, ~or_(*standing)).limit(limit)
    ids = list(session.execute(old).scalars())
    session.execute(delete(DeliveryMark).where(col(DeliveryMark.id).in_(ids)))
    return len(ids)


def _first_to_pass(told_seq: Any, row: Any) -> tuple[Any, Any]:
    """Say that a mark is the first of its device at or behind the number with which something was told."""
    other = aliased(DeliveryMark)
    earlier = columns(col(other.id)).where(
        col(other.diagnosis_id) == col(DeliveryMark.diagnosis_id),
        col(other.sign_in_id) == col(DeliveryMark.sign_in_id),
        col(other.seq) < col(DeliveryMark.seq),
        col(other.seq) >= told_seq,
    )
    return told_seq <= col(DeliveryMark.seq), ~earlier.correlate(DeliveryMark, row).exists()


_KNOWN = Prepared(
    columns(
        col(Diagnosis.practice_id),
        col(Diagnosis.patient_id),
        col(Diagnosis.seq).label("top"),
        func.coalesce(col(Patient.person_id) == col(SignIn.person_id), False).label("patients"),
        col(SignIn.device),
        col(SignIn.created),
        col(Delivery.id).label("delivery_id"),
        col(Delivery.seq),
        col(Delivery.at),
    )
    .select_from(Diagnosis)
    .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
    .join(SignIn, col(SignIn.id) == bindparam("device"))
    .outerjoin(
        Delivery, and_(col(Delivery.diagnosis_id) == col(Diagnosis.id), col(Delivery.sign_in_id) == col(SignIn.id))
    )
    .where(col(Diagnosis.id) == bindparam("diagnosis"))
)
_ADD = adding(Delivery, ("sign_in_id", "diagnosis_id", "seq", "at"))
_SET = setting(Delivery, ("seq", "at"))
_MARK = adding(DeliveryMark, ("sign_in_id", "diagnosis_id", "seq", "at"))
