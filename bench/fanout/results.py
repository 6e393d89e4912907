"""What the phases say together: medians over the cycles, and ratios taken within each cycle."""

import json
import platform
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.fanout.fleet import Fleet, Member
from bench.fanout.load import Report


@dataclass(frozen=True, kw_only=True)
class Rivalry:
    """One server at one size. Every list has a value for each cycle."""

    title: str
    failed: str
    joined_per_second: float
    kib_per_connection: float
    deliveries: list[float]
    """A second, at saturation."""
    cpu: list[float]
    """Seconds of the server's processor for 100,000 deliveries."""
    client_busy: list[float]
    """The share of its core that the client needed meanwhile: well below 1, or the client was the limit."""
    message_bytes: float
    p50: list[float]
    p99: list[float]
    worst: list[float]
    """Milliseconds, at the gentle rate."""
    gentle_cpu: list[float]
    burst: list[float]
    burst_client_busy: list[float]
    http_idle_p99: list[float]
    http_busy_p99: list[float]

    @classmethod
    def of(cls, member: Member) -> "Rivalry":
        """Take it from the reports."""
        saturated, gentle = member.phases.get("saturated", []), member.phases.get("gentle", [])
        burst = member.phases.get("burst", [])
        delivered = sum(report["deliveries"] for report in saturated) or 1
        return cls(
            title=member.kind.title,
            failed=member.failed,
            joined_per_second=member.joined_per_second,
            kib_per_connection=member.kib_per_connection,
            deliveries=[_per_second(report) for report in saturated],
            cpu=[_cpu(report) for report in saturated],
            client_busy=[report["client_cpu"] / report["seconds"] for report in saturated],
            message_bytes=sum(report["bytes"] for report in saturated) / delivered,
            p50=_all("p50_ms", gentle),
            p99=_all("p99_ms", gentle),
            worst=_all("max_ms", gentle),
            gentle_cpu=[_cpu(report) for report in gentle],
            burst=[_per_second(report) for report in burst],
            burst_client_busy=[report["client_cpu"] / report["seconds"] for report in burst],
            http_idle_p99=_all("get_p99_ms", member.phases.get("http idle", [])),
            http_busy_p99=_all("get_p99_ms", member.phases.get("http busy", [])),
        )


@dataclass
class Size:
    """All servers at one size."""

    name: str
    servers: dict[str, Rivalry]
    missing: dict[str, str]
    others: float
    """Other work on the two cores meanwhile, in cores."""

    def ratio(self, what: str, one: str, other: str) -> float | None:
        """Give the median of what ``one`` reached of ``other`` within each cycle; None where one of them is missing."""
        if one not in self.servers or other not in self.servers:
            return None
        pairs = zip(getattr(self.servers[one], what), getattr(self.servers[other], what), strict=False)
        ratios = [first / second for first, second in pairs if second]
        return statistics.median(ratios) if ratios else None


@dataclass
class Results:
    """Everything that was measured."""

    conditions: str
    too_large: list[int]
    """Sizes for which the system allows too few open files."""
    sizes: list[Size] = field(default_factory=list)

    def add(self, fleet: Fleet) -> Size:
        """Take over what was measured of a fleet."""
        servers = {member.kind.name: Rivalry.of(member) for member in fleet.members}
        size = Size(fleet.size.name, servers, fleet.missing, fleet.others)
        self.sizes.append(size)
        return size

    def size(self, name: str) -> Size | None:
        """Find what was measured at a size."""
        return next((size for size in self.sizes if size.name == name), None)

    def write(self, file: Path, goals: list[dict[str, Any]]) -> None:
        """Write all numbers as JSON."""
        sizes = {
            size.name: {
                "servers": {name: asdict(one) for name, one in size.servers.items()},
                "missing": size.missing,
                "others": size.others,
                "deliveries_of_naive": {name: size.ratio("deliveries", name, "naive") for name in size.servers},
                "deliveries_of_raw": {name: size.ratio("deliveries", name, "raw") for name in size.servers},
            }
            for size in self.sizes
        }
        everything = {
            "conditions": self.conditions,
            "python": platform.python_version(),
            "too_large": self.too_large,
            "sizes": sizes,
            "goals": goals,
        }
        file.write_text(json.dumps(everything, indent=2) + "\n")


def middle(values: list[float]) -> float | None:
    """Give the median; None of nothing."""
    return statistics.median(values) if values else None


def _per_second(report: Report) -> float:
    return float(report["deliveries"] / report["seconds"])


def _cpu(report: Report) -> float:
    return float(report["server_cpu"] / (report["deliveries"] or 1) * 100_000)


def _all(name: str, reports: list[Report]) -> list[float]:
    return [report[name] for report in reports if name in report]
