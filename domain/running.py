"""How the program runs, as far as its parts say: each names what it counts once, and whoever looks asks all of them.

Beside them it is kept how late the event loop comes to what is due, once a second, and what every count was over the last hour:
that something was refused a month ago is no reason to look today.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import structlog

from domain.counting import Counts, Deciding, total
from domain.ledger import utc_now

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

SAMPLE_SECONDS = 1.0
LAG_SAMPLES = 60
"""The last minute."""
KEEP_SECONDS, KEPT = 60.0, 60
"""Counts are kept once a minute, for an hour."""


class Running:
    """What the parts of one process count."""

    def __init__(self, version: str = "") -> None:
        self.started: datetime = utc_now()
        self.version = version
        self.name = token_hex(4)
        """Of this process, among the others of the cluster; it says nothing of the machine."""
        self.deciding = Deciding()
        self.page_pushes = 0
        """Batches of changes that were handed to open pages."""
        self._sources: dict[str, Callable[[], Counts]] = {}
        self._lags: deque[float] = deque(maxlen=LAG_SAMPLES)
        self._kept: deque[dict[str, float]] = deque(maxlen=KEPT)

    def counts_by(self, part: str, count: Callable[[], Counts]) -> None:
        """Ask ``count`` for what a part counts from now on, in place of what it said before."""
        self._sources[part] = count

    def counts(self) -> dict[str, Any]:
        """Ask every part; one that cannot say leaves its own out. On the event loop, a few microseconds."""
        found: dict[str, Any] = {"loop_lag_seconds": max(self._lags, default=None), "page_pushes": self.page_pushes}
        found |= self.deciding.counts()
        for part, count in self._sources.items():
            try:
                found |= count()
            except Exception:
                log.exception("a part cannot say what it counts", part=part)
        return found

    def within_the_hour(self, counts: Counts) -> dict[str, float]:
        """Say by how much every count has grown over the last hour, or since the start; labels are summed."""
        before = self._kept[0] if self._kept else {}
        return {name: value - before.get(name, 0) for name, value in _totals(counts)}

    def pushed_a_page(self) -> None:
        """Count a batch of changes that was handed to an open page."""
        self.page_pushes += 1

    def sampled(self, lag: float) -> None:
        """Note how many seconds too late the loop came to it."""
        self._lags.append(lag)

    def keep(self) -> None:
        """Keep what is counted at present."""
        self._kept.append(dict(_totals(self.counts())))


async def sampling(services: "Services") -> None:
    """Measure how late the loop is, and keep the counts once a minute, until cancelled."""
    running = services.running
    keep_at = 0.0
    while True:
        begun = time.monotonic()
        if begun >= keep_at:
            running.keep()
            keep_at = begun + KEEP_SECONDS
        begun = time.monotonic()
        await asyncio.sleep(SAMPLE_SECONDS)
        running.sampled(max(0.0, time.monotonic() - begun - SAMPLE_SECONDS))


def _totals(counts: Counts) -> Iterator[tuple[str, float]]:
    for name, value in counts.items():
        number = total(value)
        if number is not None:
            yield name, number
