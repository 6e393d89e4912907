"""Leading: of many processes over one database, one does the work that is to be done once.

Which one is settled by a lock of the database, on a connection of its own: with the connection the lock is lost, and the next
process that asks has it, within a second; after a machine that vanished, or a process that was stopped, within the lease. Two may
believe for a moment that they lead, so what they do then is done as if anybody might do it too: in transactions that look first.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog

from domain.own_threads import OwnThreads
from storage.database import Database

if TYPE_CHECKING:  # PostgreSQL's library takes a tenth of a second, and most programs have a file
    from storage.leadership import Claim

log = structlog.get_logger(__name__)

RENEWED_EVERY_SECONDS = 1.0
SURE_SECONDS = 5.0
"""For how long it leads after that was confirmed; the database keeps the lock for it a second longer."""
END_SECONDS = 2.0
"""How long the end of the program waits for the lock to be given back."""
Work = Callable[[], Coroutine[Any, Any, None]]


class Leading:
    """Whether this process leads; one that is alone always does."""

    def __init__(self, claim: "Claim | None" = None) -> None:
        self._claim = claim
        self._confirmed: float | None = None
        """When the lock was known to be held, by the monotonic clock."""
        self._complained = False
        self._threads = OwnThreads("leading", 1)
        self._asked = 0.0
        """When the database was asked last, by the monotonic clock."""
        self._asking: asyncio.Task[bool] | None = None
        self._renewed = asyncio.Event()

    @classmethod
    def over(cls, database: Database) -> "Leading":
        """Lead among the processes over a database; over a file there is one, and commands beside it do no such work."""
        if database.is_sqlite:
            return cls()
        from storage.leadership import Claim

        return cls(Claim(database.url))

    @property
    def leads(self) -> bool:
        """Whether it does at this moment."""
        if self._claim is None:
            return True
        return self._sure_for > 0

    @property
    def _sure_for(self) -> float:
        """Seconds for which it still leads, without another confirmation."""
        return 0.0 if self._confirmed is None else self._confirmed + SURE_SECONDS - time.monotonic()

    async def run(self, work: Sequence[Work]) -> None:
        """Do this work whenever the process leads, until cancelled."""
        if self._claim is None:
            await asyncio.gather(*(one() for one in work))
            await asyncio.Event().wait()
        claim, tasks = self._claim, list[asyncio.Task[None]]()
        assert claim is not None  # noqa: S101 - else it has waited for ever
        renewing = asyncio.create_task(self._renewing(claim), name="who leads")
        try:
            while True:
                if self.leads and not tasks:
                    log.info("this process leads")
                    tasks = [asyncio.create_task(one(), name="leader's work") for one in work]
                elif not self.leads and tasks:
                    log.warning("this process leads no more")
                    await _ended(tasks)
                    tasks = []
                self._renewed.clear()
                with suppress(TimeoutError):  # it leads no more, whatever became of the question
                    async with asyncio.timeout(self._sure_for if tasks else None):
                        await self._renewed.wait()
        finally:
            self._confirmed = None
            await _ended([*tasks, renewing, *([self._asking] if self._asking else [])])
            self._asking = None
            with suppress(TimeoutError):  # the connection ends with the process
                async with asyncio.timeout(END_SECONDS):
                    await self._threads.run(claim.end)
            self._threads.close()

    async def _renewing(self, claim: "Claim") -> None:
        while True:
            await self._renew(claim)
            self._renewed.set()
            await asyncio.sleep(RENEWED_EVERY_SECONDS)

    async def _renew(self, claim: "Claim") -> None:
        """Ask whether the lock is held; a question that hangs is waited for, and no other is asked beside it."""
        if self._asking is None:
            self._asked = time.monotonic()
            self._asking = asyncio.create_task(self._threads.run(claim.renew), name="the lock of who leads")
        asking, asked = self._asking, self._asked
        try:
            async with asyncio.timeout(SURE_SECONDS):
                held = await asyncio.shield(asking)
        except Exception as error:
            self._confirmed = None
            if not self._complained:
                log.warning("who leads cannot be settled", error=type(error).__name__)
            self._complained = True
        else:
            self._confirmed = asked if held else None
            self._complained = False
        if asking.done():
            self._asking = None


async def _ended(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
