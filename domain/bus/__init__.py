"""The bus: what a process tells the others of a commit, so that they need not wait until they look at the log.

It may lose, double and swap what it carries, and be away: the log has everything, each process looks at it by itself, and what
comes says behind which position it does (``domain/publishing.py``). So a bus never waits, never refuses and never raises.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from domain.counting import Counts, Histogram
from domain.events import LoggedEvent
from domain.hub import DRAFT_WRITTEN, EVIDENCE_MOVED
from storage.database import Rows

if TYPE_CHECKING:
    from domain.tracing import Tracing

HOP_SECONDS = 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0
"""Bounds by which it is counted how long after its commit something was heard; clocks that differ spoil it."""

PASSED_ON = frozenset({"delivery_update", DRAFT_WRITTEN, EVIDENCE_MOVED})
"""Of what is told beside the log, the types that other processes have to hear of. The rest each makes of the log by itself:
conflated effectiveness for its own followers, and that it has read a predictor or learnt from cases."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one commit tells, in its order: entries of the log, and between them what is told beside it.

    ``after`` is the position behind which they come: of the entry before them in the log, whoever wrote it.
    """

    after: int
    events: tuple[LoggedEvent, ...] = ()
    trace: str = ""
    """Where their trace goes on, where they are traced (``domain/tracing.py``)."""

    @property
    def top(self) -> int:
        """The position of the last entry of the log among them; ``after`` where there is none."""
        return next((event.position for event in reversed(self.events) if event.position is not None), self.after)

    def for_others(self) -> "Told":
        """Leave out what is told beside the log and concerns this process alone."""
        events = tuple(one for one in self.events if one.position is not None or one.type in PASSED_ON)
        return replace(self, events=events)

    def resumed(self, tracing: "Tracing") -> "Told":
        """Let what comes of these events here belong to the trace that they carry."""
        span = tracing.resumed(self.trace) if self.trace else None
        return self if span is None else replace(self, events=tuple(replace(one, span=span) for one in self.events))


@dataclass(slots=True)
class BusState:
    """Whether a bus is there; what is shown where the program says how it is."""

    name: str
    connected: bool | None = None
    """None where there is nothing to be connected to."""
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def is_connected(self, *, now: bool) -> bool:
        """Note it; says whether that is another state than before."""
        if self.connected is now:
            return False
        self.connected, self.since = now, datetime.now(UTC)
        return True


@dataclass(slots=True)
class BusCounts:
    """What a bus counts, since the program started."""

    received: int = 0
    """Messages of other processes."""
    unreadable: int = 0
    """Messages that are none of ours."""
    sent: int = 0
    unsent: int = 0
    """Messages that were not sent: too much waited, or the bus was away."""
    passing_lost: int = 0
    """Of what is told beside the log and is nowhere else, what was not sent."""
    lost_connections: int = 0
    overflows: int = 0
    """How often more came than this process took; the log has it."""
    hops: Histogram = field(default_factory=lambda: Histogram(HOP_SECONDS))

    def heard(self, committed: float) -> None:
        """Note a message of another process, and when what it tells was committed there (seconds since 1970)."""
        self.received += 1
        self.hops.observe(max(0.0, time.time() - committed))

    def counts(self, state: BusState) -> Counts:
        """Name them as the metrics do."""
        return {
            "bus_received": self.received,
            "bus_unreadable": self.unreadable,
            "bus_sent": self.sent,
            "bus_unsent": self.unsent,
            "bus_passing_lost": self.passing_lost,
            "bus_lost_connections": self.lost_connections,
            "bus_overflows": self.overflows,
            "bus_hops": self.hops.as_dict(),
            "bus_connected": None if state.connected is None else int(state.connected),
        }


Heard = Callable[[Sequence[Told]], None]
"""Takes what was heard, in the order in which it came; on the event loop, and returns at once."""


class Bus(Protocol):
    """Carries what was committed to the other processes."""

    state: BusState

    def counts(self) -> Counts:
        """Say what was counted."""

    def within(self, rows: Rows, told: Told) -> None:
        """Do what has to be done in the transaction itself, as the last thing in it."""

    def committed(self, told: Told) -> None:
        """Send it, now that it is committed; from any thread, and without waiting."""

    async def run(self, heard: Heard) -> None:
        """Hand on what the others tell, until cancelled."""
