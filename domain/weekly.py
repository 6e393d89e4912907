"""How answers come in and how many of them are of patients who improved: the practice's funnel, and its weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

from domain import cell_views
from domain.cell_views import require_statistics
from domain.ledger import utc_now
from domain.permission import Actor
from domain.services import Services
from domain.statistics import Tier, bounds, tier, wilson
from storage import evidence as rows

WEEKS = 26
"""Shown, this one included: half a year."""


@dataclass(frozen=True, slots=True)
class Week:
    """The answers of one week; the present one is not over."""

    first: date
    """Its Monday."""
    improved: int
    answered: int
    share: float | None
    """Improved of answered, with its 95 % Wilson interval ``low``–``high``; all None below 5 answers."""
    low: float | None
    high: float | None
    over: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """Recommendations that were prescribed, answered, and improved, over all that the search finds."""

    prescribed: int
    answered: int
    improved: int
    worst_case: tuple[float, float] | None
    """Share improved of all prescribed if nobody, and if everybody, who is silent improved; None below 5 answers."""
    tier: Tier


@dataclass(frozen=True, slots=True)
class Course:
    """The funnel and the weeks of one search."""

    funnel: Funnel
    weeks: tuple[Week, ...]
    """The earliest first, none left out; empty where there is no answer in any."""


def of_practice(services: Services, actor: Actor, words: str = "", language: str = "en") -> Course:
    """Sum up the cells that are called like the words. Raises NotAllowed."""
    require_statistics(actor)
    today = utc_now().date()
    first = monday(today) - timedelta(weeks=WEEKS - 1)
    with services.database.read() as session:
        cells = cell_views.called_like(services, actor, words, language, rows.cells(session, actor.practice_id))
        ids = [cell.id for cell in cells] if words else None
        days = rows.by_day(session, actor.practice_id, first, today, ids)
    prescribed, answered, improved = (
        sum(getattr(cell, count) for cell in cells) for count in ("prescribed", "answered", "improved")
    )
    return Course(funnel(prescribed, answered, improved), weeks(days, today))


def funnel(prescribed: int, answered: int, improved: int) -> Funnel:
    """Count, and bound what the silent ones may change."""
    how_sure = tier(answered)
    between = None if how_sure is Tier.HIDDEN else bounds(improved, answered, prescribed)
    return Funnel(prescribed, answered, improved, between, how_sure)


def weeks(days: dict[date, tuple[int, int]], today: date) -> tuple[Week, ...]:
    """Sum (improved, answered) by day up to weeks that begin on Mondays, the last of them with ``today`` in it."""
    if not days:
        return ()
    last = monday(today)
    firsts = [last - timedelta(weeks=ago) for ago in range(WEEKS - 1, -1, -1)]
    sums = dict.fromkeys(firsts, (0, 0))
    for day, (improved, answered) in days.items():
        if (week := monday(day)) in sums:
            sums[week] = sums[week][0] + improved, sums[week][1] + answered
    return tuple(_week(first, *counts, over=first < last) for first, counts in sums.items())


def monday(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _week(first: date, improved: int, answered: int, *, over: bool) -> Week:
    if tier(answered) is Tier.HIDDEN:
        return Week(first, improved, answered, None, None, None, over)
    low, high = wilson(improved, answered)
    return Week(first, improved, answered, improved / answered, low, high, over)
