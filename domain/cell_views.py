"""What the practice knows of each herb for each condition, best first: the rows of the Effectiveness page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from domain import evidence
from domain.errors import NotAllowed
from domain.knowledge import fold, names_of
from domain.library import Knowledge
from domain.permission import Action, Actor, Thing, may
from domain.services import Services
from domain.snapshot import condition_name
from domain.statistics import Estimate, Prior, Tier, Trend, bounds, posteriors, tier, trend
from storage import evidence as rows
from storage.evidence import Cell, Windows

NO_WINDOWS: Windows = ((0, 0), (0, 0))
V = TypeVar("V")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is counted, and what follows from it; nothing of it may be shown as a share while ``tier`` is hidden."""

    prescribed: int
    answered: int
    improved: int
    estimate: Estimate | None
    """None while nobody has answered."""
    tier: Tier
    trend: Trend
    average_rating: float | None
    worst_case: tuple[float, float] | None
    """Share improved if nobody, and if everybody, who did not answer improved (Manski bounds)."""
    prior: Prior
    """What the estimate rests on beside the counts."""
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView(Numbers):
    """What the practice knows of one herb for one condition."""

    evidence_id: int
    item_id: str
    item: str
    condition_id: str
    condition: str


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """The first rows of a table, and how many there are."""

    views: tuple[V, ...]
    total: int


def of_practice(
    services: Services, actor: Actor, *, condition_id: str | None = None, item_id: str | None = None
) -> list[CellView]:
    """List what the practice knows, best first by the 5 % quantile, cells with too few answers last. Raises NotAllowed."""
    require_statistics(actor)
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id, condition_id=condition_id, item_id=item_id)
        windows = evidence.windows(session, actor.practice_id)
    knowledge = services.library.of(actor.practice_id).knowledge
    return [_view(cell, known, windows, knowledge, "en") for cell, known in _best_first(cells)]


def found(
    services: Services, actor: Actor, words: str = "", language: str = "en", limit: int | None = None
) -> Found[CellView]:
    """List the first ``limit`` of ``of_practice`` whose herb or condition is called like the words. Raises NotAllowed.

    Trends are read for those only: the days of all cells are what costs most.
    """
    require_statistics(actor)
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id)
        if words:
            cells = [cell for cell in cells if _called(cell, words, knowledge, language)]
        shown = _best_first(cells)[:limit]
        windows = evidence.windows(session, actor.practice_id, [cell.id for cell, _known in shown])
    views = tuple(_view(cell, known, windows, knowledge, language) for cell, known in shown)
    return Found(views, len(cells))


@dataclass(frozen=True, slots=True)
class Stretch(Generic[V]):
    """Some of what has a share to show, ordered by the lower end of its interval."""

    views: tuple[V, ...]
    total: int
    """How many have a share, from 5 answers on."""
    few: int
    """How many were prescribed and have fewer answers."""
    most_answers: int
    """The most answers that any of those few has."""


def stretch(
    services: Services, actor: Actor, words: str, language: str, first: int, many: int, weakest: bool
) -> Stretch[CellView]:
    """List ``many`` cells with a share from the ``first`` on, by the lower end of the 95 % interval. Raises NotAllowed.

    The greatest lower end comes first, with ``weakest`` the least.
    """
    require_statistics(actor)
    knowledge = services.library.of(actor.practice_id).knowledge
    with services.database.read() as session:
        cells = called_like(services, actor, words, language, rows.cells(session, actor.practice_id))
        both = by_lower_end(
            [(known, cell) for cell, known in _best_first(cells) if tier(cell.answered) is not Tier.HIDDEN],
            weakest=weakest,
        )
        shown = both[first : first + many]
        windows = evidence.windows(session, actor.practice_id, [cell.id for _known, cell in shown])
    few = [cell.answered for cell in cells if tier(cell.answered) is Tier.HIDDEN]
    views = tuple(_view(cell, known, windows, knowledge, language) for known, cell in shown)
    return Stretch(views, len(both), len(few), max(few, default=0))


def by_lower_end(known: Sequence[tuple[Estimate | None, T]], *, weakest: bool) -> list[tuple[Estimate | None, T]]:
    """Order by the lower end of the interval: the greatest first, or the least; what is equal stays as it was."""
    sign = 1 if weakest else -1
    return sorted(known, key=lambda one: sign * (one[0].low if one[0] else 0.0))


