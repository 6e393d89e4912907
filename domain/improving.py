"""What to improve next: which herbs the practice should look at, ask about or change first, each with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from math import sqrt

from domain.statistics import Signal, Tier, tier

MOST = 10
MOST_WATCHED, MOST_WORSE, MOST_SILENT, MOST_UNSURE = 4, 3, 4, 3
"""So that one reason leaves room for the others (a proposal)."""
LEAST_PRESCRIBED = 5
LEAST_SILENT = 5
LEAST_WIDTH = 1 / 3
"""Of the worst case, before silence is worth a line: a third of the patients (a proposal)."""
LEAST_COMPARED = 10
"""Answers for a condition's other herbs before something is called worse than they are; as a window of the trend."""
MORE_ANSWERS = 10
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Cell:
    """One herb for one condition in plain numbers; ``mean``, ``high`` (0–1) and ``strength`` (answers) of its posterior."""

    item_id: str
    item: str
    condition_id: str
    condition: str
    prescribed: int
    answered: int
    improved: int
    mean: float
    high: float
    strength: float
    silent: int = 0
    """Patients who were asked long enough ago and have not said how it went."""

    @property
    def width(self) -> float:
        """How wide the 95 % interval is, nearly (normal approximation)."""
        return self.width_with(0)

    def width_with(self, more: int) -> float:
        """How wide it would be with so many more answers of which the same share improved."""
        return 2 * Z95 * sqrt(self.mean * (1 - self.mean) / (self.strength + self.answered + more + 1))


@dataclass(frozen=True, slots=True)
class Watched:
    """A side effect that stands out for a herb, or that somebody called serious."""

    item_id: str
    item: str
    term: str
    reported: int
    answered: int
    serious: int
    verdict: Signal


@dataclass(frozen=True, slots=True)
class Worse:
    """Even the upper end of the interval lies below what improved with the condition's other herbs (``usual``, 0–1)."""

    cell: Cell
    usual: float


@dataclass(frozen=True, slots=True)
class Silent:
    """Many patients have not said how it went: the worst case is wide."""

    cell: Cell


@dataclass(frozen=True, slots=True)
class Unsure:
    """Often prescribed, and little is known: ten more answers would narrow its interval by ``gain`` (0–1)."""

    cell: Cell
    gain: float

    @property
    def shown(self) -> bool:
        """Whether the width of the interval may be told: it says something of the share."""
        return tier(self.cell.answered) is not Tier.HIDDEN


Step = Watched | Worse | Silent | Unsure


def next_steps(cells: Sequence[Cell], side_effects: Iterable[Watched] = ()) -> list[Step]:
    """Rank what to look at next, at most ten, each cell once.

    First side effects: serious ones, then signals, then what is watched. Then what is worse than expected, by how much. Then,
    by turns, where most patients are silent, and where ten more answers would narrow an interval most, weighted by how often
    the herb is prescribed for the condition. Our proposal; no source.
    """
    watched = sorted(
        (one for one in side_effects if one.serious or one.verdict is not Signal.NONE),
        key=lambda one: (-one.serious, one.verdict is not Signal.SIGNAL, -one.reported, one.item_id, one.term),
    )
    worse = _worse(cells)
    called_worse = {id(one.cell) for one in worse}
    rest = [cell for cell in cells if id(cell) not in called_worse and cell.prescribed >= LEAST_PRESCRIBED]
    silent = sorted(
        (Silent(cell) for cell in rest if cell.silent >= LEAST_SILENT and cell.silent >= LEAST_WIDTH * cell.prescribed),
        key=lambda one: (-one.cell.silent, one.cell.item_id, one.cell.condition_id),
    )
    unsure = sorted(
        (Unsure(cell, _gain(cell)) for cell in rest if tier(cell.answered) is not Tier.PLAIN),
        key=lambda one: (-one.gain * one.cell.prescribed, one.cell.item_id, one.cell.condition_id),
    )
    asked_about = {id(one.cell) for one in silent[:MOST_SILENT]}
    unsure = [one for one in unsure if id(one.cell) not in asked_about]
    by_turns = chain.from_iterable(zip_longest(silent[:MOST_SILENT], unsure[:MOST_UNSURE]))
    return [*watched[:MOST_WATCHED], *worse[:MOST_WORSE], *(one for one in by_turns if one is not None)][:MOST]


def _worse(cells: Sequence[Cell]) -> list[Worse]:
    sums: dict[str, tuple[int, int]] = {}
    for cell in cells:
        improved, answered = sums.get(cell.condition_id, (0, 0))
        sums[cell.condition_id] = improved + cell.improved, answered + cell.answered
    worse = []
    for cell in cells:
        improved, answered = sums[cell.condition_id]
        others = answered - cell.answered
        if tier(cell.answered) is not Tier.HIDDEN and others >= LEAST_COMPARED:
            usual = (improved - cell.improved) / others
            if cell.high < usual:
                worse.append(Worse(cell, usual))
    worse.sort(key=lambda one: (one.cell.high - one.usual, one.cell.item_id, one.cell.condition_id))
    return worse


def _gain(cell: Cell) -> float:
    return cell.width - cell.width_with(MORE_ANSWERS)
