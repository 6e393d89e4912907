"""Keeping a job going: one that fails is said so, once, and begins anew after a pause that grows.

Each job looks after what it expects to go wrong. This is for what nobody expected: without it the job would be gone until the
program is started anew, and nobody would hear of it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from domain.counting import Counts

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a job begins anew, doubled from the first to the longest, each with jitter."""
WELL_AFTER = 300.0
"""Seconds after which a job that began anew is well again: the next failure is another one, and is said."""
Job = Callable[[], Coroutine[Any, Any, None]]


class KeptGoing:
    """The jobs of one process that have to run for as long as it does."""

    def __init__(self) -> None:
        self.restarts = 0
        """How often one of them began anew."""

    def counts(self) -> Counts:
        """Name what is counted as the metrics do."""
        return {"job_restarts": self.restarts}

    def begin(self, name: str, job: Job) -> asyncio.Task[None]:
        """Begin with a job, on the event loop."""
        return asyncio.create_task(self.run(name, job), name=name)

    async def run(self, name: str, job: Job) -> None:
        """Do a job until it is done or this is cancelled."""
        wait, said = FIRST_WAIT, False
        while True:
            begun = time.monotonic()
            try:
                await job()
                return
            except Exception:
                if _ending():  # it was cancelled, and what it did last went wrong: that is no reason to go on
                    raise
                if time.monotonic() - begun >= WELL_AFTER:
                    wait, said = FIRST_WAIT, False
                if not said:
                    log.exception("a job has failed and begins anew", job=name)
                said = True
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            wait = min(LONGEST_WAIT, wait * 2)
            self.restarts += 1


def _ending() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