def called_like(services: Services, actor: Actor, words: str, language: str, cells: Sequence[Cell]) -> list[Cell]:
    """Give the cells whose herb or condition is called like the words; all of them where there are none."""
    knowledge = services.library.of(actor.practice_id).knowledge
    return [cell for cell in cells if not words or _called(cell, words, knowledge, language)]


def view_of(services: Services, actor: Actor, item_id: str, condition_id: str, language: str = "en") -> CellView | None:
    """Read one cell as the Effectiveness page shows it; None while nobody was prescribed it. Raises NotAllowed."""
    require_statistics(actor)
    with services.database.read() as session:
        cell = rows.cell(session, actor.practice_id, item_id, condition_id)
        if cell is None:
            return None
        windows = evidence.windows(session, actor.practice_id, [cell.id])
    knowledge = services.library.of(actor.practice_id).knowledge
    return _view(cell, evidence.estimate(cell), windows, knowledge, language)


def of_one(
    services: Services, actor: Actor, by: Literal["herb", "condition"], name: str, language: str = "en"
) -> list[CellView]:
    """List the cells of one herb, or of one condition, best first. Raises NotAllowed."""
    require_statistics(actor)
    which = {"item_id": name} if by == "herb" else {"condition_id": name}
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id, **which)
        windows = evidence.windows(session, actor.practice_id, [cell.id for cell in cells])
    knowledge = services.library.of(actor.practice_id).knowledge
    return [_view(cell, known, windows, knowledge, language) for cell, known in _best_first(cells)]


def require_statistics(actor: Actor) -> None:
    """Raise NotAllowed for who may not read the practice's counts."""
    if not may(actor, Action.READ_STATISTICS, Thing(actor.practice_id)):
        raise NotAllowed("The practice's statistics are for its practitioners.")


def item_name(item_id: str, name: str, knowledge: Knowledge, language: str) -> str:
    """Name a herb or formula in a language; ``name``, which it was prescribed by, in English and where it is not known."""
    row = knowledge.herbs.get(item_id) or knowledge.formulas.get(item_id) if language != "en" else None
    return name if row is None else names_of(row, language)


def likes(words: str, *names: str) -> bool:
    """Say whether one of the names holds the words, however they are written."""
    looked_for = fold(words)
    return any(looked_for in fold(name) for name in names)


def rank(known: Estimate | None, answered: int) -> tuple[bool, float]:
    """Give what a row is sorted by: enough answers first, then the 5 % quantile, best first."""
    return tier(answered) is Tier.HIDDEN, -(known.q05 if known else -1.0)


def trend_of(windows: Windows, prior: Prior) -> Trend:
    """Compare two windows; ``insufficient`` below 10 answers in either."""
    recent, before = windows
    enough = min(recent[1], before[1]) >= evidence.TREND_MINIMUM
    return trend(recent, before, prior) if enough else Trend.INSUFFICIENT


def _best_first(cells: Sequence[Cell]) -> list[tuple[Cell, Estimate | None]]:
    answered = [cell for cell in cells if cell.answered]
    estimates = posteriors(
        [(cell.improved, cell.answered) for cell in answered],
        [Prior(cell.prior_mean, cell.prior_strength) for cell in answered],
    )
    known = dict(zip((cell.id for cell in answered), estimates, strict=True))
    both = [(cell, known.get(cell.id)) for cell in cells]
    both.sort(key=lambda one: (*rank(one[1], one[0].answered), one[0].item_id, one[0].condition_id))
    return both


def _called(cell: Cell, words: str, knowledge: Knowledge, language: str) -> bool:
    name = item_name(cell.item_id, cell.item_name, knowledge, language)
    return likes(words, name, cell.item_name, condition_name(cell.condition_id, knowledge, language))


def _view(
    cell: Cell, known: Estimate | None, windows: dict[int, Windows], knowledge: Knowledge, language: str
) -> CellView:
    prior = Prior(cell.prior_mean, cell.prior_strength)
    return CellView(
        evidence_id=cell.id,
        item_id=cell.item_id,
        item=item_name(cell.item_id, cell.item_name, knowledge, language),
        condition_id=cell.condition_id,
        condition=condition_name(cell.condition_id, knowledge, language),
        prescribed=cell.prescribed,
        answered=cell.answered,
        improved=cell.improved,
        estimate=known,
        tier=tier(cell.answered),
        trend=trend_of(windows.get(cell.id, NO_WINDOWS), prior),
        average_rating=cell.rating_sum / cell.ratings if cell.ratings else None,
        worst_case=bounds(cell.improved, cell.answered, cell.prescribed) if cell.prescribed else None,
        prior=prior,
        updated=cell.updated,
    )
