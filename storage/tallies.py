"""Counts beside the cells: by practitioner, of side effects, of what else was taken meanwhile.

Each is a table with a row for a cell and a key; a row that counts nothing any more goes, so that nothing stays of whom it
counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, delete, update
from sqlalchemy import select as columns
from sqlmodel import SQLModel, col, func

from storage.database import Rows, Through, connection_of
from storage.prepared import Prepared, adding
from storage.tables import Evidence, EvidenceOfPractitioner, EvidenceSideEffect, EvidenceTogether

Counts = tuple[int, ...]


@dataclass(slots=True)
class Tallies:
    """What stands beside one cell."""

    practitioners: dict[int, Counts] = field(default_factory=dict)
    """(prescribed, answered, improved) by the practitioner of the diagnosis."""
    side_effects: dict[str, Counts] = field(default_factory=dict)
    """(reported, serious) by folded term."""
    together: dict[str, Counts] = field(default_factory=dict)
    """How many ran beside another item, by that item."""


def count_practitioner(rows: Rows, evidence_id: int, practitioner_id: int, more: Counts) -> None:
    """Add to (or take from) what a practitioner has prescribed, and of that was answered, and improved."""
    _PRACTITIONERS.count(rows, evidence_id, practitioner_id, more)


def count_side_effect(rows: Rows, evidence_id: int, term: str, more: Counts) -> None:
    """Add to (or take from) how often a side effect was reported, and of that as serious."""
    _SIDE_EFFECTS.count(rows, evidence_id, term, more)


def count_together(rows: Rows, evidence_id: int, other_item_id: str, more: int) -> None:
    """Add to (or take from) how many of a cell ran beside another item."""
    _TOGETHER.count(rows, evidence_id, other_item_id, (more,))


def of_cell(through: Through, evidence_id: int) -> Tallies:
    """Read what stands beside a cell."""
    return Tallies(*(table.of_cell(through, evidence_id) for table in _TABLES))


def replace(rows: Rows, evidence_id: int, tallies: Tallies) -> None:
    """Keep these beside a cell in the place of what stood there."""
    _PRACTITIONERS.replace(rows, evidence_id, tallies.practitioners)
    _SIDE_EFFECTS.replace(rows, evidence_id, tallies.side_effects)
    _TOGETHER.replace(rows, evidence_id, tallies.together)


def of_practitioners(through: Through, practice_id: int) -> dict[int, dict[int, Counts]]:
    """Read (prescribed, answered, improved) of a practice by practitioner and cell."""
    found: dict[int, dict[int, Counts]] = {}
    for cell, practitioner, *counts in _PRACTITIONERS.of_practice(through, practice_id):
        found.setdefault(practitioner, {})[cell] = tuple(counts)
    return found


def side_effects(through: Through, practice_id: int) -> list[tuple[str, str, int, int]]:
    """Read (item, term, reported, serious) of a practice, summed over conditions."""
    found = _BY_ITEM.run(connection_of(through), practice=practice_id)
    return [(item, term, int(reported), int(serious)) for item, term, reported, serious in found]


def together(through: Through, practice_id: int) -> dict[int, dict[str, int]]:
    """Read how many ran beside which other item, of a practice by cell."""
    found: dict[int, dict[str, int]] = {}
    for cell, other, many in _TOGETHER.of_practice(through, practice_id):
        found.setdefault(cell, {})[other] = many
    return found


class _Tally:
    """One of the tables: the counts of a cell by a key."""

    def __init__(self, table: type[SQLModel], by: str, counts: Sequence[str]) -> None:
        named: dict[str, Any] = {name: getattr(table, name) for name in ("id", "evidence_id", by, *counts)}
        self._table, self._by, self._counts = table, by, counts
        here = and_(col(named["evidence_id"]) == bindparam("cell"), col(named[by]) == bindparam("key"))
        more = {name: col(named[name]) + bindparam(f"more_{name}") for name in counts}
        self._count = Prepared(update(table).where(here).values(more).returning(col(named[counts[0]])))
        self._add = adding(table, ("evidence_id", by, *counts))
        self._drop = Prepared(delete(table).where(here, *(col(named[name]) == 0 for name in counts)))
        shown = [col(named[name]) for name in (by, *counts)]
        self._of_cell = Prepared(columns(*shown).where(col(named["evidence_id"]) == bindparam("cell")))
        self._of_practice = Prepared(
            columns(col(named["evidence_id"]), *shown)
            .join(Evidence, col(Evidence.id) == col(named["evidence_id"]))
            .where(col(Evidence.practice_id) == bindparam("practice"))
        )

    def count(self, rows: Rows, evidence_id: int, key: int | str, more: Counts) -> None:
        connection = connection_of(rows)
        named = dict(zip(self._counts, more, strict=True))
        added = {f"more_{name}": number for name, number in named.items()}
        left = self._count.value(connection, cell=evidence_id, key=key, **added)
        if left is None:
            self._add.run(connection, evidence_id=evidence_id, **{self._by: key}, **named)
        elif left == 0:
            self._drop.run(connection, cell=evidence_id, key=key)

    def of_cell(self, through: Through, evidence_id: int) -> dict[Any, Counts]:
        found = self._of_cell.run(connection_of(through), cell=evidence_id)
        return {key: tuple(counts) for key, *counts in found}

    def of_practice(self, through: Through, practice_id: int) -> Sequence[Any]:
        return self._of_practice.run(connection_of(through), practice=practice_id)

    def replace(self, rows: Rows, evidence_id: int, by: Mapping[Any, Counts]) -> None:
        connection = connection_of(rows)
        connection.execute(delete(self._table).where(col(self._table.evidence_id) == evidence_id))  # type: ignore[attr-defined]
        for key, counts in by.items():
            named = dict(zip(self._counts, counts, strict=True))
            self._add.run(connection, evidence_id=evidence_id, **{self._by: key}, **named)


_PRACTITIONERS = _Tally(EvidenceOfPractitioner, "practitioner_id", ("prescribed", "answered", "improved"))
_SIDE_EFFECTS = _Tally(EvidenceSideEffect, "term", ("reported", "serious"))
_TOGETHER = _Tally(EvidenceTogether, "other_item_id", ("together",))
_TABLES = (_PRACTITIONERS, _SIDE_EFFECTS, _TOGETHER)
_BY_ITEM = Prepared(
    columns(
        col(Evidence.item_id),
        col(EvidenceSideEffect.term),
        func.sum(EvidenceSideEffect.reported),
        func.sum(EvidenceSideEffect.serious),
    )
    .join(Evidence, col(Evidence.id) == col(EvidenceSideEffect.evidence_id))
    .where(col(Evidence.practice_id) == bindparam("practice"))
    .group_by(col(Evidence.item_id), col(EvidenceSideEffect.term))
)
