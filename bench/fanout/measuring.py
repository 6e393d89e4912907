"""The phases: short ones, in turn, in an order that is shuffled anew for each cycle, so that noise hits everybody alike."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.fanout import cores
from bench.fanout.fleet import Fleet, Member
from bench.fanout.load import LoadFailed, Report

SEED = 20261123
BURST_WINDOW = 16
HTTP_BROADCASTS, GETS = 20, 200
"""A second: broadcasts beside which HTTP requests are timed, and those requests."""
MANY_WINDOW, MANY_RATE = 32, 100
"""With many small diagnoses: broadcasts on their way, and a second."""

Do = Callable[[Member], Report]


@dataclass(frozen=True)
class Phase:
    """Something that is measured once in each cycle."""

    name: str
    do: Do
    needs_get: bool = False


def measure(fleet: Fleet, cycles: int, say: Callable[[str], None]) -> None:
    """Run all phases of a fleet; what came of them is noted with its members."""
    dice = random.Random(SEED)
    began, busy = time.monotonic(), cores.busy_seconds() - _accounted(fleet)
    for cycle in range(cycles):
        say(f"{fleet.size.name}: cycle {cycle + 1} of {cycles}")
        for phase in _phases(fleet):
            members = fleet.measurable()
            dice.shuffle(members)
            for member in members:
                if member.kind.get or not phase.needs_get:
                    try:
                        member.note(phase.name, phase.do(member))
                    except LoadFailed as error:
                        member.failed = f"{phase.name}: {error}"

    others = cores.busy_seconds() - _accounted(fleet) - busy
    fleet.others = max(0.0, others / (time.monotonic() - began))  # counted in ticks, so a short run can come out below


def _accounted(fleet: Fleet) -> float:
    """Add up the processor time of all phases, of servers and clients."""
    reports = [report for member in fleet.members for phase in member.phases.values() for report in phase]
    return float(sum(report["server_cpu"] + report["client_cpu"] for report in reports))


def _phases(fleet: Fleet) -> Iterator[Phase]:
    connections = fleet.size.connections
    if fleet.size.many:
        yield Phase("saturated", lambda member: member.load.saturate(MANY_WINDOW, 0.6))
        yield Phase("gentle", lambda member: member.load.rate(MANY_RATE, 0.6))
        return
    window = 1 if connections >= 1_000 else 2
    per_second, seconds = gentle(connections)
    yield Phase("saturated", lambda member: member.load.saturate(window, 0.4))
    yield Phase("gentle", lambda member: member.load.rate(per_second, seconds))
    if connections == 1_000:
        yield Phase("burst", lambda member: member.load.saturate(BURST_WINDOW, 0.25))
        yield Phase("http idle", lambda member: member.load.rate(0, 0.3, gets=GETS), needs_get=True)
        yield Phase("http busy", lambda member: member.load.rate(HTTP_BROADCASTS, 0.6, gets=GETS), needs_get=True)


def gentle(connections: int) -> tuple[float, float]:
    """Say how many broadcasts a second are gentle, and for how many seconds to send them."""
    return (10, 0.6) if connections <= 1_000 else (2, 1.5)
