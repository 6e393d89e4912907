"""Asking the database who comes with a token: short enough for the event loop where it is a file, never over a network.

A server that waits, for a lock or for good, would stop the whole process there: sockets, health, and what other processes tell.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from domain.errors import Unavailable
from domain.health import RETRY_SECONDS
from domain.own_threads import OwnThreads

T = TypeVar("T")

THREADS = 4
"""As many as there are connections kept for short reads."""
SECONDS = 3.0
"""How long somebody waits to be known; longer than a short read waits for a lock."""
MOST_WAITING = 500
"""Requests that wait to be known; those on top are refused."""


class AskingWho:
    """Runs short reads: at once where the database is ``in_a_file``, else in threads of its own and for a bounded time."""

    def __init__(self, *, in_a_file: bool) -> None:
        self._at_once = in_a_file
        self._threads = OwnThreads("asking who", THREADS)
        self._waiting = 0

    async def read(self, look: Callable[..., T], *given: Any, **named: Any) -> T:
        """Give what ``look`` gives, raise what it raises; and Unavailable where the database does not answer in time."""
        if self._at_once:
            return look(*given, **named)
        if self._waiting >= MOST_WAITING:
            raise _late()
        until = time.monotonic() + SECONDS

        def in_time() -> T:
            if time.monotonic() > until:
                raise _late()  # nobody waits any more
            return look(*given, **named)

        self._waiting += 1
        answer = asyncio.ensure_future(self._threads.run(in_time))
        answer.add_done_callback(self._answered)
        await asyncio.wait([answer], timeout=SECONDS)  # who gives up leaves it to its thread, which has to end it
        if not answer.done():
            raise _late()
        return answer.result()

    def close(self) -> None:
        """End the threads."""
        self._threads.close()

    def _answered(self, answer: asyncio.Task[Any]) -> None:
        self._waiting -= 1
        if not answer.cancelled():
            answer.exception()  # nobody may be there to hear it


def _late() -> Unavailable:
    return Unavailable("The database does not answer: try again in a moment.", retry_after=RETRY_SECONDS)
