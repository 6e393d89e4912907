"""Who reads a record is written down before they see it: once in ten minutes for each sign-in, address, record and view.

A session for reading carries this along, and ``record.reach``, ``patient.find`` and the lists note what they hand out: a verb
cannot forget it. Where it cannot be written down, nothing is shown. A change needs none: it has an entry of its own.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import structlog
from sqlmodel import Session

from domain.errors import Unavailable, VervainError
from domain.permission import Actor
from storage.database import Database, Through

log = structlog.get_logger(__name__)

WINDOW = timedelta(minutes=10)
"""A page that refreshes itself, a phone that polls: it is one reading, as one consultation is."""
MOST_KEPT = 100_000
"""Readings that are remembered; of more, the oldest are forgotten and written down again when they are repeated."""
MOST_TOGETHER = 1_000
"""Entries in one change: about 20 ms of the writer. A herd of sockets that comes back shares a few changes."""
CARRIED = "readings"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one record: of what of it, and in which list where it is one among several."""

    thing: str
    thing_id: int
    patient_id: int
    view: str = ""


class Noting(Protocol):
    """The part of a change that notes."""

    def audit(
        self, actor: Actor, action: str, thing: str, thing_id: int, detail: str = "", *, patient_id: int | None = None
    ) -> None:
        """Append to the audit chain."""


Act = Callable[[Any], None]
Who = tuple[int, int | None, str]
"""Person, sign-in and address: the same sign-in from elsewhere is another reader."""
Those = list[tuple[Actor, list[Reading]]]


_COLLECTED: ContextVar[set[Reading] | None] = ContextVar("what is read inside", default=None)


class Readings:
    """Remembers what was written down lately, and writes down the rest."""

    def __init__(
        self,
        write: Callable[[Act], None],
        written: Callable[[Act], Awaitable[None]],
        clock: Callable[[], datetime],
    ) -> None:
        self._write = write
        self._written = written
        self._clock = clock
        self._lately: dict[tuple[Who, Reading], datetime] = {}
        self._lock = threading.Lock()
        self._waiting: list[tuple[Actor, list[Reading], asyncio.Future[None]]] = []
        self._round: asyncio.Task[None] | None = None

    def note(self, actor: Actor, them: Iterable[Reading]) -> None:
        """Write down who reads, and wait until that is on the disk; for worker threads. Raises Unavailable where it cannot be."""
        them = list(them)
        collected = _COLLECTED.get()
        if collected is not None:
            collected.update(them)
        new = self._new(actor, them)
        for first in range(0, len(new), MOST_TOGETHER):
            some = new[first : first + MOST_TOGETHER]
            with _closed():
                self._write(partial(_audit, those=[(actor, some)]))
            self._keep([(actor, some)])

    async def noted(self, actor: Actor, them: Iterable[Reading]) -> None:
        """Do as ``note`` does, on the event loop: those who wait meanwhile are written down together, in one change."""
        new = self._new(actor, them)
        if not new:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((actor, new, future))
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._write_waiting(), name="readings")
        await future

    async def _write_waiting(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            those = [(actor, them) for actor, them, _ in taken]
            failed: BaseException | None = None
            try:
                with _closed():
                    await self._written(partial(_audit, those=those))
                self._keep(those)
            except Exception as error:  # each of them hears it; the next round is tried anew
                failed = error
            for _, _, future in taken:
                if future.done():
                    continue  # whoever asked has gone
                if failed is None:
                    future.set_result(None)
                else:
                    future.set_exception(failed)

    def _new(self, actor: Actor, them: Iterable[Reading]) -> list[Reading]:
        now = self._clock()
        who = _who(actor)
        with self._lock:
            return [
                one
                for one in dict.fromkeys(them)
                if not (at := self._lately.get((who, one))) or not timedelta() <= now - at < WINDOW
            ]

    def _keep(self, those: Those) -> None:
        now = self._clock()
        with self._lock:
            for actor, them in those:
                for one in them:
                    self._lately.pop((_who(actor), one), None)  # the newest are at the end
                    self._lately[_who(actor), one] = now
            while len(self._lately) > MOST_KEPT:
                del self._lately[next(iter(self._lately))]


@contextmanager
def collecting() -> Iterator[set[Reading]]:
    """Collect what is read inside, so that it can be noted also for others who are given the same."""
    collected: set[Reading] = set()
    token = _COLLECTED.set(collected)
    try:
        yield collected
    finally:
        _COLLECTED.reset(token)


def carry(database: Database, readings: Readings) -> None:
    """Let every session for reading carry this along."""
    database.carried[CARRIED] = readings


def looked(through: Through, actor: Actor, thing: str, thing_id: int, patient_id: int) -> None:
    """Note that somebody reads something of a record, where they read it through a session for reading."""
    readings = _carried(through)
    if readings is not None:
        readings.note(actor, [Reading(thing, thing_id, patient_id)])


def shown(session: Session, actor: Actor, view: str, patient_ids: Iterable[int]) -> None:
    """Note whose records somebody sees in a list, ``view``, where they see it through a session for reading."""
    readings = _carried(session)
    if readings is not None:
        readings.note(actor, [Reading("patient", number, number, view) for number in patient_ids])


def _carried(through: Through) -> Readings | None:
    return through.info.get(CARRIED) if isinstance(through, Session) else None


def _who(actor: Actor) -> Who:
    return actor.person_id, actor.sign_in_id, actor.address


def _audit(change: Noting, those: Those) -> None:
    for actor, them in those:
        for one in them:
            change.audit(actor, "read", one.thing, one.thing_id, one.view, patient_id=one.patient_id)


@contextmanager
def _closed() -> Iterator[None]:
    """Say in our words that what cannot be written down cannot be read."""
    try:
        yield
    except VervainError:
        raise
    except Exception as error:
        log.error("a reading could not be written down", error=type(error).__name__)
        raise Unavailable("Who reads is written down first, and that is not possible at present.") from error
