"""The log: appended to in the transaction of a change, read in order."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.tables import Delivery, Diagnosis, Event


def hold_numbering(session: Session, diagnosis_id: int) -> Diagnosis:
    """Take hold of a diagnosis for the rest of the transaction, so that ``next_seq`` gives contiguous numbers."""
    return session.get_one(Diagnosis, diagnosis_id, with_for_update=True)


def next_seq(diagnosis: Diagnosis) -> int:
    """Take the next number of a diagnosis that is held; it counts only if the transaction commits."""
    diagnosis.seq += 1
    return diagnosis.seq


def top_seq(session: Session, diagnosis_id: int) -> int:
    """Read the last number that was given out."""
    return session.exec(select(Diagnosis.seq).where(Diagnosis.id == diagnosis_id)).one()


def after(session: Session, diagnosis_id: int, seq: int, *, limit: int) -> list[Event]:
    """Read at most ``limit`` entries of a diagnosis that come after ``seq``, in order."""
    statement = (
        select(Event)
        .where(Event.diagnosis_id == diagnosis_id, col(Event.seq) > seq)
        .order_by(col(Event.seq))
        .limit(limit)
    )
    return list(session.exec(statement))


def after_position(session: Session, position: int, *, limit: int) -> list[Event]:
    """Read at most ``limit`` entries of the whole log that come after ``position``."""
    statement = select(Event).where(col(Event.position) > position).order_by(col(Event.position)).limit(limit)
    return list(session.exec(statement))


def top_position(session: Session) -> int:
    """Read the place of the newest entry of the whole log."""
    return session.exec(select(func.max(Event.position))).one() or 0


def acknowledge(session: Session, *, sign_in_id: int, diagnosis_id: int, seq: int, at: datetime) -> None:
    """Keep how far a device has read; never backwards."""
    statement = select(Delivery).where(Delivery.sign_in_id == sign_in_id, Delivery.diagnosis_id == diagnosis_id)
    row = session.exec(statement).first()
    if row is None:
        session.add(Delivery(sign_in_id=sign_in_id, diagnosis_id=diagnosis_id, seq=seq, at=at))
    elif row.seq < seq:
        row.seq, row.at = seq, at
        session.add(row)


def unacknowledged(session: Session, practice_id: int | None) -> dict[int, int]:
    """Count, by diagnosis, the entries that devices known for it have not acknowledged; of one practice where named."""
    behind = func.sum(col(Diagnosis.seq) - col(Delivery.seq))
    statement = (
        select(Diagnosis.id, behind)
        .join(Delivery, col(Delivery.diagnosis_id) == col(Diagnosis.id))
        .group_by(col(Diagnosis.id))
        .having(behind > 0)
    )
    if practice_id is not None:
        statement = statement.where(Diagnosis.practice_id == practice_id)
    return {int(found): int(count) for found, count in session.exec(statement).all() if found is not None}


def of_practice(session: Session, diagnosis_ids: list[int], practice_id: int | None) -> set[int]:
    """Pick those of these diagnoses that are there, of one practice where named."""
    statement = select(Diagnosis.id).where(col(Diagnosis.id).in_(diagnosis_ids))
    if practice_id is not None:
        statement = statement.where(Diagnosis.practice_id == practice_id)
    return {int(found) for found in session.exec(statement) if found is not None}
