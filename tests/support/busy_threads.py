"""The threads that a process shares, all of them busy with something that does not end."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from tests.support.waiting import eventually


@asynccontextmanager
async def busy_threads() -> AsyncIterator[None]:
    """Let all the threads that a process shares do something that does not end, for as long as the ``with`` lasts."""
    loop, ends, begun = asyncio.get_running_loop(), threading.Event(), threading.Semaphore(0)
    loop.set_default_executor(ThreadPoolExecutor(1))

    def hang() -> None:
        begun.release()
        ends.wait(60)

    hanging = asyncio.create_task(asyncio.to_thread(hang))
    await eventually(lambda: begun.acquire(blocking=False))
    try:
        yield
    finally:
        ends.set()
        await hanging
