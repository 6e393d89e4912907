"""What a scenario may not leave behind in the server: a task, a socket, a subscription, a place in a channel."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI

from domain.kept_going import KeptGoing
from tests.support.waiting import until

ENDS_BY_ITSELF = {"counting_again"}
"""What the program does once after its start: it may have ended, or not, when a scenario begins."""


@contextmanager
def nothing_is_left(app: FastAPI, http: str, *, within: float = 30.0) -> Iterator[None]:
    """Hold what there is in the server after the ``with`` against what there was before: nothing more, and each of its jobs.

    What was on its way out when the scenario began may have gone meanwhile.
    """
    before, jobs = remains(app, http), tasks(app)[0]
    yield
    left = before

    def as_before() -> bool:
        nonlocal left
        left = remains(app, http) - before
        return not left

    try:
        until(as_before, within=within)
    except AssertionError:
        assert not left, f"left behind beside {before}: {left}"
    assert not jobs - tasks(app)[0], "a job of the program has ended"


def remains(app: FastAPI, http: str) -> Counter[str]:
    """Count what there is in a server of this process."""
    live = app.state.live
    held = Counter(
        followers=app.state.services.hub.follower_count(),
        connections=live.connections.total,
        channels=len(live.channels),
        kept_alive=len(live.keep_alive),
        sockets=sockets_at(urlsplit(http).port or 0),
    )
    jobs, others = tasks(app)
    return held + jobs + others


def tasks(app: FastAPI) -> tuple[Counter[str], Counter[str]]:
    """Count the jobs that the program keeps going, and what else its event loop does, each by name."""
    loop = app.state.services.hub._loop
    assert loop is not None
    jobs, others = Counter[str](), Counter[str]()
    for task in asyncio.all_tasks(loop):
        coroutine = task.get_coro()
        frame = getattr(coroutine, "cr_frame", None)
        if frame is None:
            continue  # it has ended since all were listed: the loop runs in another thread
        name = getattr(coroutine, "__qualname__", "?")
        if name != KeptGoing.run.__qualname__:
            others[name] += 1
        elif frame.f_locals["name"] not in ENDS_BY_ITSELF:
            jobs[frame.f_locals["name"]] += 1
    return jobs, others


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
