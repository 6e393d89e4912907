"""Counts of what worked, per practice, herb and condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Float, bindparam, case, cast, delete, not_, update
from sqlalchemy import select as columns
from sqlmodel import col, func

from storage.database import Rows, Through, connection_of
from storage.prepared import Prepared, adding, setting
from storage.tables import Evidence, EvidenceDay

Sums = tuple[int, int, int, float, float]
"""Sums over cells with answers: how many cells, Σn, Σk, Σn², Σk²/n."""
Windows = tuple[tuple[int, int], tuple[int, int]]
"""(improved, answered) of the last days, and of those before."""
MOST_NAMED = 1_000
"""Cells that are named one by one in a question; where more are asked for, it is asked for all."""


@dataclass(slots=True)
class Cell:
    """The counts of one herb for one condition, as a row of ``Evidence`` has them; ``keep`` writes them back."""

    id: int
    practice_id: int
    item_id: str
    item_name: str
    condition_id: str
    prior_mean: float
    prior_strength: float
    updated: datetime
    prescribed: int = 0
    answered: int = 0
    improved: int = 0
    ratings: int = 0
    rating_sum: int = 0
    shown_answered: int = 0
    shown_mean: float | None = None
    shown_low: float | None = None
    shown_high: float | None = None
    shown_at: datetime | None = None


def cell(through: Through, practice_id: int, item_id: str, condition_id: str) -> Cell | None:
    """Read the counts of one herb for one condition."""
    found = _CELL.first(connection_of(through), practice=practice_id, item=item_id, condition=condition_id)
    return None if found is None else Cell(*found)


def cells(
    session: Through, practice_id: int, *, condition_id: str | None = None, item_id: str | None = None
) -> list[Cell]:
    """Read the counts of a practice, of one condition or one herb where named."""
    if condition_id is None and item_id is None:
        return [Cell(*row) for row in _CELLS.run(connection_of(session), practice=practice_id)]
    statement = columns(*COLUMNS).where(col(Evidence.practice_id) == practice_id)
    if condition_id is not None:
        statement = statement.where(col(Evidence.condition_id) == condition_id)
    if item_id is not None:
        statement = statement.where(col(Evidence.item_id) == item_id)
    ordered = statement.order_by(col(Evidence.item_id), col(Evidence.condition_id))
    return [Cell(*row) for row in connection_of(session).execute(ordered)]


def add(rows: Rows, item: Cell) -> Cell:
    """Add a cell that is not there yet; returns it with its id."""
    values = {name: getattr(item, name) for name in _NAMES if name != "id"}
    item.id = int(_ADD.value(connection_of(rows), **values))
    return item


def keep(rows: Rows, item: Cell) -> None:
    """Write what a cell holds now."""
    _KEEP.run(rows.connection, row=item.id, **{name: getattr(item, name) for name in _KEPT})


def sums(through: Through, practice_id: int) -> tuple[dict[str, Sums], dict[str, Sums]]:
    """Sum the cells of a practice with answers, once by condition and once by item."""
    connection = connection_of(through)
    conditions, items = (
        {
            name: (cells, int(answered), int(improved), squared, share)
            for name, cells, answered, improved, squared, share in grouped.run(connection, practice=practice_id)
        }
        for grouped in (_SUMS_BY_CONDITION, _SUMS_BY_ITEM)
    )
    return conditions, items


def counts_of_item(through: Through, practice_id: int, item_id: str) -> dict[str, tuple[int, int]]:
    """Read (improved, answered) of an item by condition."""
    found = _OF_ITEM.run(connection_of(through), practice=practice_id, item=item_id)
    return {condition: (improved, answered) for condition, improved, answered in found}


def count_day(rows: Rows, evidence_id: int, on: date, *, answered: int, improved: int) -> None:
    """Add to (or take from) the counts of one day of a cell."""
    values = {"cell": evidence_id, "on": on, "more_answered": answered, "more_improved": improved}
    if not _COUNT_DAY.run(rows.connection, **values):
        _ADD_DAY.run(rows.connection, evidence_id=evidence_id, day=on, answered=answered, improved=improved)


def days(through: Through, evidence_id: int) -> dict[date, tuple[int, int]]:
    """Read (improved, answered) of each day of a cell; days on which everything was taken back are left out."""
    statement = columns(col(EvidenceDay.day), col(EvidenceDay.improved), col(EvidenceDay.answered))
    found = connection_of(through).execute(statement.where(col(EvidenceDay.evidence_id) == evidence_id))
    return {day: (improved, answered) for day, improved, answered in found if (improved, answered) != (0, 0)}


def replace_days(rows: Rows, evidence_id: int, by_day: Mapping[date, tuple[int, int]]) -> None:
    """Keep (improved, answered) by day in the place of what stood there."""
    rows.connection.execute(delete(EvidenceDay).where(col(EvidenceDay.evidence_id) == evidence_id))
    for day, (improved, answered) in by_day.items():
        _ADD_DAY.run(rows.connection, evidence_id=evidence_id, day=day, answered=answered, improved=improved)


def windows_of_cell(through: Through, evidence_id: int, days: tuple[date, date, date]) -> Windows:
    """Sum (improved, answered) of a cell by window; ``days`` begin the earlier window, the recent one, and end it."""
    before_from, recent_from, today = days
    found = _WINDOWS_OF_CELL.run(
        connection_of(through), cell=evidence_id, before_from=before_from, recent_from=recent_from, today=today
    )
    return _by_cell(found).get(evidence_id, ((0, 0), (0, 0)))


def windows(
    through: Through,
    practice_id: int,
    days: tuple[date, date, date],
    cell_ids: Sequence[int] | None = None,
) -> dict[int, Windows]:
    """Sum the days of two windows for every cell of a practice, or for these of it, by cell id.

    ``days``: the first day of the earlier window, the first of the later one, and its last.
    """
    connection, names = connection_of(through), ("before_from", "recent_from", "today")
    if cell_ids is None or len(cell_ids) > MOST_NAMED:
        return _by_cell(_WINDOWS.run(connection, practice=practice_id, **dict(zip(names, days, strict=True))))
    return _by_cell(connection.execute(_two_windows(*days).where(col(EvidenceDay.evidence_id).in_(cell_ids))).all())


def by_day(
    through: Through, practice_id: int, first: date, last: date, cell_ids: Sequence[int] | None = None
) -> dict[date, tuple[int, int]]:
    """Sum (improved, answered) by day over every cell of a practice, or over these of it, ``first`` to ``last`` included."""
    day = col(EvidenceDay.day)
    statement = (
        columns(day, func.sum(EvidenceDay.improved), func.sum(EvidenceDay.answered))
        .join(Evidence, col(Evidence.id) == col(EvidenceDay.evidence_id))
        .where(col(Evidence.practice_id) == practice_id, day >= first, day <= last)
        .group_by(day)
    )
    found: dict[date, tuple[int, int]] = {}
    parts: list[Sequence[int] | None] = [None]
    if cell_ids is not None:
        parts = [cell_ids[at : at + MOST_NAMED] for at in range(0, len(cell_ids), MOST_NAMED)]
    for part in parts:
        named = statement if part is None else statement.where(col(EvidenceDay.evidence_id).in_(part))
        for on, improved, answered in connection_of(through).execute(named):
            before = found.get(on, (0, 0))
            found[on] = before[0] + int(improved), before[1] + int(answered)
    return found


def _by_cell(found: Sequence[Any]) -> dict[int, Windows]:
    return {cell: ((int(k1), int(n1)), (int(k0), int(n0))) for cell, k1, n1, k0, n0 in found}


def _two_windows(before_from: Any, recent_from: Any, today: Any) -> Any:
    recent = col(EvidenceDay.day) >= recent_from
    sums = [
        func.sum(case((within, count), else_=0))
        for within in (recent, not_(recent))
        for count in (col(EvidenceDay.improved), col(EvidenceDay.answered))
    ]
    return (
        columns(col(EvidenceDay.evidence_id), *sums)
        .where(col(EvidenceDay.day) >= before_from, col(EvidenceDay.day) <= today)
        .group_by(col(EvidenceDay.evidence_id))
    )


_NAMES = tuple(Cell.__dataclass_fields__)
_KEPT = tuple(name for name in _NAMES if name not in ("id", "practice_id", "item_id", "item_name", "condition_id"))
COLUMNS = [col(getattr(Evidence, name)) for name in _NAMES]
"""Of a cell, in its order."""
_CELL = Prepared(
    columns(*COLUMNS).where(
        col(Evidence.practice_id) == bindparam("practice"),
        col(Evidence.item_id) == bindparam("item"),
        col(Evidence.condition_id) == bindparam("condition"),
    )
)
_CELLS = Prepared(
    columns(*COLUMNS)
    .where(col(Evidence.practice_id) == bindparam("practice"))
    .order_by(col(Evidence.item_id), col(Evidence.condition_id))
)
_ADD = adding(Evidence, [name for name in _NAMES if name != "id"], returning="id")
_KEEP = setting(Evidence, _KEPT)
_N, _K = cast(col(Evidence.answered), Float), cast(col(Evidence.improved), Float)
_OF_ITEM = Prepared(
    columns(col(Evidence.condition_id), col(Evidence.improved), col(Evidence.answered)).where(
        col(Evidence.practice_id) == bindparam("practice"), col(Evidence.item_id) == bindparam("item")
    )
)
_SUMS_BY_CONDITION, _SUMS_BY_ITEM = (
    Prepared(
        columns(by, func.count(), func.sum(_N), func.sum(_K), func.sum(_N * _N), func.sum(_K * _K / _N))
        .where(col(Evidence.practice_id) == bindparam("practice"), col(Evidence.answered) > 0)
        .group_by(by)
    )
    for by in (col(Evidence.condition_id), col(Evidence.item_id))
)
_COUNT_DAY = Prepared(
    update(EvidenceDay)
    .where(col(EvidenceDay.evidence_id) == bindparam("cell"), col(EvidenceDay.day) == bindparam("on"))
    .values(
        answered=col(EvidenceDay.answered) + bindparam("more_answered"),
        improved=col(EvidenceDay.improved) + bindparam("more_improved"),
    )
    .returning(col(EvidenceDay.id))
)
_ADD_DAY = adding(EvidenceDay, ("evidence_id", "day", "answered", "improved"))
_DAY = Date()
_BY_DAYS = _two_windows(
    bindparam("before_from", type_=_DAY), bindparam("recent_from", type_=_DAY), bindparam("today", type_=_DAY)
)
_WINDOWS_OF_CELL = Prepared(_BY_DAYS.where(col(EvidenceDay.evidence_id) == bindparam("cell")))
_WINDOWS = Prepared(
    _BY_DAYS.join(Evidence, col(Evidence.id) == col(EvidenceDay.evidence_id)).where(
        col(Evidence.practice_id) == bindparam("practice")
    )
)
