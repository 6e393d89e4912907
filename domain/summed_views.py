"""What the practice knows of a herb over all conditions, and of a condition over all herbs: sums over cells.

A sum over different conditions is a mixture: it says how often patients who took the herb improved with the mix of conditions
that this practice has, and not how often it helps for any one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from domain import evidence
from domain.cell_views import (
    NO_WINDOWS,
    Found,
    Numbers,
    Stretch,
    by_lower_end,
    item_name,
    likes,
    rank,
    require_statistics,
    trend_of,
)
from domain.library import Knowledge
from domain.permission import Actor
from domain.services import Services
from domain.snapshot import condition_name
from domain.statistics import Estimate, Pool, Prior, Tier, bounds, posteriors, tier
from storage import evidence as rows
from storage.evidence import Cell, Windows

By = Literal["herb", "condition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SummedView(Numbers):
    """Sums over the cells of one herb, or of one condition; ``prior`` is the practice's, without these answers."""

    id: str
    name: str
    cells: int
    """How many conditions the herb was given for, or how many herbs for the condition."""


@dataclass(slots=True)
class _Sum:
    """Cells that are summed up."""

    id: str
    cells: list[Cell]

    def of(self, count: str) -> int:
        return sum(getattr(cell, count) for cell in self.cells)

    @property
    def counts(self) -> tuple[int, int]:
        return self.of("improved"), self.of("answered")


def found(
    services: Services, actor: Actor, by: By, words: str = "", language: str = "en", limit: int | None = None
) -> Found[SummedView]:
    """List the herbs, or the conditions, that are called like the words, best first as cells are. Raises NotAllowed."""
    require_statistics(actor)
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        sums = _called_like(words, rows.cells(session, actor.practice_id), by, knowledge, language)
        shown = _best_first(sums, evidence.pool(session, actor.practice_id))[:limit]
        ids = [cell.id for one, _known, _prior in shown for cell in one.cells]
        windows = evidence.windows(session, actor.practice_id, ids)
    views = tuple(_view(one, _name(one, by, knowledge, language), known, prior, windows) for one, known, prior in shown)
    return Found(views, len(sums))


def stretch(
    services: Services, actor: Actor, by: By, words: str, language: str, first: int, many: int, weakest: bool
) -> Stretch[SummedView]:
    """List herbs, or conditions, with a share, as ``cell_views.stretch`` lists cells. Raises NotAllowed."""
    require_statistics(actor)
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        sums = _called_like(words, rows.cells(session, actor.practice_id), by, knowledge, language)
        all_three = _best_first(sums, evidence.pool(session, actor.practice_id))
        counted = [(known, (one, prior)) for one, known, prior in all_three if not _hidden(one)]
        ordered = by_lower_end(counted, weakest=weakest)
        shown = ordered[first : first + many]
        ids = [cell.id for _known, (one, _prior) in shown for cell in one.cells]
        windows = evidence.windows(session, actor.practice_id, ids)
    few = [one.of("answered") for one in sums if _hidden(one)]
    views = tuple(
        _view(one, _name(one, by, knowledge, language), known, prior, windows) for known, (one, prior) in shown
    )
    return Stretch(views, len(ordered), len(few), max(few, default=0))


def _hidden(one: _Sum) -> bool:
    return tier(one.of("answered")) is Tier.HIDDEN


def view_of(services: Services, actor: Actor, by: By, name: str, language: str = "en") -> SummedView | None:
    """Sum up one herb, or one condition; None while nobody was prescribed it. Raises NotAllowed."""
    require_statistics(actor)
    which = {"item_id": name} if by == "herb" else {"condition_id": name}
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id, **which)
        if not cells:
            return None
        [(one, known, prior)] = _best_first(_summed(cells, by), evidence.pool(session, actor.practice_id))
        windows = evidence.windows(session, actor.practice_id, [cell.id for cell in cells])
    knowledge = services.library.of(actor.practice_id).knowledge
    return _view(one, _name(one, by, knowledge, language), known, prior, windows)


def _called_like(words: str, cells: Sequence[Cell], by: By, knowledge: Knowledge, language: str) -> list[_Sum]:
    sums = _summed(cells, by)
    if not words:
        return sums
    return [one for one in sums if likes(words, _name(one, by, knowledge, language), one.cells[0].item_name)]


def _summed(cells: Sequence[Cell], by: By) -> list[_Sum]:
    sums: dict[str, _Sum] = {}
    for cell in cells:
        name = cell.item_id if by == "herb" else cell.condition_id
        sums.setdefault(name, _Sum(name, [])).cells.append(cell)
    return list(sums.values())


def _best_first(sums: Sequence[_Sum], pool: Pool) -> list[tuple[_Sum, Estimate | None, Prior]]:
    counts = [one.counts for one in sums]
    priors = [pool.practice(without=one) for one in counts]
    estimates = posteriors(counts, priors)
    all_three = [
        (one, known if known.answered else None, prior)
        for one, known, prior in zip(sums, estimates, priors, strict=True)
    ]
    all_three.sort(key=lambda row: (*rank(row[1], row[0].of("answered")), row[0].id))
    return all_three


def _name(one: _Sum, by: By, knowledge: Knowledge, language: str) -> str:
    if by == "condition":
        return condition_name(one.id, knowledge, language)
    return item_name(one.id, one.cells[0].item_name, knowledge, language)


def _view(one: _Sum, name: str, known: Estimate | None, prior: Prior, windows: dict[int, Windows]) -> SummedView:
    improved, answered = one.counts
    how_plainly = tier(answered)
    hidden = how_plainly is Tier.HIDDEN
    prescribed, ratings = one.of("prescribed"), one.of("ratings")
    return SummedView(
        id=one.id,
        name=name,
        cells=len(one.cells),
        prescribed=prescribed,
        answered=answered,
        improved=improved,
        estimate=None if hidden else known,
        tier=how_plainly,
        trend=trend_of(plus_windows([windows.get(cell.id, NO_WINDOWS) for cell in one.cells]), prior),
        average_rating=one.of("rating_sum") / ratings if ratings else None,
        worst_case=bounds(improved, answered, prescribed) if prescribed and not hidden else None,
        prior=prior,
        updated=max(cell.updated for cell in one.cells),
    )


def plus_windows(windows: Sequence[Windows]) -> Windows:
    """Add up the two windows of several cells."""
    (recent_k, recent_n), (before_k, before_n) = (
        (sum(one[at][0] for one in windows), sum(one[at][1] for one in windows)) for at in (0, 1)
    )
    return (recent_k, recent_n), (before_k, before_n)
