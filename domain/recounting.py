"""Counting again from the answers: what the running counts have to agree with, and what makes them agree."""

import asyncio
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
from storage.recounting import Standing
from storage.tables import Practice, Recommendation

log = structlog.get_logger(__name__)

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Recounted:
    """One cell that was counted again, and whether it had to be corrected."""

    practice_id: int
    item_id: str
    condition_id: str
    corrected: bool


def cells(services: Services) -> list[tuple[int, str, str]]:
    """List every cell of every practice that is there, or should be."""
    with services.database.read() as session:
        practices = session.exec(select(Practice.id).order_by(col(Practice.id))).all()
        return [
            (int(practice), *cell)
            for practice in practices
            if practice is not None
            for cell in rows.cells_of(session, practice, COUNTED)
        ]


def rebuild(services: Services, which: list[tuple[int, str, str]]) -> Iterator[Recounted]:
    """Count these cells again, each in a transaction of its own beside whatever else is going on; yields after each."""
    for practice_id, item_id, condition_id in which:
        corrected = services.ledger.write(partial(_rebuild, practice_id, item_id, condition_id))
        yield Recounted(practice_id, item_id, condition_id, corrected)


async def counting_again(services: Services) -> None:
    """Count what an upgrade has left to be counted, cell by cell beside whatever goes on; what is cut off begins anew."""
    try:
        if not await asyncio.to_thread(to_count, services):
            return
        for where in await asyncio.to_thread(cells, services):
            await services.ledger.written(partial(_rebuild, *where))
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


def _rebuild(practice_id: int, item_id: str, condition_id: str, change: Change) -> bool:
    counts, newest, corrected = CellCounts(), None, False
    of: set[int] = set()
    for one in rows.standing(change.session, practice_id, item_id, condition_id, COUNTED):
        newest = one.id
        counted = counted_for(one)
        if counted != Counted(one.prescribed_counted, one.outcome_counted, one.rating_counted, one.counted_on):
            evidence.note(one, counted)
            keep_counted(change.rows, one)
            corrected = True
        _add(counts, counted, one)
        if counted.prescribed:
            of.add(one.id)
    _count_beside(change, counts, practice_id, item_id, condition_id, of)
    plan = change.session.get(Recommendation, newest) if newest is not None else None
    name = plan.name if plan else item_id
    corrected |= evidence.correct(change, practice_id, item_id, name, condition_id, counts)
    if corrected and plan is not None:
        tell_effectiveness(change, plan)  # and so to all that take the same
    return evidence.correct_beside(change, practice_id, item_id, condition_id, counts.beside) or corrected


def _count_beside(
    change: Change, counts: CellCounts, practice_id: int, item_id: str, condition_id: str, of: set[int]
) -> None:
    """Count side effects, and what ran beside, of these recommendations of a cell."""
    where = practice_id, item_id, condition_id, COUNTED
    named: dict[int, list[tuple[str, bool]]] = {}
    for recommendation, term, serious in rows.side_effects(change.session, *where):
        if recommendation in of:
            named.setdefault(recommendation, []).append((term, serious))
    for effects in named.values():
        for term, serious in side_effects.merged(effects).items():
            _plus(counts.beside.side_effects, term, (1, int(serious)))
    for recommendation, other in rows.beside(change.session, *where):
        if recommendation in of:
            _plus(counts.beside.together, other, (1,))


def _plus(tally: dict[Key, tuple[int, ...]], key: Key, more: tuple[int, ...]) -> None:
    held = tally.get(key, (0,) * len(more))
    tally[key] = tuple(one + other for one, other in zip(held, more, strict=True))


def _add(counts: CellCounts, one: Counted, standing: Standing) -> None:
    counts.prescribed += one.prescribed
    if one.prescribed:
        outcome = (1, int(one.outcome is not None), int(bool(one.outcome)))
        _plus(counts.beside.practitioners, standing.practitioner_id, outcome)
    if one.rating is not None:
        counts.ratings += 1
        counts.rating_sum += one.rating
    if one.outcome is not None and one.on is not None:
        counts.answered += 1
        counts.improved += one.outcome
        improved_then, answered_then = counts.days.get(one.on, (0, 0))
        counts.days[one.on] = improved_then + one.outcome, answered_then + 1
