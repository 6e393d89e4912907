"""What the program counts of itself, each with its unit and, where there is one, from when on somebody should look at it.

No person, patient or diagnosis is in it: whoever runs the program sees it without seeing a record. The thresholds are proposals
of ours, each with its reason in docs/operations.md.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain import processes, status
from domain.backup import BACKED_UP
from domain.counting import BUCKETS, is_histogram, total
from domain.ledger import utc_now
from domain.observing import observe
from domain.permission import Actor
from domain.processes import Process
from domain.services import Services
from storage import delivery, marks

MB = 1024 * 1024


class Unit(StrEnum):
    """What a number counts."""

    COUNT = "count"
    SECONDS = "seconds"
    BYTES = "bytes"
    SHARED = "shared"
    """Changes in one transaction, counted in steps."""
    STATE = "state"
    """1 where it is as it should be, 0 where it is not."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted."""

    name: str
    group: str
    unit: Unit = Unit.COUNT
    limit: float | None = None
    """From here on it wants a look."""
    grows: bool = False
    """It only grows since the start: what counts is how much it grew within the hour."""


MEASURES = (
    Measure("pages_open", "connections"),
    Measure("connections_by_kind", "connections", limit=8_000),
    Measure("hub_followers", "connections"),
    Measure("refused", "connections", limit=100, grows=True),
    Measure("connections_closed", "connections", grows=True),
    Measure("slow_clients_cut", "connections", limit=10, grows=True),
    Measure("clients_behind", "connections", limit=100),
    Measure("outbound_bytes", "connections", Unit.BYTES, limit=64.0 * MB),
    Measure("delivery_seconds", "delivery", Unit.SECONDS, limit=0.25),
    Measure("confirmation_seconds", "delivery", Unit.SECONDS),
    Measure("messages_sent", "delivery", grows=True),
    Measure("page_pushes", "delivery", grows=True),
    Measure("resumes_whole", "delivery", grows=True),
    Measure("resumes_refused", "delivery", limit=50, grows=True),
    Measure("snapshots", "delivery", grows=True),
    Measure("gaps", "delivery", limit=10, grows=True),
    Measure("unacknowledged", "delivery", limit=1_000),
    Measure("oldest_undelivered_seconds", "delivery", Unit.SECONDS),
    Measure("acks_waiting", "delivery", limit=5_000),
    Measure("ledger_commits", "writing", grows=True),
    Measure("ledger_waiting", "writing", limit=100),
    Measure("write_seconds", "writing", Unit.SECONDS, limit=1.0),
    Measure("write_changes", "writing", Unit.SHARED),
    Measure("outbox_lag_events", "writing", limit=500),
    Measure("evidence_seconds", "writing", Unit.SECONDS, limit=0.25),
    Measure("prediction_seconds", "writing", Unit.SECONDS),
    Measure("unscored", "writing"),
    Measure("oldest_unscored_seconds", "writing", Unit.SECONDS, limit=300.0),
    Measure("security_refusals", "guarding", limit=500, grows=True),
    Measure("refreshes", "guarding", grows=True),
    Measure("audit_entries", "guarding"),
    Measure("audit_whole", "guarding", Unit.STATE),
    Measure("audit_verified_seconds", "guarding", Unit.SECONDS, limit=35 * 86_400.0),
    Measure("bus_connected", "cluster", Unit.STATE),
    Measure("bus_received", "cluster", grows=True),
    Measure("bus_duplicates", "cluster", grows=True),
    Measure("bus_gaps", "cluster", limit=60, grows=True),
    Measure("bus_filled", "cluster", grows=True),
    Measure("bus_lost_connections", "cluster", limit=5, grows=True),
    Measure("bus_dropped", "cluster", limit=1, grows=True),
    Measure("http_request_seconds", "machine", Unit.SECONDS, limit=1.0),
    Measure("server_errors", "machine", limit=10, grows=True),
    Measure("loop_lag_seconds", "machine", Unit.SECONDS, limit=0.1),
    Measure("database_bytes", "machine", Unit.BYTES),
    Measure("journal_bytes", "machine", Unit.BYTES, limit=64.0 * MB),
    Measure("backup_age_seconds", "machine", Unit.SECONDS, limit=2 * 86_400.0),
    Measure("uptime_seconds", "machine", Unit.SECONDS),
)
CLUSTER, BROKER = "cluster", "bus_connected"
"""The group that is there only where something carries messages between processes, and the count that says so."""
SHARE = 0.99
"""Of the deliveries: what is shown is how long all but one in a hundred took at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A measure as it stands."""

    measure: Measure
    value: float | None
    """None: not known yet."""
    hour: float | None = None
    """By how much it grew within the hour, where it only grows."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """By label, where it has one; by upper bound, where it is counted in steps."""
    in_steps: bool = False

    @property
    def wants_a_look(self) -> bool:
        """Whether it has come to its threshold, or is not as it should be."""
        if self.measure.unit is Unit.STATE:
            return self.value == 0
        judged = self.hour if self.measure.grows else self.value
        return judged is not None and self.measure.limit is not None and judged >= self.measure.limit


@dataclass(frozen=True, slots=True)
class Operations:
    """How the program runs."""

    shown: tuple[Shown, ...]
    version: str
    started: datetime
    backed_up: datetime | None
    processes: tuple[Process, ...]


def read(services: Services, actor: Actor, counts: Mapping[str, Any]) -> Operations:
    """Read how the program runs; ``counts`` is what its parts say, asked on the event loop. Raises NotAllowed."""
    status.require(actor)
    with services.database.read() as session:
        unacknowledged = delivery.unacknowledged(session, actor.practice_id, utc_now())
        made = marks.read(session, BACKED_UP)
    found = dict(counts) | observe(services) | {"unacknowledged": sum(unacknowledged.values())}
    hour = services.running.within_the_hour(counts)
    return Operations(
        tuple(
            shown(one, found.get(one.name), hour.get(one.name))
            for one in MEASURES
            if one.group != CLUSTER or found.get(BROKER) is not None
        ),
        services.running.version,
        services.running.started,
        datetime.fromisoformat(made) if made else None,
        tuple(processes.read(services)),
    )


def shown(measure: Measure, value: Any, hour: float | None) -> Shown:
    """Describe a measure; of a histogram the bound under which nearly all lies, of labels their sum."""
    steps = _steps(value)
    if steps is not None:
        return Shown(measure, at_most(steps, SHARE), None, steps, in_steps=True)
    if isinstance(value, Mapping):
        return Shown(measure, total(value), hour if measure.grows else None, dict(_parts(value)))
    return Shown(measure, value, hour if measure.grows else None)


def _steps(value: Any) -> dict[str, float] | None:
    """Put the histograms of all labels together; None for what is counted otherwise."""
    if is_histogram(value):
        return dict(value[BUCKETS])
    if not isinstance(value, Mapping) or not value:
        return None
    together: Counter[str] = Counter()
    for one in value.values():
        inside = _steps(one)
        if inside is None:
            return None
        for bound, count in inside.items():
            together[bound] += int(count)
    return dict(together)


def _parts(value: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, one in value.items():
        if isinstance(one, Mapping):
            yield from ((f"{name} {inner}", count) for inner, count in _parts(one))
        else:
            yield name, float(one)


def at_most(counted: Mapping[str, float], share: float) -> float | None:
    """Say how long at most so large a share took, from counts by upper bound in ascending order; None before the first.

    It is the bound of a bucket, so never less than the truth; what is over the last bound is infinite.
    """
    total = sum(counted.values())
    if not total:
        return None
    within = 0.0
    for bound, count in counted.items():
        within += count
        if within >= share * total:
            return float(bound)
    return float("inf")
