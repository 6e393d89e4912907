"""A few threads for one job: it never waits for the work of others to leave a thread free, nor they for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class OwnThreads:
    """Runs functions in threads of its own, which begin with the first; on any event loop."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._pool: ThreadPoolExecutor | None = None

    async def run(self, act: Callable[..., T], *given: Any, **named: Any) -> T:
        """Do as ``asyncio.to_thread`` does, in one of these threads."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._most, thread_name_prefix=self._name)
        doing = partial(copy_context().run, act, *given, **named)
        return await asyncio.get_running_loop().run_in_executor(self._pool, doing)

    def close(self) -> None:
        """End the threads, each after what it does, which is not waited for; what has not begun is given up."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
