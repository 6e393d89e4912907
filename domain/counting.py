"""How what the program counts of itself is kept: plain numbers, and histograms where sizes matter.

Nothing here locks. Each is counted by one thread (the event loop, or the one that writes), or by several where one that is
lost now and then does no harm.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

Counts = Mapping[str, Any]
"""A number by its name; where it has labels, by their values, one level for each; a histogram as ``Histogram.as_dict`` says."""

QUICK = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25)
"""Upper bounds, in seconds, of what is worked out inside a change."""
BUCKETS, SUM = "buckets", "sum"


class Histogram:
    """How many were at most so large, and what they came to together; counting one takes less than a microsecond."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """``bounds`` are upper bounds, the smallest first; what is larger than the last is counted by itself."""
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        """By the smallest bound that holds them; not cumulative."""
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count one."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Count how many seconds something takes, also where it fails."""
        began = perf_counter()
        try:
            yield
        finally:
            self.observe(perf_counter() - began)

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.counts)

    def as_dict(self) -> dict[str, Any]:
        """Give the counts by bound, and the sum."""
        return {BUCKETS: dict(zip((*map(str, self.bounds), "+Inf"), self.counts, strict=True)), SUM: self.total}


class Deciding:
    """How long what is decided inside and beside changes takes, and what became of refresh tokens."""

    def __init__(self) -> None:
        self.evidence = Histogram(QUICK)
        """One answer into the counts of its herb and condition, in seconds."""
        self.predictions = {by: Histogram(QUICK) for by in ("rules", "fitted", "remote")}
        """What was asked at once, in seconds, by what was asked."""
        self.refreshes: Counter[str] = Counter(dict.fromkeys(("renewed", "repeated", "reused", "refused"), 0))
        """By outcome; ``reused`` is a copy of a token, which ends its sign-in."""

    def counts(self) -> dict[str, Any]:
        """Give them by name."""
        return {
            "evidence_seconds": self.evidence.as_dict(),
            "prediction_seconds": {by: one.as_dict() for by, one in self.predictions.items()},
            "refreshes": dict(self.refreshes),
        }


def is_histogram(value: object) -> bool:
    """Say whether a count is a histogram, and no number and no labels."""
    return isinstance(value, Mapping) and value.keys() == {BUCKETS, SUM}


def total(value: Any) -> float | None:
    """Sum a count over its labels; of a histogram how many there were. None for what is no number."""
    if is_histogram(value):
        return float(sum(value[BUCKETS].values()))
    if isinstance(value, Mapping):
        return sum((total(one) or 0.0 for one in value.values()), 0.0)
    return float(value) if isinstance(value, int | float) else None
