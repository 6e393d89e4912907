"""The bus over PostgreSQL alone: the transaction of a change wakes the other processes, which read the log.

What is told says only how far the log goes; what is told beside the log goes along. Nobody hears of what was rolled back, and
nothing is told that was not committed. It is sealed with the program's secret. For a few processes: each reads each commit once.
"""

import asyncio
import random
import time
from collections.abc import Sequence

import structlog

from domain.bus import Bus, BusCounts, BusState, Heard, Told
from domain.bus.envelope import Envelope
from domain.bus.wording import Message, Unreadable
from domain.counting import Counts
from domain.events import LoggedEvent
from domain.sealing import Sealing
from storage.database import Database, Rows
from storage.notifying import LONGEST, NotListening, listening, notify

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds before it is tried again, doubled from the first to the longest, each with jitter."""


class PostgresBus(Bus):
    """NOTIFY within the transaction, LISTEN on a connection of its own."""

    def __init__(self, database: Database, epoch: str, sealing: Sealing) -> None:
        """Take the epoch of the log, and what seals: whoever may connect to the database may notify."""
        self._database = database
        self._envelope = Envelope(sealing, epoch)
        self._counts = BusCounts()
        self.state = BusState("postgresql", connected=False)

    def counts(self) -> Counts:
        """Say what was counted."""
        return self._counts.counts(self.state)

    def within(self, rows: Rows, told: Told) -> None:
        """Tell how far the log goes now, and what is told beside it, should this be committed."""
        beside = [event for event in told.for_others().events if event.position is None]
        if told.top == told.after and not beside:
            return
        for text, events in self._texts(told.top, beside):
            if len(text.encode()) > LONGEST:
                self._counts.unsent += 1
                self._counts.passing_lost += events
            else:
                notify(rows, text)
                self._counts.sent += 1

    def _texts(self, top: int, beside: Sequence[LoggedEvent]) -> list[tuple[str, int]]:
        """Write one text of it all, or one for each event where that is too long; each with how many events are in it."""
        texts = [self._text(top, beside)]
        if len(texts[0][0].encode()) > LONGEST:
            texts = [self._text(top, []), *(self._text(top, [event]) for event in beside)]
        return texts

    def _text(self, top: int, events: Sequence[LoggedEvent]) -> tuple[str, int]:
        return self._envelope.sealed(Message(time.time(), Told(top, tuple(events)))), len(events)

    def committed(self, told: Told) -> None:
        """Do nothing: it is told with the commit."""

    async def run(self, heard: Heard) -> None:
        """Listen until cancelled; a connection that is lost is opened again."""
        wait = FIRST_WAIT
        while True:
            try:
                async with listening(self._database.url) as line:
                    self._state_is(connected=True)
                    wait = FIRST_WAIT
                    async for text in line.texts():
                        self._hear(text, heard)
                    raise NotListening("the server has ended it")
            except (NotListening, OSError) as error:
                self._state_is(connected=False, why=type(error).__name__)
            except asyncio.CancelledError:
                self.state.is_connected(now=False)
                raise
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            wait = min(LONGEST_WAIT, wait * 2)

    def _hear(self, text: str, heard: Heard) -> None:
        try:
            message = self._envelope.opened(text)
        except Unreadable:
            self._counts.unreadable += 1
            return
        if message is not None:
            self._counts.heard(message.committed)
            heard([message.told])

    def _state_is(self, *, connected: bool, why: str = "") -> None:
        if self.state.is_connected(now=connected):
            if connected:
                log.info("listening to the other processes")
            else:
                self._counts.lost_connections += 1
                log.warning("not listening to the other processes: changes come from the log", error=why)
