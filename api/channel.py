"""A channel: who follows a diagnosis in this process, and one pass over all of them for each turn of the event loop.

A client joins in three steps. It *waits*: what happens is kept for it while it reads the log. It is *uneven*: its place in
the log differs from the channel's, because the log was read ahead of what the hub has published, or behind it; it gets each
message by itself, checked against its own place. It is *level*: its place is the channel's, so that one check and one frame
serve everybody.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol

import structlog

from api.closing import GO_AWAY
from api.metrics import Metrics
from api.shared_reading import SharedReading
from api.wire import MAX_BYTES, MAX_MESSAGES, TOO_SLOW, Batch, Wire, Write
from domain.events import Audience, LoggedEvent
from domain.hub import Hub, diagnosis_topic, phones_topic
from domain.log import Beside, Look
from domain.tracing import Span

log = structlog.get_logger(__name__)

SLICE = 64
"""Clients served before others get their turn: at 3 to 7 µs each, an HTTP request waits less than half a millisecond for them."""
TOLD = 16
"""Of how many of a diagnosis' newest messages it is known when they were told: a client confirms one of the newest."""


class Member(Protocol):
    """A client of a channel."""

    @property
    def wire(self) -> Wire:
        """Where its messages go."""

    def finish(self, code: int, reason: str) -> None:
        """End it."""


class Waiting:
    """What happens while a client reads the log; bounded as what waits for a client is."""

    def __init__(self, version: int, place: int = 0) -> None:
        self.version = version
        self.place = place
        self._kept: list[tuple[int | None, str]] = []
        self._bytes = 0
        self.overflowed = False

    def keep(self, seq: int | None, text: str) -> None:
        """Keep a message behind those that wait."""
        self._bytes += len(text.encode())
        self.overflowed = self.overflowed or len(self._kept) >= MAX_MESSAGES or self._bytes > MAX_BYTES
        if not self.overflowed:
            self._kept.append((seq, text))

    def after(self, seq: int) -> Iterator[tuple[int | None, str]]:
        """Give what the log, read up to ``seq``, did not have."""
        return ((at, text) for at, text in self._kept if at is None or at > seq)


