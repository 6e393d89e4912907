"""The goals: ratios within one run, so that they hold on any machine; absolute numbers only where people feel them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.fanout.results import Results, Size, middle

CONNECTIONS = 1_000
"""The size that the goals are about."""
COMPARED = ("ours", "ours-hub", "raw")
"""With each broadcast committed and logged; what compares to rivals, which keep nothing; and how far anybody can come."""


@dataclass(frozen=True)
class Goal:
    """Something to reach; ``reached`` gives None where it was not measured."""

    name: str
    limit: float
    at_least: bool
    reached: Callable[[Size, str], float | None]

    def met(self, value: float) -> bool:
        """Say whether this is good enough."""
        return value >= self.limit if self.at_least else value <= self.limit

    @property
    def wanted(self) -> str:
        """The limit in words."""
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


def _times(what: str, rival: str) -> Callable[[Size, str], float | None]:
    return lambda size, ours: size.ratio(what, ours, rival)


def _own(what: str) -> Callable[[Size, str], float | None]:
    def value(size: Size, ours: str) -> float | None:
        found: Any = getattr(size.servers[ours], what) if ours in size.servers else None
        return middle(found) if isinstance(found, list) else found

    return value


GOALS = (
    Goal("deliveries/s, x FastAPI send_json", 5.5, True, _times("deliveries", "naive")),
    Goal("deliveries/s, x Node ws pre-framed", 1.2, True, _times("deliveries", "node-ws")),
    Goal("deliveries/s, x raw uvloop writer", 0.9, True, _times("deliveries", "raw")),
    Goal("p50 at 10/s, x raw uvloop writer", 1.3, False, _times("p50", "raw")),
    Goal("p99 at 10/s, x raw uvloop writer", 1.3, False, _times("p99", "raw")),
    Goal("16 outstanding, x FastAPI send_json", 40, True, _times("burst", "naive")),
    Goal("KiB a connection", 8, False, _own("kib_per_connection")),
    Goal("authenticated connections a second", 1_500, True, _own("joined_per_second")),
    Goal("HTTP p99 ms during 1,000 x 20/s", 2, False, _own("http_busy_p99")),
)


def reached(results: Results, size_name: str) -> list[dict[str, Any]]:
    """List the goals with what our two servers reached."""
    size = results.size(size_name)
    if size is None:
        return []
    rows = []
    for goal in GOALS:
        values = {name: goal.reached(size, name) for name in COMPARED}
        met = {name: None if value is None else goal.met(value) for name, value in values.items()}
        rows.append({"goal": goal.name, "wanted": goal.wanted, "reached": values, "met": met})
    return rows
