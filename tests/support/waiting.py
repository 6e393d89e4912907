"""Waiting for something to become true, with a deadline instead of a guess."""

import asyncio
import time
from collections.abc import Callable, Sequence

import httpx2

EVERY_SECONDS = 0.01
ANSWER_SECONDS = 30.0
"""How long a test waits for an answer over HTTP: the five seconds of the library are too few on a busy machine."""
PROMPTLY_SECONDS = ANSWER_SECONDS
"""How long a test waits for what is promised within a second and pushed: a busy machine may stand still for longer than that,
and what was not pushed would not come for minutes, when a token runs out."""
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
