"""Counting what is given together: how many recommendations of a cell ran while the patient also took another item.

One runs from its approval until it is stopped. Where the times of two overlap, by whatever diagnosis, each counts the other's
item once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.ledger import Change
from domain.telling import COUNTED
from storage import evidence as rows
from storage import recounting, tallies
from storage.tables import Recommendation


@dataclass(frozen=True, slots=True)
class Course:
    """One item that a patient takes for a condition, from ``start`` until ``end``; None: it goes on."""

    id: int
    practice_id: int
    item_id: str
    condition_id: str
    start: datetime
    end: datetime | None


def partners(courses: Iterable[Course]) -> dict[Course, frozenset[str]]:
    """Say of each of a patient's courses which other items ran at some time beside it."""
    listed = list(courses)
    return {
        one: frozenset(other.item_id for other in listed if other.item_id != one.item_id and _overlap(one, other))
        for one in listed
    }


def begun(change: Change, recommendation: Recommendation) -> None:
    """Count a recommendation that was approved just now beside what its patient takes."""
    after = courses(change, recommendation.patient_id)
    exchange(change, [one for one in after if one.id != recommendation.id], after)


def ended(change: Change, recommendation: Recommendation) -> None:
    """Count a recommendation that was stopped just now as one that runs no longer."""
    after = courses(change, recommendation.patient_id)
    exchange(change, [replace(one, end=None) if one.id == recommendation.id else one for one in after], after)


def resumed(change: Change, recommendation: Recommendation, stopped: datetime | None) -> None:
    """Count a recommendation whose stop was taken back just now as one that never ended."""
    after = courses(change, recommendation.patient_id)
    exchange(change, [replace(one, end=stopped) if one.id == recommendation.id else one for one in after], after)


def courses(change: Change, patient_id: int) -> list[Course]:
    """Read everything that a patient was ever given and that could be counted."""
    return [
        Course(row.id or 0, row.practice_id, row.item_id, row.condition_id, row.approved, row.stopped)
        for row in recounting.courses(change.session, patient_id, COUNTED)
        if row.approved is not None
    ]


def exchange(change: Change, before: list[Course], after: list[Course]) -> None:
    """Count a patient's courses ``after`` a change in place of those ``before`` it."""
    more: dict[tuple[int, str, str, str], int] = {}
    for listed, sign in ((before, -1), (after, +1)):
        for one, others in partners(listed).items():
            for other in others:
                where = one.practice_id, one.item_id, one.condition_id, other
                more[where] = more.get(where, 0) + sign
    for (practice_id, item_id, condition_id, other), number in sorted(more.items()):
        cell = rows.cell(change.rows, practice_id, item_id, condition_id) if number else None
        if cell is not None:
            tallies.count_together(change.rows, cell.id, other, number)


def _overlap(one: Course, other: Course) -> bool:
    return (one.end is None or other.start < one.end) and (other.end is None or one.start < other.end)
