"""Which herbs help more often, or less often, than they did: with control for looking at many of them."""

from dataclasses import dataclass

from domain import evidence
from domain.cell_views import NO_WINDOWS, item_name, require_statistics
from domain.permission import Actor
from domain.services import Services
from domain.statistics import Trend, benjamini_hochberg, trend, trend_p
from domain.summed_views import plus_windows
from storage import evidence as rows
from storage.evidence import Cell

FALSE_DISCOVERY_RATE = 0.10


@dataclass(frozen=True, slots=True)
class Change:
    """A herb's last 30 days beside the 60 before, summed over conditions; each (improved, answered)."""

    item_id: str
    name: str
    trend: Trend
    """Rising or falling where the change holds after control for looking at many herbs."""
    recent: tuple[int, int]
    before: tuple[int, int]

    @property
    def points(self) -> float:
        """How much the share changed, −1 to 1."""
        return self.recent[0] / self.recent[1] - self.before[0] / self.before[1]


@dataclass(frozen=True, slots=True)
class Trending:
    """What was compared, the largest change first, and how many herbs could not be."""

    compared: tuple[Change, ...]
    insufficient: int
    """Herbs with fewer than 10 answers in one of the windows."""

    @property
    def holding(self) -> tuple[Change, ...]:
        """Those that rise or fall."""
        return tuple(one for one in self.compared if one.trend in (Trend.RISING, Trend.FALLING))


def of_practice(services: Services, actor: Actor, language: str = "en") -> Trending:
    """Compare each herb's two windows. Raises NotAllowed.

    A change counts where it survives control of the false-discovery rate over all herbs that could be compared
    (Benjamini–Hochberg, q = 0.10, two-sided), and is a trend by itself. Source: reference 4.8 and 4.11.
    """
    require_statistics(actor)
    with services.database.read() as session:
        cells = rows.cells(session, actor.practice_id)
        windows = evidence.windows(session, actor.practice_id)
    herbs: dict[str, list[Cell]] = {}
    for cell in cells:
        herbs.setdefault(cell.item_id, []).append(cell)
    both = {
        item_id: plus_windows([windows.get(cell.id, NO_WINDOWS) for cell in group])
        for item_id, group in sorted(herbs.items())
    }
    enough = {item_id: pair for item_id, pair in both.items() if min(pair[0][1], pair[1][1]) >= evidence.TREND_MINIMUM}
    rises = [1 - trend_p(recent, before, margin=0.0) for recent, before in enough.values()]
    kept = benjamini_hochberg([min(1.0, 2 * min(p, 1 - p)) for p in rises], FALSE_DISCOVERY_RATE)
    knowledge = services.library.of(actor.practice_id).knowledge
    changes = [
        Change(
            item_id=item_id,
            name=item_name(item_id, herbs[item_id][0].item_name, knowledge, language),
            trend=trend(recent, before) if holds else Trend.STEADY,
            recent=recent,
            before=before,
        )
        for (item_id, (recent, before)), holds in zip(enough.items(), kept, strict=True)
    ]
    changes.sort(key=lambda one: -abs(one.points))
    return Trending(tuple(changes), len(both) - len(enough))
