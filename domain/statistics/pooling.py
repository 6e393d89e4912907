"""Say what the other cells of a practice lead one to expect of a cell.

Pooled herb×condition → condition → practice, and moved by what the herb did for other conditions. A cell is one herb for one
condition, ``k`` improved of ``n`` answered. What is kept grows with the herbs and the conditions, never with the answers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from math import prod

from domain.statistics.shares import DEFAULT_PRIOR, USUAL_STRENGTH, Prior, check_counts

MIN_STRENGTH, MAX_STRENGTH = 4.0, 50.0
"""Bounds of a fitted prior: below 4 it tames nothing, above 50 it would outvote a whole practice (design 6)."""
FEWEST_CELLS = 8
"""Fewer cells say too little about how much cells differ (design 6)."""
CELLS_OF_THE_PARTS = 30
"""How many cells the even split of the spread (a third each) is worth. A proposal: 0 to 100 predict alike from a thousand answers
on, fewer do worse below that, and with a fixed even split herbs that do not help alike everywhere are wronged."""
LEAST_VARIANCE = 1e-9
"""Less is what rounding leaves where cells do not differ at all, and has no parts."""
LEAST_DETERMINANT = 1e-6
"""Of what it is at most for numbers of that size: below it, rounding may be seen in what is solved for."""

Counts = tuple[int, int]
"""Improved and answered."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over cells with answers: how many cells, Σn, Σk, Σn², Σk²/n."""

    cells: int = 0
    answered: int = 0
    improved: int = 0
    answered_squared: float = 0.0
    improved_squared_share: float = 0.0

    def moved(self, before: Counts, after: Counts) -> "Sums":
        """Put one cell in the place of what it was; (0, 0) is no cell."""
        (k0, n0), (k1, n1) = before, after
        return Sums(
            cells=self.cells + (n1 > 0) - (n0 > 0),
            answered=self.answered + n1 - n0,
            improved=self.improved + k1 - k0,
            answered_squared=self.answered_squared + n1 * n1 - n0 * n0,
            improved_squared_share=self.improved_squared_share
            + (k1 * k1 / n1 if n1 else 0.0)
            - (k0 * k0 / n0 if n0 else 0.0),
        )

    def plus(self, other: "Sums") -> "Sums":
        """Add the sums over other cells."""
        return Sums(
            self.cells + other.cells,
            self.answered + other.answered,
            self.improved + other.improved,
            self.answered_squared + other.answered_squared,
            self.improved_squared_share + other.improved_squared_share,
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """How much cells differ beyond chance.

    As much as cells do that share a prior worth ``strength`` answers (4–50); ``herb``, ``condition`` and ``own`` are the parts of
    that which go with the herb wherever it is given, with the condition whatever is given, and with neither (sum 1).
    """

    strength: float
    herb: float
    condition: float
    own: float


def fit_prior(cells: Iterable[Counts], *, fallback_mean: float) -> Prior:
    """Fit the prior that the cells (``k, n`` each) share, by the method of moments.

    The strength is clamped to 4–50 and 10 where the cells differ no more than chance. With fewer than 8 cells the prior is
    ``fallback_mean`` (the mean of the wider pool) with strength 10. Empty cells do not count. Source: Kleinman, reference 4.3.
    """
    everything = Sums()
    for k, n in cells:
        check_counts(k, n)
        everything = everything.moved((0, 0), (k, n))
    return _prior_from(everything, fallback_mean)


class Pool:
    """What the cells of a practice say together, and the prior of each that follows from the others."""

    def __init__(self, conditions: Mapping[str, Sums], herbs: Mapping[str, Sums]) -> None:
        """Take the sums over the same cells, once by condition and once by herb."""
        self._conditions = defaultdict(Sums, conditions)
        self._herbs = defaultdict(Sums, herbs)
        self._everything = reduce(Sums.plus, self._conditions.values(), Sums())
        self._spread: Spread | None = None

    @classmethod
    def of(cls, cells: Mapping[tuple[str, str], Counts]) -> "Pool":
        """Sum up cells, each by its herb and its condition."""
        pool = cls({}, {})
        for (herb, condition), counts in cells.items():
            check_counts(*counts)
            pool.exchange(herb, condition, before=(0, 0), after=counts)
        return pool

    def exchange(self, herb: str, condition: str, *, before: Counts, after: Counts) -> None:
        """Put what a cell counts now in the place of what it counted."""
        self._conditions[condition] = self._conditions[condition].moved(before, after)
        self._herbs[herb] = self._herbs[herb].moved(before, after)
        self._everything = self._everything.moved(before, after)
        self._spread = None

    @property
    def spread(self) -> Spread:
        """How much the cells differ: the strength by the method of moments (reference 4.3), its parts by the same method.

        The parts: Henderson's method I for two crossed groupings, as shares of their sum, a negative one being none, blended
        with a third each that is worth 30 cells. With fewer than 8 cells: strength 10 in thirds.
        """
        if self._spread is None:
            parts, weight = (1 / 3, 1 / 3, 1 / 3), 0.0
            everything = self._everything
            if everything.cells >= FEWEST_CELLS and everything.answered > everything.cells:
                fitted = self._variances()
                if sum(fitted) > LEAST_VARIANCE:
                    weight = everything.cells / (everything.cells + CELLS_OF_THE_PARTS)
                    parts = fitted
            herb, condition, own = (weight * part / sum(parts) + (1 - weight) / 3 for part in parts)
            strength = _prior_from(everything, DEFAULT_PRIOR.mean).strength
            self._spread = Spread(strength, herb, condition, own)
        return self._spread

    def practice(self, without: Counts = (0, 0)) -> Prior:
        """Give the practice's prior: the default mean worth M answers, updated by all answers but those of ``without``.

        For a sum over cells, whose own answers are left out as a cell's are. The strength is that of the spread.
        """
        strength, everything = self.spread.strength, self._everything
        mean = (DEFAULT_PRIOR.mean * strength + everything.improved - without[0]) / (
            strength + everything.answered - without[1]
        )
        return Prior(_inside(mean), strength)

    def prior(self, condition: str, cells_of_herb: Mapping[str, Counts]) -> Prior:
        """Give the prior of a herb for a condition: what is expected of the condition, moved by what the herb did elsewhere.

        The practice's mean is the default prior updated by the other conditions; the condition's mean that, moved towards its
        other herbs; then the herb adds how much more often it helped for other conditions than those led one to expect. Each
        step goes as far as the answers behind it carry (best linear prediction), and the cell's own answers are left out of
        all three. The strength is what remains unknown: that of the spread where neither condition nor herb is known, more
        where they are, within 4–50; 10 with fewer than 8 cells. ``cells_of_herb`` holds the herb's counts by condition, its own
        for this one among them if it has any. Source: reference 4.3 and 4.4.
        """
        spread = self.spread
        between = 1 / (spread.strength + 1)
        noise = 1 - between
        of_herb, of_condition, own = spread.herb * between, spread.condition * between, spread.own * between
        improved, answered = cells_of_herb.get(condition, (0, 0))
        everything = self._everything.improved, self._everything.answered
        mean, condition_known = self._expected(condition, (improved, answered), everything)
        without = everything[0] - improved, everything[1] - answered
        elsewhere = {name: cell for name, cell in cells_of_herb.items() if name != condition and cell[1] > 0}
        answered = sum(n for _, n in elsewhere.values())
        herb_known = 0.0
        if answered:
            usual = sum(n * self._expected(name, (k, n), without)[0] for name, (k, n) in elsewhere.items())
            squared = sum(n * n for _, n in elsewhere.values())
            herb_known = of_herb / (of_herb + own * squared / answered**2 + noise / answered)
            mean += herb_known * (sum(k for k, _ in elsewhere.values()) - usual) / answered
        if self._everything.cells < FEWEST_CELLS:
            return Prior(_inside(mean), USUAL_STRENGTH)
        unknown = own + of_condition * (1 - condition_known) + of_herb * (1 - herb_known)
        return Prior(_inside(mean), min(max(1 / unknown - 1, MIN_STRENGTH), MAX_STRENGTH))

    def _expected(self, condition: str, cell: Counts, everything: Counts) -> tuple[float, float]:
        """Give the condition's mean without one of its cells, and how much of what sets it apart is known (0–1)."""
        spread, whole = self.spread, self._conditions.get(condition, Sums())
        practice = (DEFAULT_PRIOR.mean * spread.strength + everything[0] - whole.improved) / (
            spread.strength + everything[1] - whole.answered
        )
        # The cell is taken out by hand: this runs thousands of times for a page that compares practitioners.
        improved, answered = whole.improved - cell[0], whole.answered - cell[1]
        if answered == 0:
            return practice, 0.0
        between = 1 / (spread.strength + 1)
        blur = (spread.herb + spread.own) * between * (whole.answered_squared - cell[1] ** 2) / answered**2
        of_condition = spread.condition * between
        known = of_condition / (of_condition + blur + (1 - between) / answered)
        return practice + known * (improved / answered - practice), known

    def _variances(self) -> tuple[float, float, float]:
        """Solve for the variances of herb, condition and cell from what three sums of squares would be on average."""
        everything = self._everything
        n, k = everything.answered, everything.improved
        noise = (k - everything.improved_squared_share) / (n - everything.cells)
        mean_square = k * k / n
        of_herbs, of_conditions = _grouped(self._herbs.values()), _grouped(self._conditions.values())
        herb_sizes, condition_sizes, sizes = (
            of_herbs.sizes / n,
            of_conditions.sizes / n,
            everything.answered_squared / n,
        )
        expected = [
            [n - herb_sizes, n - condition_sizes, n - sizes],
            [of_conditions.within - herb_sizes, n - condition_sizes, of_conditions.within - sizes],
            [n - herb_sizes, of_herbs.within - condition_sizes, of_herbs.within - sizes],
        ]
        found = [
            everything.improved_squared_share - mean_square - (everything.cells - 1) * noise,
            of_conditions.square - mean_square - (of_conditions.groups - 1) * noise,
            of_herbs.square - mean_square - (of_herbs.groups - 1) * noise,
        ]
        herb, condition, own = solved(expected, found)
        return max(herb, 0.0), max(condition, 0.0), max(own, 0.0)


def solved(matrix: list[list[float]], right: list[float]) -> tuple[float, float, float]:
    """Solve three equations: by Cramer's rule, a twentieth of what numpy takes for so few, where they can well be told apart."""
    sizes = prod(max(map(abs, row)) for row in matrix)
    whole = _determinant(*matrix)
    if abs(whole) > LEAST_DETERMINANT * sizes:
        columns = [
            [[*row[:at], one, *row[at + 1 :]] for row, one in zip(matrix, right, strict=True)] for at in range(3)
        ]
        first, second, third = (_determinant(*one) / whole for one in columns)
        return first, second, third
    from numpy.linalg import lstsq

    # Least squares: what cannot be told apart (one herb to each condition) is divided evenly.
    herb, condition, own = lstsq(matrix, right, rcond=None)[0].tolist()
    return herb, condition, own


def _determinant(a: list[float], b: list[float], c: list[float]) -> float:
    return a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Of groups of cells, N and K the sums in a group: how many, ΣN², ΣK²/N, Σ(Σn²/N)."""

    groups: int
    sizes: float
    square: float
    within: float


def _grouped(groups: Iterable[Sums]) -> _Grouped:
    answered = [group for group in groups if group.answered]
    return _Grouped(
        groups=len(answered),
        sizes=sum(group.answered**2 for group in answered),
        square=sum(group.improved**2 / group.answered for group in answered),
        within=sum(group.answered_squared / group.answered for group in answered),
    )


def _prior_from(sums: Sums, fallback_mean: float) -> Prior:
    if sums.cells < FEWEST_CELLS:
        return Prior(_inside(fallback_mean), USUAL_STRENGTH)
    mean = sums.improved / sums.answered
    spread = mean * (1 - mean)
    more = sums.cells - 1
    # Σ n (k/n − mean)², multiplied out so that sums suffice.
    weighted = sums.improved_squared_share - 2 * mean * sums.improved + mean * mean * sums.answered
    typical = sums.answered - sums.answered_squared / sums.answered
    # One answer a cell says nothing about the spread between cells: the divisor is then zero.
    if spread == 0 or typical <= more:
        return Prior(_inside(mean), USUAL_STRENGTH)
    rho = (weighted - more * spread) / (spread * (typical - more))
    if rho <= 0:
        return Prior(_inside(mean), USUAL_STRENGTH)
    return Prior(_inside(mean), min(max(1 / rho - 1, MIN_STRENGTH), MAX_STRENGTH))


def _inside(mean: float) -> float:
    # A prior at exactly 0 or 1 could never be moved by an answer.
    return min(max(mean, 0.01), 0.99)
