"""Counting again from the answers: what the running counts have to agree with, and what makes them agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlmodel import col, select

from domain import evidence
from domain.evidence import CellCounts, Counted
from domain.ledger import Change
from domain.outcome import improved
from domain.services import Services
from domain.telling import COUNTED, tell_effectiveness
from storage import recounting as rows
from storage.answer import keep_counted
from storage.recounting import Standing
from storage.tables import Practice, Recommendation


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
    for one in rows.standing(change.session, practice_id, item_id, condition_id, COUNTED):
        newest = one.id
        counted = counted_for(one)
        if counted != Counted(one.prescribed_counted, one.outcome_counted, one.rating_counted, one.counted_on):
            evidence.note(one, counted)
            keep_counted(change.rows, one)
            corrected = True
        _add(counts, counted)
    plan = change.session.get(Recommendation, newest) if newest is not None else None
    name = plan.name if plan else item_id
    corrected |= evidence.correct(change, practice_id, item_id, name, condition_id, counts)
    if corrected and plan is not None:
        tell_effectiveness(change, plan)  # and so to all that take the same
    return corrected


def _add(counts: CellCounts, one: Counted) -> None:
    counts.prescribed += one.prescribed
    if one.rating is not None:
        counts.ratings += 1
        counts.rating_sum += one.rating
    if one.outcome is not None and one.on is not None:
        counts.answered += 1
        counts.improved += one.outcome
        improved_then, answered_then = counts.days.get(one.on, (0, 0))
        counts.days[one.on] = improved_then + one.outcome, answered_then + 1
