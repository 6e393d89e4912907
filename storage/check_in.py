"""Reading and keeping where check-ins stand; an answer reads and writes one row of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col

from storage.care import STANDS
from storage.database import Rows, Through, connection_of
from storage.prepared import Prepared, adding
from storage.readable import Readable
from storage.tables import CheckIn, Diagnosis, Feedback, Patient, Recommendation

RUNNING_KINDS = ("herb", "formula")
"""What is asked about; advice on diet and lifestyle goes with it."""


@dataclass(slots=True)
class Kept:
    """Where the check-ins of a diagnosis stand; ``CheckIn`` is the row."""

    diagnosis_id: int
    begun: datetime
    due: date | None
    number: int
    rhythm: str
    answered: list[Any]
    reminded: datetime | None = None
    seen: datetime | None = None


def read(through: Through, diagnosis_id: int) -> Kept | None:
    """Read where the check-ins of a diagnosis stand; None while nothing has ever run in it."""
    found = _READ.first(connection_of(through), diagnosis=diagnosis_id)
    return None if found is None else Kept(*found)


def keep(rows: Rows, kept: Kept, *, new: bool) -> None:
    """Write where they stand, in a row of its own where there is ``new`` none."""
    values = {name: getattr(kept, name) for name in _KEPT}
    if new:
        _ADD.run(connection_of(rows), **values)
    else:
        _CHANGE.run(connection_of(rows), row=values.pop("diagnosis_id"), **values)


def runs(through: Through, diagnosis_id: int) -> bool:
    """Say whether a herb or formula is approved in a diagnosis that is open."""
    return _RUNS.first(connection_of(through), diagnosis=diagnosis_id) is not None


def answers_since(session: Session, diagnosis_id: int, since: datetime) -> Sequence[Row[Any, bool]]:
    """List the answers of a diagnosis after a moment that stand, in their order, each with whether it answered a check-in.

    It does where it is about a herb or formula that ran then.
    """
    ran = and_(
        col(Recommendation.kind).in_(RUNNING_KINDS),
        or_(col(Recommendation.stopped).is_(None), col(Recommendation.stopped) > col(Feedback.created)),
    )
    statement = (
        columns(Feedback, ran)
        .join(Recommendation, col(Recommendation.id) == col(Feedback.recommendation_id))
        .where(col(Feedback.diagnosis_id) == diagnosis_id, col(Feedback.created) > since, STANDS)
        .order_by(col(Feedback.id))
    )
    return session.execute(statement).all()


def to_remind(session: Session, due_by: date, *, after: int, limit: int) -> list[int]:
    """List diagnoses whose check-in was due by a day and whose patient was not reminded, by their id from behind ``after``."""
    statement = (
        columns(col(CheckIn.diagnosis_id))
        .where(col(CheckIn.reminded).is_(None), col(CheckIn.due) <= due_by, col(CheckIn.diagnosis_id) > after)
        .order_by(col(CheckIn.diagnosis_id))
        .limit(limit)
    )
    return list(session.execute(statement).scalars())


def silent(session: Session, readable: Readable, due_by: date, *, limit: int) -> Sequence[Row[Any, Any]]:
    """List the check-ins in open diagnoses that were due by a day, and of which nobody has said that they know, oldest first."""
    statement = (
        columns(CheckIn, Patient)
        .join(Diagnosis, col(Diagnosis.id) == col(CheckIn.diagnosis_id))
        .join(Patient, col(Patient.id) == col(Diagnosis.patient_id))
        .where(
            col(CheckIn.due) <= due_by,
            col(CheckIn.seen).is_(None),
            col(Diagnosis.status) == "open",
            col(Diagnosis.patient_id).in_(readable),
        )
        .order_by(col(CheckIn.due), col(CheckIn.diagnosis_id))
        .limit(limit)
    )
    return session.execute(statement).all()


def running(session: Session, diagnosis_ids: Sequence[int]) -> dict[int, list[Recommendation]]:
    """Read what patients are asked about in several diagnoses, in its rank."""
    found: dict[int, list[Recommendation]] = {one: [] for one in diagnosis_ids}
    statement = (
        columns(Recommendation)
        .where(col(Recommendation.diagnosis_id).in_(diagnosis_ids), *_IS_RUNNING)
        .order_by(col(Recommendation.rank), col(Recommendation.id))
    )
    for row in session.execute(statement).scalars():
        found[row.diagnosis_id].append(row)
    return found


_KEPT = tuple(field.name for field in fields(Kept))
_IS_RUNNING = (
    col(Recommendation.status) == "approved",
    or_(*(col(Recommendation.kind) == kind for kind in RUNNING_KINDS)),
)
_READ = Prepared(
    columns(*(col(getattr(CheckIn, name)) for name in _KEPT)).where(col(CheckIn.diagnosis_id) == bindparam("diagnosis"))
)
_ADD = adding(CheckIn, _KEPT)
_CHANGE = Prepared(
    update(CheckIn)
    .where(col(CheckIn.diagnosis_id) == bindparam("row"))
    .values({name: bindparam(name, type_=getattr(CheckIn, name).type) for name in _KEPT if name != "diagnosis_id"})
)
_RUNS = Prepared(
    columns(col(Recommendation.id))
    .join(Diagnosis, col(Diagnosis.id) == col(Recommendation.diagnosis_id))
    .where(
        col(Recommendation.diagnosis_id) == bindparam("diagnosis"),
        col(Diagnosis.status) == "open",
        *_IS_RUNNING,
    )
    .limit(1)
)
