"""Reading everything that a practice's statistics are counted from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, update
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from storage.answer import COUNTED
from storage.care import REPORTED, STANDS
from storage.consent import counted_word
from storage.database import Rows
from storage.tables import Diagnosis, Evidence, Feedback, Mark, Recommendation, SideEffect

TO_COUNT = "evidence_to_count"
"""The mark that a migration leaves where it has added counts."""


@dataclass(slots=True)
class Standing:
    """A recommendation: what is counted for it, and what its latest answer says.

    ``rating`` is None where nobody has answered, ``statistics`` where the patient was not asked.
    """

    id: int
    approved: datetime | None
    prescribed_counted: bool
    outcome_counted: bool | None
    rating_counted: int | None
    counted_on: date | None
    practitioner_id: int
    baseline: int | None
    symptom: int | None
    improvement: int | None
    stopped: bool | None
    rating: int | None
    created: datetime | None
    statistics: bool | None


def cells_of(session: Session, practice_id: int, kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    """List the item and condition of every cell that is there, or should be."""
    there = select(Evidence.item_id, Evidence.condition_id).where(Evidence.practice_id == practice_id)
    prescribed = select(Recommendation.item_id, Recommendation.condition_id).where(
        Recommendation.practice_id == practice_id,
        col(Recommendation.kind).in_(kinds),
        or_(col(Recommendation.approved).is_not(None), _IS_NOTED),
    )
    return sorted({*session.exec(there), *session.exec(prescribed.distinct())})


@dataclass(frozen=True, slots=True)
class Noted:
    """So many recommendations of one cell for which the same was counted."""

    practitioner_id: int
    outcome: bool | None
    on: date | None
    many: int
    ratings: int
    rating_sum: int


def ids(session: Session, which: ColumnElement[bool]) -> list[int]:
    """List what one cell is counted from, and what was never approved and is noted as counted all the same."""
    statement = columns(col(Recommendation.id)).where(which, or_(col(Recommendation.approved).is_not(None), _IS_NOTED))
    return list(session.execute(statement.order_by(col(Recommendation.id))).scalars())


def standing(session: Session, which: ColumnElement[bool], ids: Sequence[int]) -> list[Standing]:
    """Read these of what one cell is counted from."""
    return _standing(session, and_(which, col(Recommendation.id).in_(ids)))


def keep_counted(rows: Rows, ones: Sequence[Standing]) -> None:
    """Write what the evidence counts for these recommendations."""
    values = [{"row": one.id, **{f"now_{name}": getattr(one, name) for name in COUNTED}} for one in ones]
    if values:
        rows.connection.execute(_KEEP_COUNTED, values)


def noted(session: Session, which: ColumnElement[bool]) -> list[Noted]:
    """Sum up what was counted for the recommendations of a cell, in the database: they may be many."""
    alike = col(Diagnosis.practitioner_id), col(Recommendation.outcome_counted), col(Recommendation.counted_on)
    rated = col(Recommendation.rating_counted)
    statement = (
        columns(*alike, func.count(), func.count(rated), func.coalesce(func.sum(rated), 0))
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .where(which, col(Recommendation.prescribed_counted))
        .group_by(*alike)
    )
    return [Noted(*row) for row in session.execute(statement)]


def newest(session: Session, which: ColumnElement[bool]) -> Recommendation | None:
    """Read the recommendation of a cell that was made last, of those that were approved at some time."""
    statement = select(Recommendation).where(which, col(Recommendation.approved).is_not(None))
    return session.exec(statement.order_by(col(Recommendation.id).desc()).limit(1)).first()


def standing_of_patient(session: Session, patient_id: int, kinds: tuple[str, ...]) -> list[Standing]:
    """Read everything of one patient that could be counted."""
    of_patient = col(Recommendation.patient_id) == patient_id, col(Recommendation.kind).in_(kinds)
    return _standing(session, and_(*of_patient, col(Recommendation.approved).is_not(None)))


def side_effects(session: Session, which: ColumnElement[bool]) -> list[tuple[int, str, bool]]:
    """Read every side effect (recommendation, term, serious) of what is counted in a cell that the answers that stand report."""
    statement = (
        columns(col(SideEffect.recommendation_id), col(SideEffect.term), col(SideEffect.serious))
        .join(Feedback, col(Feedback.id) == col(SideEffect.feedback_id))
        .join(Recommendation, col(Recommendation.id) == col(SideEffect.recommendation_id))
        .where(which, col(Recommendation.prescribed_counted), STANDS, REPORTED)
    )
    return [(one, term, serious) for one, term, serious in session.execute(statement)]


def beside(session: Session, which: ColumnElement[bool], item_id: str, kinds: tuple[str, ...]) -> dict[str, int]:
    """Count beside how many of what is counted in a cell of ``item_id`` each other item ran."""
    other = aliased(Recommendation)
    start, end = col(Recommendation.approved), col(Recommendation.stopped)
    statement = (
        columns(col(other.item_id), func.count(col(Recommendation.id).distinct()))
        .select_from(Recommendation)
        .join(other, col(other.patient_id) == col(Recommendation.patient_id))
        .where(
            which,
            col(Recommendation.prescribed_counted),
            col(other.kind).in_(kinds),
            col(other.item_id) != item_id,
            or_(end.is_(None), col(other.approved) < end),
            or_(col(other.stopped).is_(None), start < col(other.stopped)),
            start.is_not(None),
            col(other.approved).is_not(None),
        )
        .group_by(col(other.item_id))
    )
    return {str(item): int(many) for item, many in session.execute(statement)}


def courses(session: Session, patient_id: int, kinds: tuple[str, ...]) -> list[Recommendation]:
    """Read everything that was ever approved for a patient and could be counted."""
    statement = select(Recommendation).where(
        Recommendation.patient_id == patient_id,
        col(Recommendation.kind).in_(kinds),
        col(Recommendation.approved).is_not(None),
    )
    return list(session.exec(statement.order_by(col(Recommendation.id))))


def to_count(session: Session) -> bool:
    """Say whether an upgrade has left the evidence to be counted again."""
    return session.get(Mark, TO_COUNT) is not None


def counted(session: Session) -> None:
    """Note that the evidence has been counted again."""
    session.execute(delete(Mark).where(col(Mark.name) == TO_COUNT))


def of_cell(practice_id: int, item_id: str, condition_id: str, kinds: tuple[str, ...]) -> ColumnElement[bool]:
    """Choose what one cell could count."""
    return and_(
        col(Recommendation.practice_id) == practice_id,
        col(Recommendation.item_id) == item_id,
        col(Recommendation.condition_id) == condition_id,
        col(Recommendation.kind).in_(kinds),
    )


def _standing(session: Session, which: ColumnElement[bool]) -> list[Standing]:
    last = (
        columns(func.max(col(Feedback.id)))
        .where(col(Feedback.recommendation_id) == col(Recommendation.id), STANDS)
        .correlate(Recommendation)
        .scalar_subquery()
    )
    answer = aliased(Feedback)
    statement = (
        columns(
            *(col(getattr(Recommendation, name)) for name in ("id", "approved", *COUNTED)),
            col(Diagnosis.practitioner_id),
            col(Diagnosis.baseline),
            *(col(getattr(answer, name)) for name in ("symptom", "improvement", "stopped", "rating", "created")),
            counted_word(col(Recommendation.patient_id)),
        )
        .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
        .outerjoin(answer, col(answer.id) == last)
        .where(which)
        .order_by(col(Recommendation.id))
    )
    # All at once: some of these rows are written while they are gone through.
    return [Standing(*row) for row in session.execute(statement)]


_IS_NOTED = or_(
    col(Recommendation.prescribed_counted),
    *(col(getattr(Recommendation, name)).is_not(None) for name in COUNTED if name != "prescribed_counted"),
)
_KEEP_COUNTED = (
    update(Recommendation)
    .where(col(Recommendation.id) == bindparam("row"))
    .values({name: bindparam(f"now_{name}") for name in COUNTED})
)
"""For many rows at once, past the session."""
