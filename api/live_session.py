"""One client on a live socket: joins without a hole, is answered, and ends with its token, its sign-in or its permission.

What happens reaches it through its channel (``channel``); nothing here waits for the client, and between messages there
is no task.
"""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from api.channel import Channel, Channels
from api.connections import Connections
from api.live_message import parse
from api.wire import MAX_MESSAGES, Wire
from domain import log
from domain.errors import Invalid, NotFound, NotSignedIn, TooMuch, TooOften, Unavailable, VervainError
from domain.events import LoggedEvent, envelope, wire_time
from domain.hub import Unfollow, patient_topic, sign_in_topic
from domain.ledger import utc_now
from domain.messages import Connect
from domain.permission import Actor
from domain.record import audience_of
from domain.services import Services
from domain.sign_in import actor_of_token, still_in

complaints = structlog.get_logger(__name__)

PING_SECONDS = 25.0
"""How often a client should ping: below the 60 s after which proxies cut an idle connection."""
PONG_TIMEOUT_SECONDS = 10.0
SPREAD_MS = 5_000
"""Over how long clients spread their first reconnect."""
EXPIRY_GRACE = timedelta(seconds=25)
MAX_INBOUND = 64 * 1024
INBOUND_PER_SECOND = 20
MISTAKES = 3
"""Malformed messages that are answered; the next one closes."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a client has read, and of which log."""

    since: int
    epoch: str | None


