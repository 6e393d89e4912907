"""Waiting for something to become true, with a deadline instead of a guess."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx2

EVERY_SECONDS = 0.01
ANSWER_SECONDS = 30.0
"""How long a test waits for an answer over HTTP: the five seconds of the library are too few on a busy machine."""
ENDING_SECONDS = 60.0
"""How long a process of the program may take to end in order: ten seconds of its own, and what a busy machine adds."""


def until(condition: Callable[[], object], *, within: float = 30.0, what: str = "the condition") -> None:
    """Block until ``condition`` gives something true; fail after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {within} s"
        time.sleep(EVERY_SECONDS)


async def eventually(condition: Callable[[], object], *, within: float = 30.0, what: str = "the condition") -> None:
    """Wait on the loop until ``condition`` gives something true; fail after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {within} s"
        await asyncio.sleep(EVERY_SECONDS)


async def ready(http: httpx2.AsyncClient, *, within: float = 30.0) -> None:
    """Ask a server until it is ready; fail after ``within`` seconds. It is not while its database needs more than two of them."""
    deadline = time.monotonic() + within
    while (said := await http.get("/readyz")).status_code != httpx2.codes.OK:
        assert time.monotonic() < deadline, f"not ready within {within} s: {said.text}"
        await asyncio.sleep(EVERY_SECONDS)


async def none_left(find: Callable[[], Sequence[object]], *, within: float = 30.0, what: str = "left") -> None:
    """Wait until ``find``, which is asked in a thread, finds nothing; fail after ``within`` seconds with what it found last."""
    deadline = time.monotonic() + within
    while found := await asyncio.to_thread(find):
        assert time.monotonic() < deadline, f"{what} after {within} s: {found}"
        await asyncio.sleep(EVERY_SECONDS)


@asynccontextmanager
async def promptly(seconds: float = 2.0) -> AsyncIterator[None]:
    """Raise TimeoutError where what is done in the ``with`` takes longer than so many seconds of the event loop's turns.

    A second is what is promised. A turn counts as ``EVERY_SECONDS`` however long it took, so that what a busy machine keeps from
    the whole process is nobody's delay; what other threads and processes need meanwhile has the other second.
    """
    loop = asyncio.get_running_loop()
    coming: asyncio.TimerHandle | None = None

    def turn(left: int) -> None:
        nonlocal coming
        if left > 0:
            coming = loop.call_later(EVERY_SECONDS, turn, left - 1)
        else:
            limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        turn(round(seconds / EVERY_SECONDS))
        try:
            yield
        finally:
            if coming is not None:
                coming.cancel()
