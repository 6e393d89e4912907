"""What the program counts of itself, each with its unit and, where there is one, from when on somebody should look at it.

No person, patient or diagnosis is in it: whoever runs the program sees it without seeing a record. The thresholds are proposals
of ours, each with its reason in docs/operations.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain import status
from domain.backup import BACKED_UP
from domain.ledger import utc_now
from domain.permission import Actor
from domain.services import Services
from storage import delivery, marks, size

MB = 1024 * 1024


class Unit(StrEnum):
    """What a number counts."""

    COUNT = "count"
    SECONDS = "seconds"
    BYTES = "bytes"


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
    Measure("delivery_seconds", "delivery", Unit.SECONDS, limit=0.25),
    Measure("messages_sent", "delivery", grows=True),
    Measure("resumes_whole", "delivery", grows=True),
    Measure("resumes_refused", "delivery", limit=50, grows=True),
    Measure("snapshots", "delivery", grows=True),
    Measure("unacknowledged", "delivery", limit=1_000),
    Measure("acks_waiting", "delivery", limit=5_000),
    Measure("ledger_commits", "writing", grows=True),
    Measure("ledger_waiting", "writing", limit=100),
    Measure("unscored", "writing"),
    Measure("oldest_unscored_seconds", "writing", Unit.SECONDS, limit=300.0),
    Measure("loop_lag_seconds", "machine", Unit.SECONDS, limit=0.1),
    Measure("database_bytes", "machine", Unit.BYTES),
    Measure("journal_bytes", "machine", Unit.BYTES, limit=64.0 * MB),
    Measure("backup_age_seconds", "machine", Unit.SECONDS, limit=2 * 86_400.0),
    Measure("uptime_seconds", "machine", Unit.SECONDS),
)
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
    """By label, where it has one."""

    @property
    def wants_a_look(self) -> bool:
        """Whether it has come to its threshold."""
        judged = self.hour if self.measure.grows else self.value
        return judged is not None and self.measure.limit is not None and judged >= self.measure.limit


@dataclass(frozen=True, slots=True)
class Operations:
    """How the program runs."""

    shown: tuple[Shown, ...]
    version: str
    started: datetime
    backed_up: datetime | None


def read(services: Services, actor: Actor, counts: Mapping[str, Any]) -> Operations:
    """Read how the program runs; ``counts`` is what its parts say, asked on the event loop. Raises NotAllowed."""
    status.require(actor)
    now = utc_now()
    with services.database.read() as session:
        unacknowledged = delivery.unacknowledged(session, actor.practice_id, now)
        made = marks.read(session, BACKED_UP)
    database, journal = size.on_disk(services.database)
    backed_up = datetime.fromisoformat(made) if made else None
    found: dict[str, Any] = {
        **counts,
        "unacknowledged": sum(unacknowledged.values()),
        "database_bytes": database,
        "journal_bytes": journal,
        "backup_age_seconds": None if backed_up is None else (now - backed_up).total_seconds(),
        "uptime_seconds": (now - services.running.started).total_seconds(),
    }
    hour = services.running.within_the_hour(counts)
    return Operations(
        tuple(shown(one, found.get(one.name), hour.get(one.name)) for one in MEASURES),
        services.running.version,
        services.running.started,
        backed_up,
    )


def shown(measure: Measure, value: Any, hour: float | None) -> Shown:
    """Describe a measure; of a histogram the bound under which nearly all lies, of labels their sum."""
    if measure.name == "delivery_seconds":
        counted = value or {}
        return Shown(measure, at_most(counted, SHARE), None, counted)
    if isinstance(value, Mapping):
        return Shown(measure, float(sum(value.values())), hour if measure.grows else None, value)
    return Shown(measure, value, hour if measure.grows else None)


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
