"""What many pages read at the same moment, read once: a change in a busy practice is news on all of them."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from domain.hub import Hub

T = TypeVar("T")

KEPT_SECONDS = 2.0
"""How long what was read is kept for others, where nothing happens meanwhile: it serves one change, and is no cache."""


class Together:
    """Reads under way and just done, each good for as long as nothing more has happened since it began."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._reads: dict[Hashable, tuple[int, asyncio.Task[Any]]] = {}

    async def read(self, key: Hashable, read: Callable[[], T]) -> T:
        """Give what ``read`` gives in a thread; whoever asks for the same before anything else happened gets the same."""
        began, reading = self._reads.get(key, (-1, None))
        if reading is None or began < self._hub.delivered or reading.get_loop() is not asyncio.get_running_loop():
            reading = asyncio.ensure_future(asyncio.to_thread(read))
            kept = self._reads[key] = (self._hub.delivered, reading)
            reading.add_done_callback(lambda task: self._done(key, kept, task))
        result: T = await asyncio.shield(reading)
        return result

    def _done(self, key: Hashable, kept: tuple[int, asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
        if task.cancelled() or task.exception() is not None:  # those who wait are told; who comes next tries again
            self._forget(key, kept)
        else:
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget, key, kept)

    def _forget(self, key: Hashable, kept: tuple[int, asyncio.Task[Any]]) -> None:
        if self._reads.get(key) is kept:
            del self._reads[key]
