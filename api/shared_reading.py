"""What is read for one who joins, shared by all who join before anything more happens: a herd that comes back reads it once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT_SECONDS = 2.0
"""How long what was read for one who joins is kept for others: a herd that comes back, and not a cache."""


class SharedReading(Generic[T]):
    """One thing that is read, by the version of what has come so far."""

    def __init__(self) -> None:
        self._read: tuple[int, asyncio.Task[T]] | None = None
        self._forget: asyncio.TimerHandle | None = None

    async def get(self, read: Callable[[], Awaitable[T]], *, since: int, version: int) -> T:
        """Read it, at ``version``, where it was not read at the version ``since`` or later."""
        if self._read is None or self._read[0] < since:
            reading = asyncio.ensure_future(_awaited(read))
            reading.add_done_callback(self._done)
            self._read = (version, reading)
            if self._forget is not None:
                self._forget.cancel()
            self._forget = asyncio.get_running_loop().call_later(KEPT_SECONDS, self.forget)
        return await asyncio.shield(self._read[1])

    def forget(self) -> None:
        """Keep nothing any more."""
        if self._forget is not None:
            self._forget.cancel()
        self._read = self._forget = None

    def _done(self, reading: asyncio.Task[T]) -> None:
        """Keep no failure: the next who joins reads again."""
        failed = reading.cancelled() or reading.exception() is not None
        if failed and self._read is not None and self._read[1] is reading:
            self._read = None


async def _awaited(read: Callable[[], Awaitable[T]]) -> T:
    return await read()
