"""What the live endpoint has done since the program started: plain counts, for ``/ws/status`` and for Prometheus.

Everything here is counted on the event loop; what the ledger, the hub and the doors count themselves is added by ``status``.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from domain.counting import Histogram

TOO_SLOW = 4008
"""The close code of a client that was cut because it did not keep up."""
CLOSE_CODES = frozenset({*range(1000, 1016), 4001, TOO_SLOW})
"""Those of the protocol of sockets and ours. A client may say any of 1000 to 4999, and each would be kept for ever."""
OTHER = 0

DELAYS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 5.0)
"""Upper bounds of the delivery delays that are told apart, in seconds."""
CONFIRMED = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 3.5, 5.0, 10.0, 30.0)
"""The same until a client has confirmed; clients collect confirmations for up to 3 s, so most lie below 3.5."""


@dataclass
class Metrics:
    """Counts that only grow; whoever does something says so here, one line each."""

    messages_sent: int = 0
    bytes_sent: int = 0
    """Of their frames."""
    opened: int = 0
    closed: Counter[int] = field(default_factory=Counter)
    """By close code; 1006 for a connection that was lost without one, ``OTHER`` for what is no code of ours."""
    refused: Counter[str] = field(default_factory=Counter)
    """By the code of the error that was the answer."""
    resumes_whole: int = 0
    resumes_refused: int = 0
    snapshots: int = 0
    acks: int = 0
    gaps: int = 0
    """Clients that were sent away because something was missing between two messages; they come back and resume."""
    delivery: Histogram = field(default_factory=lambda: Histogram(DELAYS))
    """How long after their change the last of this process' clients had messages, in seconds."""
    confirmation: Histogram = field(default_factory=lambda: Histogram(CONFIRMED))
    """How long after it was told here a client had confirmed a message, in seconds."""

    def delivered(self, seconds: float) -> None:
        """Count that everybody who follows has had what was changed so long ago."""
        self.delivery.observe(seconds)

    def sent(self, messages: int, size: int, clients: int = 1) -> None:
        """Count so many messages of together ``size`` bytes with their frames, to each of so many clients."""
        self.messages_sent += messages * clients
        self.bytes_sent += size * clients

    def connection_opened(self) -> None:
        """Count a client that has come in."""
        self.opened += 1

    def connection_closed(self, code: int) -> None:
        """Count the end of one, with its close code; 1006 where there was none."""
        self.closed[code if code in CLOSE_CODES else OTHER] += 1

    def connection_refused(self, reason: str) -> None:
        """Count a client that did not come in; ``reason`` is the code of the error, such as ``not_found``."""
        self.refused[reason] += 1

    def joined(self, *, asked: bool, resumed: bool) -> None:
        """Count a join, or a resume on a live socket: whether a position was given, and whether it was resumed whole."""
        if asked:
            self.resumes_whole += resumed
            self.resumes_refused += not resumed
        self.snapshots += not resumed

    def acknowledged(self, seconds: float | None) -> None:
        """Count an ack; ``seconds`` since what it confirms was told here, None where that is not news or not known."""
        self.acks += 1
        if seconds is not None:
            self.confirmation.observe(seconds)

    def as_dict(self) -> dict[str, Any]:
        """Give every count by its name; those with a label as an object."""
        return {
            "messages_sent": self.messages_sent,
            "bytes_sent": self.bytes_sent,
            "connections_opened": self.opened,
            "connections_closed": {str(code or "other"): count for code, count in sorted(self.closed.items())},
            "refused": dict(sorted(self.refused.items())),
            "slow_clients_cut": self.closed[TOO_SLOW],
            "resumes_whole": self.resumes_whole,
            "resumes_refused": self.resumes_refused,
            "snapshots": self.snapshots,
            "connects": {"accepted": self.opened, **dict(sorted(self.refused.items()))},
            "recoveries": {
                "resumed": self.resumes_whole,
                "snapshot": self.resumes_refused,
                "new": self.snapshots - self.resumes_refused,
            },
            "gaps": self.gaps,
            "acks": self.acks,
            "delivery_seconds": self.delivery.as_dict(),
            "confirmation_seconds": self.confirmation.as_dict(),
        }
