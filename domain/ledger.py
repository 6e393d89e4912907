"""The way of a change: one write transaction with the change and its events, the commit, then the hub.

The log is the truth and the hub follows it: after a commit everything in the log that was not published yet is published,
in the order of the log, also what another process has written meanwhile (``domain/publishing.py``).
"""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from domain.bus import Bus, Told
from domain.bus.in_process import InProcess
from domain.chain import Seal, linked, reason_digest
from domain.counting import Counts
from domain.errors import OutcomeUnknown, Unavailable
from domain.events import DURABLE, DomainEvent, LoggedEvent
from domain.hub import Hub
from domain.permission import Actor
from domain.publishing import Publishing
from domain.readings import Readings, carry
from domain.statistics import Pool
from domain.tracing import Span, Steps, Tracing, carried, carried_over
from domain.writer import BUSY, RETRY_SECONDS, Waiting, Writer
from storage import audit as audit_rows
from storage import events as log_rows
from storage.database import Database, Rows, Together, TransactionEnded, is_busy
from storage.events import Entry

log = structlog.get_logger(__name__)

T = TypeVar("T")
Clock = Callable[[], datetime]

OF_PATIENTS = frozenset({"patient", "diagnosis", "recommendation", "feedback"})
"""What an entry of the audit can be about that belongs to somebody's record."""


def utc_now() -> datetime:
    """Read the clock, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Known:
    """What the changes of one transaction need not read again; forgotten where one of them is undone."""

    pools: dict[int, Pool] = field(default_factory=dict)
    """What the evidence of a practice says together, as this transaction has written it."""


class Change:
    """One change under way: a verb changes rows through ``session`` and records what happened."""

    def __init__(self, rows: Rows, now: datetime, known: "Known") -> None:
        self.rows = rows
        self.now = now
        self.entries: list[Entry] = []
        self.passing: list[LoggedEvent] = []
        """What is told beside the log, once this is committed: ahead of everything that is committed later."""
        self.known = known
        self.audited: list[tuple[dict[str, Any], str, str]] = []
        """What the audit will say of it: the entry, the reason that was typed and its salt."""
        self._numbers: dict[int, int] = {}
        self.span: Span | None = None
        """The step that it is; None where it is not traced."""

    @property
    def session(self) -> Session:
        """The session through which rows are read and changed."""
        return self.rows.session

    def record(self, event: DomainEvent, *, practice_id: int) -> None:
        """Append to the log, in this transaction; the diagnosis it is about is in the database already."""
        shown = event.for_patient
        entry = Entry(
            id=_new_id(self.now),
            practice_id=practice_id,
            diagnosis_id=event.diagnosis_id,
            patient_id=event.patient_id,
            seq=self._next_seq(event.diagnosis_id) if event.wire in DURABLE and event.diagnosis_id else None,
            type=event.wire,
            created=self.now,
            data=event.data.model_dump_json(),
            patient_data=shown if shown is None or isinstance(shown, str) else json.dumps(shown, ensure_ascii=False),
        )
        self.entries.append(entry)

    def hold(self, diagnosis_id: int, seq: int) -> None:
        """Take over the last number of a diagnosis' log, as it was read in this change."""
        self._numbers.setdefault(diagnosis_id, seq)

    def _next_seq(self, diagnosis_id: int) -> int:
        if diagnosis_id not in self._numbers:
            self._numbers[diagnosis_id] = log_rows.hold_numbering(self.rows, diagnosis_id)
        self._numbers[diagnosis_id] += 1
        log_rows.show_number(self.rows, diagnosis_id, self._numbers[diagnosis_id])
        return self._numbers[diagnosis_id]

    def audit(
        self,
        actor: Actor,
        action: str,
        thing: str,
        thing_id: int,
        detail: str = "",
        *,
        patient_id: int | None = None,
        reason: str = "",
    ) -> None:
        """Note who did what to which record, at the end of the audit chain once this transaction is otherwise done.

        ``detail`` is words and ids of ours, and nothing clinical: it outlives the record. ``reason`` is what somebody typed,
        which is part of the record and is erased with it. ``patient_id`` says whose record it is, for what is not a patient.
        """
        if patient_id is None and thing in OF_PATIENTS:
            if thing != "patient":
                raise ValueError(f"an entry about a {thing} says whose it is")
            patient_id = thing_id
        salt = secrets.token_hex(16) if reason else ""
        entry = {
            "practice_id": actor.practice_id,
            "person_id": actor.person_id or None,
            "patient_id": patient_id,
            "action": action,
            "thing": thing,
            "thing_id": thing_id,
            "detail": detail,
            "reason_hash": reason_digest(reason, salt) if reason else "",
            "address": actor.address,
            "at": self.now,
        }
        self.audited.append((entry, reason, salt))

    def write_down(self) -> None:
        """Write the log and its numbers behind everything else that the change has written."""
        self.rows.flush()
        log_rows.add(self.rows, self.entries, self._numbers)


