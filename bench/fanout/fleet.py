"""All servers of one size up at once, each with its clients connected, so that they can be measured in turn."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.fanout import practice
from bench.fanout.cores import CLIENT, started_on
from bench.fanout.installing import Installed
from bench.fanout.load import Load, LoadFailed, Report, Target, wrong
from bench.fanout.practice import FOLLOWERS, Practice
from bench.fanout.servers import Kind, NotThere, Server, running

WARM_UP = 60
"""Clients that come and go first, so that what a server loads once is not counted as a connection's."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many clients follow how many diagnoses."""

    connections: int
    many: bool = False
    """Whether it is many diagnoses with a few followers each, instead of one with all of them."""

    @property
    def name(self) -> str:
        """How it is called in tables and files."""
        if self.many:
            return f"{self.connections // FOLLOWERS:,} diagnoses x {FOLLOWERS} connections"
        return f"{self.connections:,} connections of one diagnosis"


@dataclass
class Member:
    """A server of the fleet with its clients, and what was measured of it."""

    kind: Kind
    server: Server
    load: Load
    joined_per_second: float = 0.0
    kib_per_connection: float = 0.0
    phases: dict[str, list[Report]] = field(default_factory=dict)
    failed: str = ""

    def note(self, phase: str, report: Report) -> Report:
        """Keep a report; a server that loses or repeats something is not measured on."""
        self.phases.setdefault(phase, []).append(report)
        if said := wrong(report):
            self.failed = f"{phase}: {said}"
        return report


@dataclass
class Fleet:
    """The servers that came up, and why the others did not."""

    size: Size
    members: list[Member] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    others: float = 0.0
    """How many cores' worth of other work there was on the two cores meanwhile: noise."""

    def measurable(self) -> list[Member]:
        """List those of whom nothing was lost so far."""
        return [member for member in self.members if not member.failed]


@contextmanager
def fleet(
    size: Size, kinds: Sequence[Kind], installed: Installed, program: Path, prepared: Practice | None, folder: Path
) -> Iterator[Fleet]:
    """Start the servers, and connect the clients of each."""
    ships = Fleet(size)
    with ExitStack() as stack:
        for kind in kinds:
            try:
                ships.members.append(_start(stack, size, kind, installed, program, prepared, folder))
            except NotThere as reason:
                ships.missing[kind.name] = str(reason)
        for member in ships.members:
            try:
                _connect(member, size.connections)
            except LoadFailed as error:
                member.failed = f"connecting: {error}"
        yield ships
        for member in ships.members:
            if member.failed:
                member.failed += f" ({member.load.complaints().strip()[:300]})"


def _start(
    stack: ExitStack,
    size: Size,
    kind: Kind,
    installed: Installed,
    program: Path,
    prepared: Practice | None,
    folder: Path,
) -> Member:
    own = folder / f"{kind.name}-{size.connections}-{size.many}"
    clients = _clients(kind, size)
    if kind.runs == "ours":
        assert prepared is not None
        prepared.copy(own, many=size.many)
        clients = prepared.clients(size.connections, many=size.many)
    server = stack.enter_context(running(kind, installed, own))
    file = folder / f"{kind.name}.clients"
    file.write_text("\n".join(clients) + "\n")
    target = Target(
        port=server.port,
        pid=server.process.pid,
        clients=file,
        ready=kind.ready,
        message=practice.sample_message(),
        get=kind.get,
    )
    with started_on(CLIENT):
        load = Load(program, target)
    stack.callback(load.end)
    return Member(kind, server, load)


def _connect(member: Member, connections: int) -> None:
    """Let some clients come and go, then connect all; notes how fast that goes and what it takes."""
    warm = min(WARM_UP, connections)
    steps = (partial(member.load.join, warm), partial(member.load.saturate, 1, 0.05), member.load.leave)
    for step in steps:
        if said := wrong(step()):
            member.failed = f"warming up: {said}"
            return
    before = member.server.resident_kib
    report = member.note("join", member.load.join(connections))
    member.joined_per_second = report["joined"] / report["seconds"]
    member.kib_per_connection = (member.server.resident_kib - before) / connections
    if report["joined"] < connections:
        member.failed = member.failed or f"only {report['joined']} of {connections} could join"


def _clients(kind: Kind, size: Size) -> list[str]:
    rooms = [number // FOLLOWERS if size.many else 0 for number in range(size.connections)]
    return [f"{room}\t{kind.path.format(room=room)}\t\t{kind.first}" for room in rooms]
