"""What a scenario may not leave behind in the server: a task, a socket, a subscription, a place in a channel."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI

from domain.kept_going import KeptGoing
from tests.support.waiting import until

ENDS_BY_ITSELF = {"counting_again"}
"""What the program does once after its start: it may have ended, or not, when a scenario begins."""


@dataclass(frozen=True)
class Remains:
    """What there is at a moment."""

    followers: int
    connections: int
    channels: int
    kept_alive: int
    tasks: Counter[str]
    sockets: int


@contextmanager
def nothing_is_left(app: FastAPI, http: str, *, within: float = 10.0) -> Iterator[None]:
    """Hold what there is in the server after the ``with`` against what there was before."""
    before = remains(app, http)
    yield
    after = before

    def as_before() -> bool:
        nonlocal after
        after = remains(app, http)
        return after == before

    try:
        until(as_before, within=within)
    except AssertionError:
        assert after == before, f"{before} became {after}"


def remains(app: FastAPI, http: str) -> Remains:
    """Count what there is in a server of this process."""
    loop = app.state.services.hub._loop
    assert loop is not None
    live = app.state.live
    return Remains(
        followers=app.state.services.hub.follower_count(),
        connections=app.state.live.connections.total,
        channels=len(live.channels),
        kept_alive=len(live.keep_alive),
        tasks=Counter(name for name in map(_name, asyncio.all_tasks(loop)) if name not in ENDS_BY_ITSELF),
        sockets=sockets_at(urlsplit(http).port or 0),
    )


def _name(task: asyncio.Task[Any]) -> str:
    """Name a task by what it does; a job that is kept going, by the job: which of them is there is the question."""
    coroutine = task.get_coro()
    frame = getattr(coroutine, "cr_frame", None)
    if getattr(coroutine, "__qualname__", "") == KeptGoing.run.__qualname__ and frame is not None:
        return str(frame.f_locals["name"])
    return getattr(coroutine, "__qualname__", "?")


def sockets_at(port: int) -> int:
    """Count the open descriptors of this process whose one end is this port: the listener and both ends of each connection."""
    at_port = set()
    for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if f"{port:04X}" in (columns[1].split(":")[1], columns[2].split(":")[1]):
            at_port.add(f"socket:[{columns[9]}]")
    count = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            count += str(descriptor.readlink()) in at_port
        except FileNotFoundError:
            continue  # closed while we looked
    return count
