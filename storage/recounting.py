"""Reading everything that a practice's statistics are counted from."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage.care import STANDS
from storage.tables import Consent, Diagnosis, Evidence, Feedback, Recommendation


@dataclass(frozen=True, slots=True)
class Standing:
    """A recommendation that was approved at some time, its latest answer, and what its patient said of being counted."""

    recommendation: Recommendation
    answer: Feedback | None
    diagnosis: Diagnosis
    statistics: bool | None


def cells_of(session: Session, practice_id: int, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """List the item and condition of every cell that is there, or should be."""
    there = select(Evidence.item_id, Evidence.condition_id).where(Evidence.practice_id == practice_id)
    prescribed = select(Recommendation.item_id, Recommendation.condition_id).where(
        Recommendation.practice_id == practice_id,
        col(Recommendation.kind).in_(kinds),
        col(Recommendation.approved).is_not(None),
    )
    return sorted({*session.exec(there), *session.exec(prescribed.distinct())})


def standing(
    session: Session, practice_id: int, item_id: str, condition_id: str, kinds: tuple[str, ...]
) -> Iterator[Standing]:
    """Read what one cell is counted from."""
    of_cell = and_(
        col(Recommendation.practice_id) == practice_id,
        col(Recommendation.item_id) == item_id,
        col(Recommendation.condition_id) == condition_id,
        col(Recommendation.kind).in_(kinds),
        col(Recommendation.approved).is_not(None),
    )
    return _with_their_answers(session, of_cell)


def standing_of_patient(session: Session, patient_id: int, kinds: tuple[str, ...]) -> list[Standing]:
    """Read everything of one patient that could be counted."""
    of_patient = and_(
        col(Recommendation.patient_id) == patient_id,
        col(Recommendation.kind).in_(kinds),
        col(Recommendation.approved).is_not(None),
    )
    return list(_with_their_answers(session, of_patient))


def _with_their_answers(session: Session, which: ColumnElement[bool]) -> Iterator[Standing]:
    newest = (
        columns(func.max(col(Feedback.id)))
        .where(col(Feedback.recommendation_id) == col(Recommendation.id), STANDS)
        .correlate(Recommendation)
        .scalar_subquery()
    )
    said = aliased(Consent)
    statistics = (
        columns(col(said.granted))
        .where(col(said.patient_id) == col(Recommendation.patient_id), col(said.kind) == "statistics")
        .order_by(col(said.id).desc())
        .limit(1)
        .correlate(Recommendation)
        .scalar_subquery()
    )
    answer = aliased(Feedback)
    statement = (
        columns(Recommendation, answer, Diagnosis, statistics)
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .outerjoin(answer, col(answer.id) == newest)
        .where(which)
        .order_by(col(Recommendation.id))
    )
    for row in session.execute(statement):
        yield Standing(*row)
