"""Counting again from the answers: what the running counts have to agree with, and what makes them agree.

A cell may have a hundred thousand answers, and whoever writes meanwhile waits. So what is noted wrongly is looked for beside
them, and one transaction mends it and lets the database sum up the notes: nobody sees a cell half counted, or counts into it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog
from sqlmodel import col, select

from domain import evidence, side_effects
from domain.errors import OutcomeUnknown, Unavailable
from domain.evidence import CellCounts, Counted
from domain.ledger import Change
from domain.outcome import improved
from domain.services import Services
from domain.statistics import ready
from domain.telling import COUNTED, tell_effectiveness
from domain.trouble import Trouble
from storage import recounting as rows
from storage.recounting import Noted, Standing
from storage.tables import Practice

log = structlog.get_logger(__name__)

Key = TypeVar("Key", int, str)
T = TypeVar("T")
Cell = tuple[int, str, str]
"""Practice, item and condition."""
AT_ONCE = 500
"""Recommendations in one statement: PostgreSQL ends what does nothing between two of them for too long."""
AGAIN_SECONDS = 1.0
"""After how long it is tried again where the database is busy or away."""


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


def rebuild(services: Services, which: Sequence[Cell]) -> Iterator[Recounted]:
    """Count these cells again, beside whatever else is going on; yields after each. Waits for a database that is busy."""
    ready()
    trouble = Trouble(log, "a cell of the evidence waits for the database")
    for cell in which:
        while True:
            try:
                corrected = _rebuilt(services, cell)
                trouble.over()
                break
            except (Unavailable, OutcomeUnknown) as error:  # what was done already is found right
                trouble.met(error)
                time.sleep(AGAIN_SECONDS)
        yield Recounted(*cell, corrected)


async def counting_again(services: Services) -> None:
    """Count what an upgrade has left to be counted, cell by cell beside whatever goes on; what is cut off begins anew.

    A cell that cannot be counted keeps no other from it; where there was one, all are counted at the next start once more.
    """
    try:
        if not await _in_the_end(partial(to_count, services)):
            return
        failed = 0
        for cell in await _in_the_end(partial(cells, services)):
            try:
                await _in_the_end(partial(_rebuilt, services, cell))
            except Exception:
                failed += 1
                log.exception("a cell of the evidence could not be counted again", practice=cell[0])
        if not failed:
            await _in_the_end(partial(counted, services))
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
    if one.approved is None or one.statistics is False:
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


async def _in_the_end(act: Callable[[], T]) -> T:
    """Do this in a thread, again and again while the database is busy or away."""
    while True:
        try:
            return await asyncio.to_thread(act)
        except (Unavailable, OutcomeUnknown):
            await asyncio.sleep(AGAIN_SECONDS)


def _rebuilt(services: Services, cell: Cell) -> bool:
    """Count a cell again; says whether anything was counted wrongly."""
    return services.ledger.write(partial(_rebuild, cell, _in_doubt(services, cell)))


def _in_doubt(services: Services, cell: Cell) -> list[int]:
    """List the recommendations of a cell for which something wrong is noted, beside whoever writes.

    Whoever counts something later notes it too, so that of the others none becomes wrong.
    """
    which = rows.of_cell(*cell, COUNTED)
    with services.database.read() as session:
        return [
            one.id
            for part in _parts(rows.ids(session, which))
            for one in rows.standing(session, which, part)
            if counted_for(one) != _stood(one)
        ]


def _rebuild(cell: Cell, in_doubt: list[int], change: Change) -> bool:
    """Note anew what is counted for these, and make the cell hold what is noted; says whether anything was wrong."""
    which, counts = rows.of_cell(*cell, COUNTED), CellCounts()
    corrected = _note_anew(cell, in_doubt, change)
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


def _note_anew(cell: Cell, in_doubt: list[int], change: Change) -> bool:
    """Note what is counted for these of a cell, as they stand by now; says whether anything else was noted."""
    which, corrected = rows.of_cell(*cell, COUNTED), False
    for part in _parts(in_doubt):
        wrong = [one for one in rows.standing(change.session, which, part) if counted_for(one) != _stood(one)]
        for one in wrong:
            evidence.note(one, counted_for(one))
        rows.keep_counted(change.rows, wrong)
        corrected |= bool(wrong)
    return corrected


def _name(change: Change, cell: Cell) -> str:
    """Say what a cell's item is called, for a cell that is not there yet."""
    plan = rows.newest(change.session, rows.of_cell(*cell, COUNTED))
    return plan.name if plan else cell[1]


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _stood(one: Standing) -> Counted:
    """Say what is noted for a recommendation."""
    return Counted(one.prescribed_counted, one.outcome_counted, one.rating_counted, one.counted_on)


def _plus(tally: dict[Key, tuple[int, ...]], key: Key, more: tuple[int, ...]) -> None:
    held = tally.get(key, (0,) * len(more))
    tally[key] = tuple(one + other for one, other in zip(held, more, strict=True))


def _add(counts: CellCounts, noted: Noted) -> None:
    answered = noted.many if noted.outcome is not None else 0
    improved = answered * int(bool(noted.outcome))
    counts.prescribed += noted.many
    counts.ratings += noted.ratings
    counts.rating_sum += noted.rating_sum
    _plus(counts.beside.practitioners, noted.practitioner_id, (noted.many, answered, improved))
    if answered and noted.on is not None:
        counts.answered += answered
        counts.improved += improved
        improved_then, answered_then = counts.days.get(noted.on, (0, 0))
        counts.days[noted.on] = improved_then + improved, answered_then + answered
