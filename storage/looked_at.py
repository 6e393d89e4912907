"""What a snapshot says of one diagnosis, as the rows stand: they are read, and what is changed in them is written nowhere.

By prepared statements, because whoever opens a diagnosis waits for them: 20 µs each, in place of 300 through a session.
"""

from collections import namedtuple
from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Select, bindparam
from sqlalchemy import select as columns
from sqlmodel import SQLModel, col, func

from storage.answer import Answer
from storage.care import STANDS
from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.reply import STANDING, Standing
from storage.tables import Diagnosis, Feedback, Finding, Person, Prediction, Recommendation, Reply, SideEffect

Table = TypeVar("Table", bound=SQLModel)
_DIAGNOSIS: BindParameter[Any] = bindparam("diagnosis")


def feedback(through: Through, diagnosis_id: int) -> list[Answer]:
    """List the answers of a diagnosis that stand, oldest first."""
    return [Answer(*row) for row in _FEEDBACK.run(connection_of(through), diagnosis=diagnosis_id)]


def side_effects(through: Through, diagnosis_id: int) -> dict[int, list[SideEffect]]:
    """Read the side effects of the answers of a diagnosis that stand, by answer; those without one are left out."""
    found: dict[int, list[SideEffect]] = {}
    for row in _side_effects(through, diagnosis_id):
        found.setdefault(row.feedback_id, []).append(row)
    return found


def replies(through: Through, diagnosis_id: int) -> dict[int, Standing]:
    """Read the replies to the answers of a diagnosis that stand, by answer; those without one are left out."""
    found = _REPLIES.run(connection_of(through), diagnosis=diagnosis_id)
    return {feedback_id: Standing(*more) for feedback_id, *more in found}


def _rows(table: type[Table], those: Callable[[Select[Any]], Select[Any]]) -> Callable[[Through, int], list[Table]]:
    """Prepare to read rows of a diagnosis; they have the names of their table, and are no objects of a session."""
    names = tuple(table.model_fields)
    row_of = namedtuple(table.__name__, names)  # type: ignore[misc]
    prepared = Prepared(those(columns(*(col(getattr(table, name)) for name in names))))

    def read(through: Through, diagnosis_id: int) -> list[Table]:
        found = [row_of(*row) for row in prepared.run(connection_of(through), diagnosis=diagnosis_id)]
        return cast("list[Table]", found)

    return read


diagnosis = _rows(Diagnosis, lambda those: those.where(col(Diagnosis.id) == _DIAGNOSIS))
"""The diagnosis itself, or nothing."""
findings = _rows(Finding, lambda those: those.where(col(Finding.diagnosis_id) == _DIAGNOSIS).order_by(col(Finding.id)))
"""In the order in which they were recorded."""
recommendations = _rows(
    Recommendation,
    lambda those: those.where(col(Recommendation.diagnosis_id) == _DIAGNOSIS).order_by(
        col(Recommendation.rank), col(Recommendation.id)
    ),
)
"""In rank."""
predictions = _rows(
    Prediction,
    lambda those: those.where(
        col(Prediction.id).in_(
            columns(func.max(Prediction.id))
            .join(Recommendation, col(Recommendation.id) == col(Prediction.recommendation_id))
            .where(col(Recommendation.diagnosis_id) == _DIAGNOSIS)
            .group_by(col(Prediction.recommendation_id))
        )
    ),
)
"""Those that stand, one for a recommendation."""
_side_effects = _rows(
    SideEffect,
    lambda those: (
        those.join(Feedback, col(Feedback.id) == col(SideEffect.feedback_id))
        .where(col(Feedback.diagnosis_id) == _DIAGNOSIS, STANDS)
        .order_by(col(SideEffect.id))
    ),
)
_FEEDBACK = Prepared(
    columns(*(col(getattr(Feedback, name)) for name in Answer.__dataclass_fields__))
    .where(col(Feedback.diagnosis_id) == _DIAGNOSIS, STANDS)
    .order_by(col(Feedback.id))
)
_REPLIES = Prepared(
    columns(*STANDING)
    .join(Person, col(Person.id) == col(Reply.person_id))
    .join(Feedback, col(Feedback.id) == col(Reply.feedback_id))
    .where(col(Feedback.diagnosis_id) == _DIAGNOSIS, STANDS)
)
