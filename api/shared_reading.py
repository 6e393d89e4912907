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
        self._read: tuple[int, asyncio.Future[T]] | None = None
        self._forget: asyncio.TimerHandle | None = None

    async def get(self, read: Callable[[], Awaitable[T]], *, since: int, version: int) -> T:
        """Read it, at ``version``, where it was not read at the version ``since`` or later."""
        if self._read is None or self._read[0] < since:
            reading: asyncio.Future[T] = asyncio.ensure_future(_awaited(read))
            reading.add_done_callback(self._done)
            self._keep(version, reading)
        else:
            reading = self._read[1]
        return await asyncio.shield(reading)

    def kept(self, *, since: int) -> T | None:
        """Give what was read at the version ``since`` or later; None where it was not, or is only being read."""
        if self._read is None or self._read[0] < since or not self._read[1].done():
            return None
        return self._read[1].result()

    def keep(self, read: T, *, version: int) -> None:
        """Keep for others what somebody has read who began at ``version``, where nothing newer is kept."""
        if self._read is None or self._read[0] < version:
            done = asyncio.get_running_loop().create_future()
            done.set_result(read)
            self._keep(version, done)

    def forget(self) -> None:
        """Keep nothing any more."""
        if self._forget is not None:
            self._forget.cancel()
        self._read = self._forget = None

    def _keep(self, version: int, reading: asyncio.Future[T]) -> None:
        self._read = (version, reading)
        if self._forget is not None:
            self._forget.cancel()
        self._forget = asyncio.get_running_loop().call_later(KEPT_SECONDS, self.forget)

    def _done(self, reading: asyncio.Future[T]) -> None:
        """Keep no failure: the next who joins reads again."""
        failed = reading.cancelled() or reading.exception() is not None
        if failed and self._read is not None and self._read[1] is reading:
            self._read = None


async def _awaited(read: Callable[[], Awaitable[T]]) -> T:
    return await read()