class Ended(Exception):
    """The session ended before it had begun, with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class LiveSession:
    """A member of a channel and the receiver of its wire."""

    __slots__ = (
        "_acked",
        "_actor",
        "_channel",
        "_channels",
        "_checks",
        "_diagnosis_id",
        "_end",
        "_expires",
        "_expiry",
        "_joined",
        "_leave_connections",
        "_mistakes",
        "_received",
        "_services",
        "_unfollow_patient",
        "_unfollow_sign_in",
        "_wire",
    )

    def __init__(
        self,
        services: Services,
        channels: Channels,
        connections: Connections,
        actor: Actor,
        diagnosis_id: int,
        *,
        expires: datetime | None,
    ) -> None:
        """Take a place among the connections. Raises TooOften (1013) when this person has too many."""
        self._services = services
        self._channels = channels
        self._actor = actor
        self._diagnosis_id = diagnosis_id
        self._expires = expires
        self._expiry: asyncio.TimerHandle | None = None
        self._acked = 0
        self._mistakes = 0
        self._received: deque[float] | None = None
        self._end: Ended | None = None
        self._wire: Wire | None = None
        self._joined: log.Joined | None = None
        self._checks: asyncio.Task[None] | None = None
        self._unfollow_patient: Unfollow | None = None
        self._unfollow_sign_in: Unfollow | None = None
        self._leave_connections: Unfollow | None = connections.enter(actor.person_id, diagnosis_id, self.finish)
        # Follow before the log is read: what happens in between waits in the channel and is merged by its seq.
        self._channel: Channel = channels.join(self, diagnosis_id, audience_of(actor))
        self._follow_sign_in()

    async def join(self, position: Position | None) -> None:
        """Read what the client needs to go on from. Raises NotFound where this person may not follow this diagnosis."""
        self._joined = joined = await self._read_log(position)
        self._unfollow_patient = self._services.hub.follow(patient_topic(joined.patient_id), self._check_again)
        await self._still_allowed()  # what was revoked while we joined was told to nobody

    def begin(self, wire: Wire) -> None:
        """Say where the client stands, give it what it missed, and from now on what happens."""
        joined, self._joined = self._joined, None
        if joined is None:
            raise RuntimeError("a session joins before it begins")
        self._wire = wire
        self._channel.begin(self, self._greeting(joined), joined.seq)
        self._watch_expiry()

    @property
    def wire(self) -> Wire:
        """Where its messages go."""
        if self._wire is None:
            raise RuntimeError("a session that waits has no wire yet")
        return self._wire

    @property
    def ended(self) -> Ended | None:
        """Why it is over; None while it is not."""
        return self._end

    def finish(self, code: int, reason: str) -> None:
        """End the session from this side."""
        if self._end is None:
            self._end = Ended(code, reason)
            if self._wire is not None:
                self._wire.close(code, reason)

    def flowing(self) -> None:
        """Pass on that the wire has begun or ceased to flow."""
        self._channel.flowing(self)

    def lost(self) -> None:
        """Leave everything that this session is part of; can be said again."""
        self._end = self._end or Ended(1001, "gone")
        self._channels.leave(self, self._diagnosis_id, audience_of(self._actor))
        for end_following in (self._unfollow_patient, self._unfollow_sign_in, self._leave_connections):
            if end_following is not None:
                end_following()
        self._unfollow_patient = self._unfollow_sign_in = self._leave_connections = None
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def received(self, message: str | bytes) -> Awaitable[None] | None:
        """Answer a message, at once or by what is returned."""
        try:
            return self._answer(self._checked(message))
        except VervainError as error:
            self._refuse(error)
            return None

    def _follow_sign_in(self) -> None:
        """End with the sign-in that the client came with last."""
        if self._unfollow_sign_in is not None:
            self._unfollow_sign_in()
            self._unfollow_sign_in = None
        if self._actor.sign_in_id is not None:
            topic = sign_in_topic(self._actor.sign_in_id)
            self._unfollow_sign_in = self._services.hub.follow(topic, self._signed_out)

    def _signed_out(self, _event: LoggedEvent) -> None:
        self.finish(1008, "signed_out")

    async def _read_log(self, position: Position | None, *, most: int = log.MOST_REPLAYED) -> log.Joined:
        since, epoch = (position.since, position.epoch) if position else (None, None)
        return await asyncio.to_thread(
            log.join, self._services, self._actor, self._diagnosis_id, since=since, known_epoch=epoch, most=most
        )

    def _greeting(self, joined: log.Joined) -> list[str]:
        now = utc_now()
        connect = Connect(
            seq=joined.seq,
            epoch=joined.epoch,
            resumed=joined.resumed,
            missed=len(joined.missed),
            ping_s=PING_SECONDS,
            pong_timeout_s=PONG_TIMEOUT_SECONDS,
            token_expires_in=None if self._expires is None else round((self._expires - now).total_seconds(), 1),
            spread_ms=SPREAD_MS,
            server_time=now,
        )
        return [self._message("connect", connect.model_dump_json()), *self._missed(joined)]

    def _missed(self, joined: log.Joined) -> list[str]:
        if joined.snapshot is not None:
            return [self._message("snapshot", json.dumps(joined.snapshot, ensure_ascii=False))]
        return [event.text(audience_of(self._actor)) for event in joined.missed]

    def _checked(self, message: str | bytes) -> dict[str, Any]:
        if isinstance(message, bytes):
            raise Invalid("Messages are JSON text.")
        if len(message) > MAX_INBOUND or len(message.encode()) > MAX_INBOUND:
            raise TooMuch("The message is too long.")
        now = asyncio.get_running_loop().time()
        if self._received is None:
            self._received = deque(maxlen=INBOUND_PER_SECOND)
        if len(self._received) == INBOUND_PER_SECOND and now - self._received[0] < 1.0:
            raise TooOften("Too many messages a second.")
        self._received.append(now)
        return parse(message)

    def _answer(self, message: dict[str, Any]) -> Awaitable[None]:
        answers: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "ping": self._pong,
            "ack": self._ack,
            "resume": self._resume,
            "auth": self._refresh,
        }
        kind = message.get("type")
        if not isinstance(kind, str) or kind not in answers:
            raise Invalid("There is no such message type.", code="unknown_type")
        return self._guarded(answers[kind](message))

    async def _guarded(self, answering: Awaitable[None]) -> None:
        try:
            await answering
        except VervainError as error:
            self._refuse(error)

    def _refuse(self, error: VervainError) -> None:
        """Complain to the client; end where the mistake is none that a client makes by accident."""
        self._mistakes += 1
        if isinstance(error, NotSignedIn | NotFound | TooMuch | TooOften):
            self.finish(error.close_code, error.code)
        elif self._mistakes > MISTAKES:
            self.finish(1008, error.code)
        else:
            data = {"code": error.code, "message": error.message, "retry": False}
            self._say("error", json.dumps(data, ensure_ascii=False))

    async def _pong(self, _message: dict[str, Any]) -> None:
        """Answer behind everything that waits, with the newest number that will have been sent by then."""
        top = await asyncio.to_thread(log.top_seq, self._services, self._diagnosis_id)
        self._say("pong", json.dumps({"seq": max(top, self._channel.place(self))}))

    async def _ack(self, message: dict[str, Any]) -> None:
        seq = message.get("seq")
        if not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
            raise Invalid("An ack says up to which seq (a whole number).")
        if self._acked < seq <= self._channel.place(self):
            try:
                await asyncio.to_thread(log.acknowledge, self._services, self._actor, self._diagnosis_id, seq)
            except Unavailable:
                return  # the next ack says it again
            self._acked = seq

    async def _resume(self, message: dict[str, Any]) -> None:
        """Fill a gap that the client has seen, on the live socket: the missed messages again, or a snapshot."""
        since = message.get("since")
        if not isinstance(since, int) or isinstance(since, bool) or since < 0:
            raise Invalid("A resume says since which seq (a whole number).")
        joined = await self._read_log(Position(since, None), most=MAX_MESSAGES // 2)  # it has to fit beside what waits
        for text in self._missed(joined):
            self._put(text)

    async def _refresh(self, message: dict[str, Any]) -> None:
        token = message.get("token")
        if not isinstance(token, str):
            raise Invalid("An auth message carries a token.")
        actor, expires = await asyncio.to_thread(actor_of_token, self._services, token, address=self._actor.address)
        if actor.person_id != self._actor.person_id:
            raise NotSignedIn("This token is somebody else's.")
        if self._end is not None:
            return
        self._actor, self._expires = actor, expires
        self._follow_sign_in()
        self._watch_expiry()
        left = round((expires - utc_now()).total_seconds(), 1)
        self._say("auth", json.dumps({"token_expires_in": left}))

    def _watch_expiry(self) -> None:
        """End the session when its token has been over for the grace, unless a fresh one comes."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if self._end is not None or self._expires is None:
            return  # a page's session: its cookie is looked at when the page does something
        left = (self._expires + EXPIRY_GRACE - utc_now()).total_seconds()
        if left <= 0:
            self.finish(1008, "token_expired")
        else:
            self._expiry = asyncio.get_running_loop().call_later(left, self._watch_expiry)

    def _check_again(self, _event: LoggedEvent) -> None:
        """Look again whether this person may still follow: the patient's record changed hands."""
        self._checks = asyncio.ensure_future(self._still_allowed())

    async def _still_allowed(self) -> None:
        services, actor = self._services, self._actor
        if actor.sign_in_id is not None and not await asyncio.to_thread(still_in, services, actor.sign_in_id):
            self.finish(1008, "signed_out")
        elif not await asyncio.to_thread(log.may_follow, services, actor, self._diagnosis_id):
            self.finish(1008, "not_found")

    def _say(self, kind: str, data: str) -> None:
        self._put(self._message(kind, data))

    def _put(self, text: str) -> None:
        if self._end is None:
            self._channel.put(self, text)

    def _message(self, kind: str, data: str) -> str:
        """Write a message of our own: one that is in no log and has no ``seq``."""
        return envelope(
            kind,
            data,
            diagnosis_id=self._diagnosis_id,
            seq=None,
            message_id=uuid.uuid4().hex,
            timestamp=wire_time(utc_now()),
        )
