"""Counts of what worked, per practice, herb and condition."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Float, cast
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from storage.tables import Evidence, EvidenceDay


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over cells with answers: how many cells, Σn, Σk, Σn², Σk²/n."""

    cells: int
    answered: int
    improved: int
    answered_squared: float
    improved_squared_share: float


def cell(session: Session, practice_id: int, item_id: str, condition_id: str) -> Evidence | None:
    """Read the counts of one herb for one condition."""
    statement = select(Evidence).where(
        Evidence.practice_id == practice_id, Evidence.item_id == item_id, Evidence.condition_id == condition_id
    )
    return session.exec(statement).first()


def cells(
    session: Session, practice_id: int, *, condition_id: str | None = None, item_id: str | None = None
) -> list[Evidence]:
    """Read the counts of a practice, of one condition or one herb where named."""
    statement = select(Evidence).where(Evidence.practice_id == practice_id)
    if condition_id is not None:
        statement = statement.where(Evidence.condition_id == condition_id)
    if item_id is not None:
        statement = statement.where(Evidence.item_id == item_id)
    return list(session.exec(statement.order_by(col(Evidence.item_id), col(Evidence.condition_id))))


def sums(session: Session, practice_id: int) -> dict[str, Sums]:
    """Sum the cells of a practice by condition, in one pass."""
    n, k = cast(col(Evidence.answered), Float), cast(col(Evidence.improved), Float)
    statement = (
        columns(
            col(Evidence.condition_id), func.count(), func.sum(n), func.sum(k), func.sum(n * n), func.sum(k * k / n)
        )
        .where(col(Evidence.practice_id) == practice_id, col(Evidence.answered) > 0)
        .group_by(col(Evidence.condition_id))
    )
    return {
        condition: Sums(int(cells), int(answered), int(improved), float(squared), float(share))
        for condition, cells, answered, improved, squared, share in session.execute(statement).all()
    }


def day(session: Session, evidence_id: int, on: date) -> EvidenceDay:
    """Read the counts of one day of a cell, made when missing."""
    statement = select(EvidenceDay).where(EvidenceDay.evidence_id == evidence_id, EvidenceDay.day == on)
    row = session.exec(statement).first()
    if row is None:
        row = EvidenceDay(evidence_id=evidence_id, day=on)
        session.add(row)
    return row


def window(session: Session, evidence_id: int, first: date, last: date) -> tuple[int, int]:
    """Sum (improved, answered) of a cell over the days ``first`` to ``last``, both included."""
    statement = select(func.sum(EvidenceDay.improved), func.sum(EvidenceDay.answered)).where(
        EvidenceDay.evidence_id == evidence_id, col(EvidenceDay.day) >= first, col(EvidenceDay.day) <= last
    )
    improved, answered = session.exec(statement).one()
    return int(improved or 0), int(answered or 0)


def windows(session: Session, practice_id: int, first: date, last: date) -> dict[int, tuple[int, int]]:
    """Sum (improved, answered) over the days ``first`` to ``last`` for every cell of a practice, by cell id."""
    statement = (
        select(EvidenceDay.evidence_id, func.sum(EvidenceDay.improved), func.sum(EvidenceDay.answered))
        .join(Evidence, col(Evidence.id) == col(EvidenceDay.evidence_id))
        .where(Evidence.practice_id == practice_id, col(EvidenceDay.day) >= first, col(EvidenceDay.day) <= last)
        .group_by(col(EvidenceDay.evidence_id))
    )
    return {cell: (int(improved), int(answered)) for cell, improved, answered in session.exec(statement).all()}