class Channel:
    """One diagnosis for one audience."""

    def __init__(self, hub: Hub, metrics: Metrics, diagnosis_id: int, audience: Audience) -> None:
        self._metrics = metrics
        self._audience = audience
        self._loop = asyncio.get_running_loop()
        topic = phones_topic if audience is Audience.PATIENT else diagnosis_topic
        self._unfollow = hub.follow(topic(diagnosis_id), self._notice)
        self._seq: int | None = None
        """The place of everybody who is level; None before the first."""
        self._direct: dict[Member, Write] = {}
        self._queued: dict[Member, Wire] = {}
        self._uneven: dict[Member, int] = {}
        self._waiting: dict[Member, Waiting] = {}
        self._pending: list[str] = []
        self._leaving: deque[Member] = deque()
        self._batch = Batch(())
        self._turn: asyncio.Handle | None = None
        self._changed: str | None = None
        """When the first of what waits for the next turn was changed."""
        self._leaving_since: str | None = None
        """The same of what is on its way."""
        self._spans: list[Span] = []
        """Of those that wait for the next turn, where they are traced."""
        self._leaving_spans: list[Span] = []
        """Of those that are on their way."""
        self.told: deque[tuple[int, float]] = deque(maxlen=TOLD)
        self._version = 0
        """Counts what came: what was read at an older version may lack it."""
        self._moved: asyncio.Future[None] | None = None
        self._looks: SharedReading[Look] = SharedReading()
        self._besides: SharedReading[Beside] = SharedReading()

    def __len__(self) -> int:
        return len(self._direct) + len(self._queued) + len(self._uneven) + len(self._waiting)

    def wait(self, member: Member) -> None:
        """Keep what happens for somebody who is about to read the log."""
        self._waiting[member] = Waiting(self._version)

    async def look(self, member: Member, read: Callable[[], Awaitable[Look]]) -> Look:
        """Read the diagnosis for somebody: once for all who began to wait before anything more happened."""
        return await self._looks.get(read, since=self._began(member), version=self._version)

    def beside(self, member: Member) -> Beside | None:
        """Give what is told beside the log, as it was read for another since somebody began to wait; None where it was not."""
        return self._besides.kept(since=self._began(member))

    def keep_beside(self, member: Member, read: Beside) -> None:
        """Keep it for others as somebody has read it, who waits since before that."""
        self._besides.keep(read, version=self._began(member))

    def _began(self, member: Member) -> int:
        """Say what had come when somebody began to wait: what was read before that may lack something."""
        waiting = self._waiting.get(member)
        return self._version if waiting is None else waiting.version

    def begin(self, member: Member, greeting: list[str], seq: int) -> None:
        """Send the greeting, read from the log up to ``seq``, and what happened since; from now on it gets what happens."""
        waited = self._waiting.pop(member)
        if waited.overflowed:
            member.finish(TOO_SLOW, "too_slow")
            return
        texts = list(greeting)
        for at, text in waited.after(seq):
            if at is not None:
                if at != seq + 1:
                    self._gap(member)
                    return
                seq = at
            texts.append(text)
        if self._seq is None:
            self._seq = seq
        self._uneven[member] = seq
        self._to_one(member, Batch(texts))
        self._level(member)
        self._tell_moved()

    def hold(self, member: Member) -> int:
        """Keep what happens for somebody who may not be sent anything just now; gives the place to begin again from."""
        self.flush()
        place = self.place(member)
        self.leave(member)
        self._waiting[member] = Waiting(self._version, place)
        return place

    def leave(self, member: Member) -> None:
        """Forget somebody; nothing is sent there from now on."""
        for members in (self._direct, self._queued, self._uneven, self._waiting):
            members.pop(member, None)

    def flowing(self, member: Member) -> None:
        """Move somebody whose wire has begun or ceased to flow."""
        if member in self._direct or member in self._queued:
            self._place(member)

    def place(self, member: Member) -> int:
        """Say up to where in the log a member has been sent everything."""
        waiting = self._waiting.get(member)
        return waiting.place if waiting is not None else self._uneven.get(member, self._seq or 0)

    async def reach(self, member: Member, seq: int) -> None:
        """Wait until a member has been sent everything up to ``seq``."""
        while self.place(member) < seq:
            if self._moved is None:
                self._moved = self._loop.create_future()
            await asyncio.shield(self._moved)

    def unsent(self) -> Iterator[tuple[int, int]]:
        """Give the messages and their bytes that wait for each client that does not take them as fast as they come."""
        return (wire.unsent for wire in self._queued.values())

    def put(self, member: Member, text: str) -> None:
        """Send something to one client alone, behind everything that it gets as a member."""
        self.flush()
        self._to_one(member, Batch((text,)))

    def flush(self) -> None:
        """Send at once all that waits for this turn of the loop, or for the next."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        while self._leaving or self._pending:
            self._send(len(self._leaving) or len(self._direct) + len(self._queued))

    def close(self) -> None:
        """End: nobody follows any more."""
        self._unfollow()
        self._looks.forget()
        self._besides.forget()
        if self._turn is not None:
            self._turn.cancel()

    def _notice(self, event: LoggedEvent) -> None:
        self._version += 1
        text, seq = event.text(self._audience), event.seq
        if seq is not None:
            self.told.append((seq, self._loop.time()))
        for waiting in self._waiting.values():
            waiting.keep(seq, text)
        for member, at in list(self._uneven.items()):
            self._send_uneven(member, at, seq, text)
        if seq is None or self._seq is None or seq > self._seq:  # else the first who joined had read it from the log
            self._changed = self._changed or event.timestamp
            if event.span is not None:
                self._begin_span(event.span, event.type)
            self._send_level(seq, text)
        for member, at in list(self._uneven.items()):
            if at == self._seq:
                self._level(member)
        self._tell_moved()

    def _begin_span(self, span: Span, kind: str) -> None:
        """Measure how long it takes until everybody who is level has had it: one span for all of them."""
        span = span.begin("fan-out", type=kind, audience=self._audience.value)
        if self._direct or self._queued:
            self._spans.append(span)
        else:
            span.note(clients=0)
            span.end()

    def _gap(self, member: Member) -> None:
        self._metrics.gaps += 1
        member.finish(GO_AWAY, "gap")

    def _tell_moved(self) -> None:
        moved, self._moved = self._moved, None
        if moved is not None:
            moved.set_result(None)

    def _send_uneven(self, member: Member, at: int, seq: int | None, text: str) -> None:
        if seq is not None:
            if seq <= at:
                return
            if seq != at + 1:
                self._gap(member)
                return
            self._uneven[member] = seq
        self._to_one(member, Batch((text,)))

    def _send_level(self, seq: int | None, text: str) -> None:
        if seq is not None and self._seq is not None:
            if seq != self._seq + 1:
                for member in [*self._direct, *self._queued]:
                    self._gap(member)
            self._seq = seq
        if self._direct or self._queued:
            self._pending.append(text)
            if self._turn is None:
                self._turn = self._loop.call_soon(self._next_turn)

    def _level(self, member: Member) -> None:
        """Take somebody in among the others, where its place has become theirs."""
        if self._uneven.get(member) == self._seq:
            self.flush()
            if self._uneven.pop(member, None) is not None:  # it may have been cut by what was sent
                self._place(member)

    def _to_one(self, member: Member, batch: Batch) -> None:
        self._metrics.sent(len(batch), len(batch.frames))
        member.wire.put(batch)

    def _place(self, member: Member) -> None:
        self._direct.pop(member, None)
        self._queued.pop(member, None)
        write = member.wire.direct
        if write is None:
            self._queued[member] = member.wire
        else:
            self._direct[member] = write

    def _next_turn(self) -> None:
        self._turn = None
        self._send(SLICE)
        if self._leaving or self._pending:
            self._turn = self._loop.call_soon(self._next_turn)

    def _send(self, most: int) -> None:
        """Serve at most so many with the present batch; begin the next one when everybody had it."""
        if not self._leaving:
            self._batch = Batch(self._pending)
            self._pending = []
            self._leaving_since, self._changed = self._changed, None
            self._leaving.extend(self._direct)
            self._leaving.extend(self._queued)
            self._leaving_spans, self._spans = self._spans, []
            for span in self._leaving_spans:
                span.note(clients=len(self._leaving))
        frames = self._batch.frames
        direct, leaving = self._direct, self._leaving
        most = min(most, len(leaving))
        self._metrics.sent(len(self._batch), len(frames), most)
        for _ in range(most):
            member = leaving.popleft()
            write = direct.get(member)
            if write is not None:
                try:
                    write(frames)
                except Exception:
                    log.exception("a client could not be written to")
                    member.finish(1011, "internal")
            elif member in self._queued:  # paused, or cut meanwhile
                self._queued[member].put(self._batch)
        if self._leaving_spans and not leaving:
            for span in self._leaving_spans:
                span.end()
            self._leaving_spans = []
        if most and not leaving and self._leaving_since is not None:
            changed, self._leaving_since = datetime.fromisoformat(self._leaving_since), None
            self._metrics.delivered((datetime.now(UTC) - changed).total_seconds())
