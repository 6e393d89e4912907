"""The way of a change: one write transaction with the change and its events, the commit, then the hub.

The log is the truth and the hub follows it: after a commit everything in the log that was not published yet is published,
in the order of the log, also what another process (a command, a replay) has written meanwhile.
"""

import asyncio
import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from domain.errors import Unavailable
from domain.events import DURABLE, DomainEvent, LoggedEvent
from domain.hub import Hub
from domain.permission import Actor
from storage import events as log_rows
from storage.database import Database
from storage.tables import AuditEntry, Diagnosis, Event

log = structlog.get_logger(__name__)

T = TypeVar("T")
Clock = Callable[[], datetime]

TAIL_SECONDS = 0.1
"""How often we look whether another process has written; looking costs about 40 µs."""
PUBLISH_AT_ONCE = 500
"""Entries read from the log in one go when catching up."""


def utc_now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


class Change:
    """One transaction under way: a verb changes rows through ``session`` and records what happened."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.entries: list[Event] = []
        self._held: dict[int, Diagnosis] = {}
        self._last_hash: str | None = None

    def record(self, event: DomainEvent, *, practice_id: int) -> None:
        """Append to the log, in this transaction; the diagnosis it is about is in the database already."""
        row = Event(
            id=uuid.uuid4().hex,
            practice_id=practice_id,
            diagnosis_id=event.diagnosis_id,
            patient_id=event.patient_id,
            seq=self._next_seq(event.diagnosis_id) if event.wire in DURABLE and event.diagnosis_id else None,
            type=event.wire,
            created=self.now,
            data=event.data.model_dump_json(),
            patient_data=None if event.for_patient is None else json.dumps(event.for_patient, ensure_ascii=False),
        )
        self.entries.append(row)

    def _next_seq(self, diagnosis_id: int) -> int:
        if diagnosis_id not in self._held:
            self.session.flush()
            self._held[diagnosis_id] = log_rows.hold_numbering(self.session, diagnosis_id)
        return log_rows.next_seq(self._held[diagnosis_id])

    def audit(self, actor: Actor, action: str, thing: str, thing_id: int, detail: str = "") -> None:
        """Append to the audit chain, in this transaction."""
        previous = self._previous_hash()
        facts = [previous, actor.practice_id, actor.person_id, action, thing, thing_id, detail, self.now.isoformat()]
        self._last_hash = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        self.session.add(
            AuditEntry(
                practice_id=actor.practice_id,
                person_id=actor.person_id or None,
                action=action,
                thing=thing,
                thing_id=thing_id,
                detail=detail,
                address=actor.address,
                at=self.now,
                previous=previous,
                hash=self._last_hash,
            )
        )

    def _previous_hash(self) -> str:
        if self._last_hash is None:
            newest = select(AuditEntry.hash).order_by(col(AuditEntry.id).desc()).limit(1)
            self._last_hash = self.session.exec(newest).first() or ""
        return self._last_hash


class Ledger:
    """Runs changes one after the other and publishes what they caused."""

    def __init__(self, database: Database, hub: Hub, clock: Clock = utc_now) -> None:
        self._database = database
        self._hub = hub
        self._clock = clock
        self._order = threading.Lock()
        with database.read() as session:
            self._published = log_rows.top_position(session)
        self._seen = -1

    def write(self, act: Callable[[Change], T]) -> T:
        """Run ``act`` in one write transaction and publish its events once it is committed; raises what ``act`` raises.

        The lock is held until the events are with the hub, so that the order of publishing is the order of the log.
        """
        with self._order:
            try:
                with self._database.write() as session:
                    change = Change(session, self._clock())
                    result = act(change)
                    session.add_all(change.entries)
            except OperationalError as error:
                if "locked" in str(error.orig):
                    raise Unavailable("The database is busy: try again in a moment.") from error
                raise
            try:
                self._publish(change.entries)
            except Exception:  # the change stands; whoever writes next, or the tail, publishes it
                log.exception("could not publish")
        return result

    def catch_up(self) -> None:
        """Publish what other processes have written."""
        with self._order:
            self._publish_from_log()

    async def tail(self) -> None:
        """Follow what other processes write, until cancelled."""
        while True:
            await asyncio.sleep(TAIL_SECONDS)
            try:
                version = await asyncio.to_thread(self._database.version_seen_by_others)
                if version != self._seen:
                    await asyncio.to_thread(self.catch_up)
                    self._seen = version
            except Exception:
                log.exception("could not read the log")

    def _publish(self, entries: Sequence[Event]) -> None:
        if not entries:
            return
        if entries[0].position == self._published + 1:
            self._published += len(entries)
            self._hub.publish([LoggedEvent.of(entry) for entry in entries])
        else:
            self._publish_from_log()

    def _publish_from_log(self) -> None:
        while True:
            with self._database.read() as session:
                entries = log_rows.after_position(session, self._published, limit=PUBLISH_AT_ONCE)
            if not entries:
                return
            self._published = entries[-1].position or self._published
            self._hub.publish([LoggedEvent.of(entry) for entry in entries])
