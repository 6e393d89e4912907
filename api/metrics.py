"""What the live endpoint has done since the program started: plain counts, for ``/ws/status`` and for Prometheus.

Everything here is counted on the event loop; what the ledger, the hub and the doors count themselves is added by ``status``.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

TOO_SLOW = 4008
"""The close code of a client that was cut because it did not keep up."""


DELAYS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 5.0)
"""Upper bounds of the delivery delays that are told apart, in seconds."""


@dataclass
class Metrics:
    """Counts that only grow; whoever does something says so here, one line each."""

    messages_sent: int = 0
    bytes_sent: int = 0
    """Of their frames."""
    opened: int = 0
    closed: Counter[int] = field(default_factory=Counter)
    """By close code; 1006 for a connection that was lost without one."""
    refused: Counter[str] = field(default_factory=Counter)
    """By the code of the error that was the answer."""
    resumes_whole: int = 0
    resumes_refused: int = 0
    snapshots: int = 0
    acks: int = 0
    delays: list[int] = field(default_factory=lambda: [0] * (len(DELAYS) + 1))
    """Messages by how long after their change the last of this process' clients had them; not cumulative."""

    def delivered(self, seconds: float) -> None:
        """Count that everybody who follows has had what was changed so long ago."""
        self.delays[bisect_left(DELAYS, seconds)] += 1

    def sent(self, messages: int, size: int, clients: int = 1) -> None:
        """Count so many messages of together ``size`` bytes with their frames, to each of so many clients."""
        self.messages_sent += messages * clients
        self.bytes_sent += size * clients

    def connection_opened(self) -> None:
        """Count a client that has come in."""
        self.opened += 1

    def connection_closed(self, code: int) -> None:
        """Count the end of one, with its close code; 1006 where there was none."""
        self.closed[code] += 1

    def connection_refused(self, reason: str) -> None:
        """Count a client that did not come in; ``reason`` is the code of the error, such as ``not_found``."""
        self.refused[reason] += 1

    def joined(self, *, asked: bool, resumed: bool) -> None:
        """Count a join, or a resume on a live socket: whether a position was given, and whether it was resumed whole."""
        if asked:
            self.resumes_whole += resumed
            self.resumes_refused += not resumed
        self.snapshots += not resumed

    def acknowledged(self) -> None:
        """Count an ack."""
        self.acks += 1

    def as_dict(self) -> dict[str, Any]:
        """Give every count by its name; those with a label as an object."""
        return {
            "messages_sent": self.messages_sent,
            "bytes_sent": self.bytes_sent,
            "connections_opened": self.opened,
            "connections_closed": {str(code): count for code, count in sorted(self.closed.items())},
            "refused": dict(sorted(self.refused.items())),
            "slow_clients_cut": self.closed[TOO_SLOW],
            "resumes_whole": self.resumes_whole,
            "resumes_refused": self.resumes_refused,
            "snapshots": self.snapshots,
            "acks": self.acks,
            "delivery_seconds": dict(zip((*map(str, DELAYS), "+Inf"), self.delays, strict=True)),
        }


HELP = {
    "messages_sent": "Messages sent to clients of the live endpoint.",
    "bytes_sent": "Bytes of their frames.",
    "connections_opened": "Clients that have come in.",
    "connections_closed": "Connections that have ended, by close code.",
    "refused": "Clients that did not come in, by the code of the error.",
    "slow_clients_cut": "Clients that were cut because they did not keep up.",
    "resumes_whole": "Resumes that were whole.",
    "resumes_refused": "Resumes that were answered by a snapshot.",
    "snapshots": "Snapshots sent.",
    "acks": "Acks of clients.",
    "updates_pushed": "Updates that came in by the integration doors.",
    "ledger_commits": "Changes that were committed.",
    "published_events": "Events handed to the hub after their commit.",
    "hub_followers": "Followers of the hub at present.",
    "connections": "Live connections at present.",
    "connections_by_kind": "Live connections at present, by what the one behind them is.",
    "delivery_seconds": "From a change to the last client of this process that follows it.",
    "loop_lag_seconds": "The longest that the event loop came too late in the last minute.",
    "pages_open": "Practitioners' pages that are open at present.",
    "ledger_waiting": "Changes that wait to be written.",
    "acks_waiting": "Acknowledgements that wait to be written.",
    "unscored": "Diagnoses that wait to be re-scored.",
    "oldest_unscored_seconds": "Since when the oldest of them has waited.",
}
LABELS = {"connections_closed": "code", "refused": "reason", "connections_by_kind": "kind"}
NOW = {
    "hub_followers", "connections", "connections_by_kind", "loop_lag_seconds", "pages_open", "ledger_waiting", "acks_waiting",
    "unscored", "oldest_unscored_seconds",
}  # fmt: skip
"""What goes up and down; everything else only grows."""


def exposition(counts: dict[str, Any]) -> bytes:
    """Write counts in the text form of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Collector(counts))
    return generate_latest(registry)


class _Collector:
    def __init__(self, counts: dict[str, Any]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        for name, value in self._counts.items():
            if value is None:
                continue  # not known yet is no number
            if name == "delivery_seconds":
                yield _histogram(name, value)
                continue
            family = GaugeMetricFamily if name in NOW else CounterMetricFamily
            labels = [LABELS[name]] if name in LABELS else []
            metric = family(f"vervain_{name}", HELP[name], labels=labels)
            for label, count in value.items() if labels else [("", value)]:
                metric.add_metric([label] if labels else [], count)
            yield metric


def _histogram(name: str, counted: dict[str, int]) -> HistogramMetricFamily:
    total, buckets = 0, []
    for bound, count in counted.items():
        total += count
        buckets.append((bound, total))
    return HistogramMetricFamily(f"vervain_{name}", HELP[name], buckets=buckets, sum_value=None)
