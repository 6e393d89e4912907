"""Counting again from the answers: what the running counts have to agree with, and what makes them agree.

A cell may have a hundred thousand answers, and whoever writes meanwhile waits. So what is counted for each recommendation is
noted anew some at a time, the cell with them, and at the end the database sums up the notes.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from sqlmodel import col, select

from domain import evidence, side_effects
from domain.evidence import CellCounts, Counted
from domain.ledger import Change
from domain.outcome import improved
from domain.services import Services
from domain.telling import COUNTED, tell_effectiveness
from storage import recounting as rows
from storage.answer import keep_counted
from storage.recounting import Noted, Standing
from storage.tables import Practice

log = structlog.get_logger(__name__)

Key = TypeVar("Key", int, str)
Cell = tuple[int, str, str]
"""Practice, item and condition."""
AT_ONCE = 500
"""Recommendations that are looked at in one transaction; ``python -m bench.long_writes`` shows how long that takes."""
REST_SECONDS = 0.05
"""Between two of them. Whoever waits for SQLite's lock looks some ten times a second, and would never find it free."""


@dataclass(frozen=True, slots=True)
class Recounted:
    """One cell that was counted again, and whether it had to be corrected."""

    practice_id: int
    item_id: str
    condition_id: str
    corrected: bool


def cells(services: Services) -> list[Cell]:
    """List every cell of every practice that is there, or should be."""
    with services.database.read() as session:
        practices = session.exec(select(Practice.id).order_by(col(Practice.id))).all()
        return [
            (int(practice), *cell)
            for practice in practices
            if practice is not None
            for cell in rows.cells_of(session, practice, COUNTED)
        ]


def rebuild(services: Services, which: list[Cell]) -> Iterator[Recounted]:
    """Count these cells again, beside whatever else is going on; yields after each."""
    for cell in which:
        yield Recounted(*cell, _rebuilt(services, cell))


async def counting_again(services: Services) -> None:
    """Count what an upgrade has left to be counted, cell by cell beside whatever goes on; what is cut off begins anew."""
    try:
        if not await asyncio.to_thread(to_count, services):
            return
        for cell in await asyncio.to_thread(cells, services):
            await asyncio.to_thread(_rebuilt, services, cell)
        await services.ledger.written(lambda change: rows.counted(change.session))
    except Exception:
        log.exception("could not count the evidence again: python main.py evidence rebuild does")


def to_count(services: Services) -> bool:
    """Say whether an upgrade has left counts that are not made yet."""
    with services.database.read() as session:
        return rows.to_count(session)


def counted(services: Services) -> None:
    """Note that every cell has been counted again."""
    services.ledger.write(lambda change: rows.counted(change.session))


def counted_for(one: Standing) -> Counted:
    """Say what the evidence should count for a recommendation; nothing where its patient said no to statistics."""
    if one.statistics is False:
        return Counted()
    if one.rating is None or one.created is None:
        return Counted(prescribed=True)
    outcome = improved(
        baseline=one.baseline,
        symptom=one.symptom,
        improvement=one.improvement,
        stopped_for_side_effect=bool(one.stopped),
    )
    return Counted(True, outcome, one.rating, one.created.date())


def _rebuilt(services: Services, cell: Cell) -> bool:
    """Count a cell again; says whether anything was counted wrongly."""
    with services.database.read() as session:  # what is approved later is counted as it comes
        ids = rows.ids(session, rows.of_cell(*cell, COUNTED))
    wrong = 0
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        wrong += services.ledger.write(partial(_note_some, cell, part[0], part[-1]))
        if part[-1] != ids[-1]:
            time.sleep(REST_SECONDS)
    return services.ledger.write(partial(_sum_up, cell, bool(wrong)))


def _note_some(cell: Cell, first: int, last: int, change: Change) -> int:
    """Note anew what is counted for some recommendations of a cell, and shift the cell by it; says how many were wrong."""
    by, wrong = CellCounts(), 0
    for one in rows.standing(change.session, rows.of_cell(*cell, COUNTED), first, last):
        stood = Counted(one.prescribed_counted, one.outcome_counted, one.rating_counted, one.counted_on)
        counted = counted_for(one)
        if counted == stood:
            continue
        _add(by, _noted(stood, one.practitioner_id), sign=-1)
        _add(by, _noted(counted, one.practitioner_id), sign=+1)
        evidence.note(one, counted)
        keep_counted(change.rows, one)
        wrong += 1
    if wrong:
        evidence.shift(change, *cell[:2], _name(change, cell), cell[2], by)
    return wrong


def _sum_up(cell: Cell, corrected: bool, change: Change) -> bool:
    """Make a cell hold what is noted for its recommendations; says whether it, or what was noted (``corrected``), was wrong."""
    which, counts = rows.of_cell(*cell, COUNTED), CellCounts()
    for noted in rows.noted(change.session, which):
        _add(counts, noted)
    named: dict[int, list[tuple[str, bool]]] = {}
    for recommendation, term, serious in rows.side_effects(change.session, which):
        named.setdefault(recommendation, []).append((term, serious))
    for effects in named.values():
        for term, serious in side_effects.merged(effects).items():
            _plus(counts.beside.side_effects, term, (1, int(serious)))
    for other, many in rows.beside(change.session, which, cell[1], COUNTED).items():
        counts.beside.together[other] = (many,)
    corrected |= evidence.correct(change, *cell[:2], _name(change, cell), cell[2], counts)
    plan = rows.newest(change.session, which) if corrected else None
    if plan is not None:
        tell_effectiveness(change, plan)  # and so to all that take the same
    return evidence.correct_beside(change, *cell, counts.beside) or corrected


def _name(change: Change, cell: Cell) -> str:
    """Say what a cell's item is called, for a cell that is not there yet."""
    plan = rows.newest(change.session, rows.of_cell(*cell, COUNTED))
    return plan.name if plan else cell[1]


def _noted(counted: Counted, practitioner_id: int) -> Noted:
    """Write what is counted for one recommendation as the database sums it up."""
    rated = counted.rating is not None
    many = int(counted.prescribed)
    return Noted(practitioner_id, counted.outcome, counted.on, many, int(rated), counted.rating or 0)


def _plus(tally: dict[Key, tuple[int, ...]], key: Key, more: tuple[int, ...]) -> None:
    held = tally.get(key, (0,) * len(more))
    tally[key] = tuple(one + other for one, other in zip(held, more, strict=True))


def _add(counts: CellCounts, noted: Noted, *, sign: int = +1) -> None:
    many = sign * noted.many
    answered = many if noted.outcome is not None else 0
    improved = answered * int(bool(noted.outcome))
    counts.prescribed += many
    counts.ratings += sign * noted.ratings
    counts.rating_sum += sign * noted.rating_sum
    _plus(counts.beside.practitioners, noted.practitioner_id, (many, answered, improved))
    if answered and noted.on is not None:
        counts.answered += answered
        counts.improved += improved
        improved_then, answered_then = counts.days.get(noted.on, (0, 0))
        counts.days[noted.on] = improved_then + improved, answered_then + answered