def _new_id(now: datetime) -> str:
    """Make the id of an event: the time first, so that the index over ids grows at its end, then 80 random bits."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"


class Ledger:
    """Does changes in the order in which they come, and publishes what they caused."""

    def __init__(
        self, database: Database, hub: Hub, clock: Clock = utc_now, *, seal: Seal | None = None, bus: Bus | None = None
    ) -> None:
        """Begin behind what the log has; ``seal`` is of the program's secret, and without it the audit is not sealed."""
        self._database = database
        self.bus: Bus = bus or InProcess()
        """By which other processes hear of it."""
        database.busy = lambda: Unavailable(BUSY, retry_after=RETRY_SECONDS)
        database.unknown = _unknown
        self.seal = seal
        """Of the program's secret; None where the audit is not sealed."""
        self._clock = clock
        self._publishing = Publishing(database, hub)
        self.commits = 0
        """Changes committed since the program started."""
        self._writer = Writer(self._commit)
        self.readings = Readings(self.write, self.written, clock)
        """Who reads a record is written down here before they see it."""
        carry(database, self.readings)
        database.before_close(self._writer.end)

    @property
    def held_up_seconds(self) -> float:
        """How long the transaction under way has taken so far."""
        return self._writer.held_up_seconds

    @property
    def waiting(self) -> int:
        """How many changes wait to be written."""
        return self._writer.waiting

    @property
    def published(self) -> int:
        """Entries handed to the hub since the program started."""
        return self._publishing.published

    def counts(self) -> Counts:
        """Say what was counted of what other processes tell."""
        return {**self._publishing.counts(), **self.bus.counts()}

    @property
    def position(self) -> int:
        """Up to where in the log this process has published everything."""
        return self._publishing.position

    def work_done(self) -> dict[str, Any]:
        """Count what was written and published since the program started, and what waits."""
        return {
            "ledger_commits": self.commits,
            "published_events": self.published,
            "ledger_waiting": self.waiting,
            "write_seconds": self._writer.seconds.as_dict(),
            "write_changes": self._writer.together.as_dict(),
        }

    def write(self, act: Callable[[Change], T]) -> T:
        """Do ``act`` and publish its events once it is committed; raises what ``act`` raises. For worker threads and commands.

        It waits for the commit, which other changes may share; ``act`` runs on the writer's thread, and is undone alone
        where it raises. Raises Unavailable when the database is busy and when too much waits for it already, OutcomeUnknown
        when the connection broke at the commit and nobody can say whether it was kept.
        """
        result: T = self._writer.do(carried_over(act))
        return result

    async def written(self, act: Callable[[Change], T]) -> T:
        """Do ``act`` as ``write`` does, without holding a thread while it waits. For the event loop."""
        result: T = await self._writer.done(carried_over(act))
        return result

    def _commit(self, waiting: Iterator[Waiting]) -> None:
        """Do all that waits in one transaction, and publish what they caused once it is committed."""
        kept: list[Change] = []
        known, steps = Known(), Steps(kept)
        try:
            with self._database.together() as together:
                for one in waiting:
                    try:
                        with together.one() as rows:
                            change = Change(rows, self._clock(), known)
                            one.result = one.act(change)
                            change.write_down()
                        kept.append(change)
                    except TransactionEnded:
                        raise
                    except BaseException as error:  # undone alone; whoever waits for it is told
                        one.error, known = _in_our_words(error), Known()
                self._append_audit(together, kept)
                told = self._tell(together, kept)
                steps.commit()
        except BaseException as error:
            steps.end(type(error).__name__)
            if isinstance(error, OperationalError):
                raise _in_our_words(error) from error
            raise
        steps.publish()
        self.commits += len(kept)
        if told is not None:
            if steps.traced:  # what comes of it belongs to the step that has just begun
                events = _events(kept)
                told = Told(told.after, events, carried(events))
            self.bus.committed(told)
            try:
                self._publishing.own(told)
            except Exception as error:  # the changes stand; whoever writes next, or the tail, publishes them
                log.warning("could not publish", exc_info=not isinstance(error, Unavailable))
        steps.end()

    def _append_audit(self, together: Together, changes: Sequence[Change]) -> None:
        """Put what was done at the end of the audit chain: last, so that other processes wait for its end only briefly."""
        audited = [one for change in changes for one in change.audited]
        if not audited:
            return
        with together.all() as rows:
            end = audit_rows.end_of(rows)
            entries, reasons = [], []
            for facts, reason, salt in audited:
                entry = linked(facts, end, self.seal)
                end = entry["id"], entry["hash"]
                entries.append(entry)
                if reason:
                    whose = facts["patient_id"]
                    reasons.append({"entry_id": entry["id"], "patient_id": whose, "text": reason, "salt": salt})
            audit_rows.append(rows, entries, reasons)

    def _tell(self, together: Together, changes: Sequence[Change]) -> Told | None:
        """Gather what the changes tell, and where in the log that comes; None where they tell nothing."""
        events = _events(changes)
        if not events:
            return None
        with together.all() as rows:
            first = next((event.position for event in events if event.position is not None), None)
            published = self._publishing.position
            # What was published last is in the log, and nothing can be between two neighbours.
            told = Told(published if first == published + 1 else log_rows.before(rows, first), events)
            self.bus.within(rows, told)
        return told

    @property
    def is_another_log(self) -> bool:
        """Whether the database was seen to hold another log than at the start."""
        return self._publishing.is_another_log

    @property
    def went_back(self) -> bool:
        """Whether the log was seen to end before what was published."""
        return self._publishing.went_back

    def when_another_log(self, act: Callable[[], None]) -> None:
        """Do this, once and on the event loop, when the database holds another log than at the start."""
        self._publishing.when_another_log = act

    def catch_up(self) -> None:
        """Publish what other processes have written."""
        self._publishing.catch_up()

    async def tail(self) -> None:
        """Follow what other processes write by looking at the log, until cancelled."""
        await self._publishing.tail()

    async def hear(self, tracing: Tracing | None = None) -> None:
        """Follow what other processes tell, until cancelled; a trace goes on here where there is ``tracing``."""

        def heard(told: Sequence[Told]) -> None:
            self._publishing.heard(told if tracing is None else [one.resumed(tracing) for one in told])

        try:
            await self.bus.run(heard)
        finally:
            await self._publishing.settle()


def _events(changes: Sequence[Change]) -> tuple[LoggedEvent, ...]:
    """Give what the changes tell, in its order."""
    return tuple(
        event
        for change in changes
        for event in (*(LoggedEvent.of(entry, change.span) for entry in change.entries), *change.passing)
    )


def _in_our_words(error: BaseException) -> BaseException:
    """Say it in our words where another process has held the database for too long."""
    if is_busy(error):
        busy = Unavailable(BUSY, retry_after=RETRY_SECONDS)
        busy.__cause__ = error
        return busy
    return error


def _unknown() -> Exception:
    return OutcomeUnknown(
        "The connection to the database broke, and it is not known whether this was kept: look before you repeat it."
    )
