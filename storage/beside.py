"""What is told of a diagnosis beside its log: the counts behind its recommendations, and the number of its practice."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam
from sqlalchemy import select as columns
from sqlmodel import col

from storage.database import Rows, Through, connection_of
from storage.evidence import COLUMNS, Cell
from storage.prepared import Prepared
from storage.tables import Diagnosis, Evidence, Practice, Recommendation


def cells(through: Through, diagnosis_id: int) -> Sequence[tuple[int, datetime | None, Cell]]:
    """Read the cell of each recommendation of a diagnosis that has one, in rank, with its id and when it was approved."""
    found = _CELLS.run(connection_of(through), diagnosis=diagnosis_id)
    return [(one, approved, Cell(*cell)) for one, approved, *cell in found]


def given(
    rows: Rows, practice_id: int, item_id: str, condition_id: str, diagnoses: Collection[int]
) -> Sequence[tuple[int, int, int, datetime | None]]:
    """List the recommendations of an item for a condition in these diagnoses: id, diagnosis, patient, when approved."""
    if not diagnoses:
        return []
    row = Recommendation
    statement = columns(col(row.id), col(row.diagnosis_id), col(row.patient_id), col(row.approved)).where(
        col(row.practice_id) == practice_id,
        col(row.item_id) == item_id,
        col(row.condition_id) == condition_id,
        col(row.diagnosis_id).in_(diagnoses),
    )
    found = connection_of(rows).execute(statement)
    return [(int(one or 0), diagnosis_id, patient_id, approved) for one, diagnosis_id, patient_id, approved in found]


def practice(through: Through, diagnosis_id: int) -> tuple[str, str] | None:
    """Read the name and the number of the practice that a diagnosis belongs to; None where there is no such diagnosis."""
    found: tuple[str, str] | None = _PRACTICE.first(connection_of(through), diagnosis=diagnosis_id)
    return found


_CELLS = Prepared(
    columns(col(Recommendation.id), col(Recommendation.approved), *COLUMNS)
    .join(
        Evidence,
        and_(
            col(Evidence.practice_id) == col(Recommendation.practice_id),
            col(Evidence.item_id) == col(Recommendation.item_id),
            col(Evidence.condition_id) == col(Recommendation.condition_id),
        ),
    )
    .where(col(Recommendation.diagnosis_id) == bindparam("diagnosis"))
    .order_by(col(Recommendation.rank), col(Recommendation.id))
)
_PRACTICE = Prepared(
    columns(col(Practice.name), col(Practice.phone))
    .join(Diagnosis, col(Diagnosis.practice_id) == col(Practice.id))
    .where(col(Diagnosis.id) == bindparam("diagnosis"))
)
