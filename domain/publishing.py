"""Publishing: what is committed goes to the hub in the order of the log, once, whoever committed it and however one hears of it.

One hears of it three ways: it is our own, the bus tells, or we look at the log. Each says behind which position of the log it
comes. What begins behind the last that was published is published as it is; of what overlaps only the rest is; and where
something is missing between, that is read from the log first. So a bus may lose, double and swap what it carries.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from domain.bus import Told
from domain.counting import Counts
from domain.errors import Unavailable
from domain.events import LoggedEvent
from domain.hub import Hub
from domain.outdated import Outdated
from domain.own_threads import OwnThreads
from storage import events as log_rows
from storage.database import Database

log = structlog.get_logger(__name__)

TAIL_SECONDS = 0.1
"""How often we look whether another process has written to the file; looking costs a few microseconds, and a turn of a thread."""
TAIL_SECONDS_OVER_A_NETWORK = 0.5
"""How often we look at the top of the log of a server: a statement for each process, and what a lost message costs."""
PUBLISH_AT_ONCE = 500
"""Entries read from the log in one go when catching up."""
MOST_HEARD = 1_000
"""Messages that wait to be published. Those on top are dropped, and read from the log."""
SETTLE_SECONDS = 2.0
THREADS = 2
"""One looks at the log while another publishes what was heard."""


class Publishing:
    """The last position that was published, and the one way on from there."""

    def __init__(self, database: Database, hub: Hub) -> None:
        """Begin behind what the log has."""
        self._database = database
        self._hub = hub
        self._order = threading.Lock()
        self._threads = OwnThreads("publishing", THREADS)
        database.before_close(self._threads.close)
        with database.read() as session:
            begun = log_rows.end(session)
        self._published, self._epoch = begun.top, begun.epoch
        self.is_another_log = False
        """Whether the database was seen to hold another log than at the start: a copy was put in its place."""
        self.went_back = False
        """Whether the log was seen to end before what was published: it has lost its end."""
        self.when_another_log: Callable[[], None] = lambda: None
        """What is done then, once, on the event loop."""
        self._outdated = Outdated()
        self._seen = -1
        self._heard: deque[Told] = deque()
        self._hearing: asyncio.Task[None] | None = None
        self._away = False
        self.published = 0
        """Entries handed to the hub."""
        self.duplicates = 0
        """Entries that another process told and that were published already."""
        self.gaps = 0
        """How often something was missing before what was told."""
        self.filled = 0
        """Entries read from the log."""
        self.overflows = 0
        """Messages of other processes that were dropped because too many waited."""

    @property
    def position(self) -> int:
        """The place in the log up to which everything is published."""
        return self._published

    def counts(self) -> Counts:
        """Name what is counted as the metrics do."""
        return {
            "bus_duplicates": self.duplicates,
            "bus_gaps": self.gaps,
            "bus_filled": self.filled,
            "bus_dropped": self.overflows,
        }

    def own(self, told: Told) -> None:
        """Publish what was committed here."""
        with self._order:
            self._publish(told)

    def heard(self, told: Sequence[Told]) -> None:
        """Publish what other processes tell, on the event loop: at once where nothing is missing, else beside it."""
        if not self._heard and self._order.acquire(blocking=False):
            try:
                told = self._at_once(told)
            finally:
                self._order.release()
        room = MOST_HEARD - len(self._heard)
        self.overflows += max(0, len(told) - room)
        self._heard.extend(told[:room])
        if self._heard and (self._hearing is None or self._hearing.done()):
            self._hearing = asyncio.create_task(self._hear(), name="hearing")

    def catch_up(self) -> None:
        """Publish what others have written."""
        with self._order:
            self._publish_from_log()

    async def tail(self) -> None:
        """Look at the log by itself, until cancelled or the log is another one."""
        while True:
            await asyncio.sleep(TAIL_SECONDS if self._database.is_sqlite else TAIL_SECONDS_OVER_A_NETWORK)
            try:
                await self._whole(self._look)
            except Exception as error:
                if not self._away:  # said once, not twice a second
                    log.warning(
                        "the log cannot be read",
                        error=type(error).__name__,
                        exc_info=not isinstance(error, Unavailable),
                    )
                self._away = True
            else:
                if self.is_another_log:
                    self.when_another_log()
                    return
                if self._away:
                    log.info("the log can be read again")
                self._away = False

    async def settle(self) -> None:
        """Wait a moment for what was heard to be published, so that the database can be closed."""
        if self._hearing is not None and not self._hearing.done():
            await asyncio.wait([self._hearing], timeout=SETTLE_SECONDS)

    def _look(self) -> None:
        published = self._published  # before the end is read: what is published is in the log
        if self._database.is_sqlite:
            version = self._database.version_seen_by_others()
            if version == self._seen:
                return
        with self._database.glance(statements=1) as glance:
            end = log_rows.end(glance)
        self._compare(end, published)
        if self._database.is_sqlite:
            self.catch_up()
            self._seen = version
        elif end.top > published:
            self.catch_up()

    def _compare(self, end: log_rows.End, published: int) -> None:
        """Note where what is there is not what was published: a copy, or a standby that did not have all of it."""
        if end.epoch != self._epoch and not self.is_another_log:
            log.error("the database holds another log than at the start: this process has to begin anew")
            self.is_another_log = True
        elif end.top < published and end.epoch == self._epoch:
            log.error("the log ends before what was published: its end is lost", published=published, top=end.top)
            self.went_back = True
            with self._order:  # what comes from now on is told, although clients know of other entries by its numbers
                self._published = min(self._published, end.top)
                self._publish_from_log()

    def _at_once(self, told: Sequence[Told]) -> Sequence[Told]:
        """Publish those at the beginning before which nothing is missing; returns the others."""
        done = 0
        for one in told:
            if one.after > self._published:
                break
            self._publish(one, others=True)
            done += 1
        return told[done:]

    async def _hear(self) -> None:
        while self._heard:
            try:
                await self._threads.run(self._publish_heard)
            except Exception:  # the tail says so, and publishes it later
                self._heard.clear()

    def _publish_heard(self) -> None:
        with self._order:
            while self._heard:
                self._publish(self._heard[0], others=True)
                self._heard.popleft()

    def _publish(self, told: Told, *, others: bool = False) -> None:
        """Publish whatever is missing before these, those of them that were not published yet, and what is told beside them.

        Where they begin before the last that was published, nothing is missing: there is nothing between where they begin
        and the first of them. Where they say to begin is a reason to look at the log and no more: only what was published
        or read there moves the position, and of what begins behind the end of the log no entry is published.
        """
        if told.after > self._published:
            self.gaps += others and bool(told.events)
            self._publish_from_log()
        since = self._published if told.after <= self._published else told.top
        new, known, place = list[LoggedEvent](), 0, told.after
        for event in told.events:
            if event.position is None:
                if not self._outdated.is_outdated(event, place):
                    new.append(event)
                continue
            place = event.position
            if place > since:
                new.append(event)
            else:
                known += 1
        self.duplicates += known if others else 0
        self._outdated.remember(new)
        self._hub.publish(new)
        entries = [event.position for event in new if event.position is not None]
        self.published += len(entries)
        self._published = entries[-1] if entries else self._published

    def _publish_from_log(self) -> None:
        while True:
            with self._database.look() as look:
                entries = log_rows.after_position(look, self._published, limit=PUBLISH_AT_ONCE)
            if not entries:
                return
            self._published = entries[-1].position or self._published
            self.published += len(entries)
            self.filled += len(entries)
            events = [LoggedEvent.of(entry) for entry in entries]
            self._outdated.remember(events)
            self._hub.publish(events)
            if len(entries) < PUBLISH_AT_ONCE:
                return  # that was all when it was read; of what comes later one hears anew

    async def _whole(self, act: Callable[[], None]) -> None:
        """Do this in a thread; who is cancelled meanwhile waits a moment for its end, so that the database can be closed."""
        doing = asyncio.ensure_future(self._threads.run(act))
        try:
            await asyncio.shield(doing)
        except asyncio.CancelledError:
            await asyncio.wait([doing], timeout=SETTLE_SECONDS)
            raise
