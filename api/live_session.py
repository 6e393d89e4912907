"""One client on a live socket: joins without a hole, gets what happens in order, is cut when it cannot keep up."""

import asyncio
import json
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from api.closing import close
from api.live_message import parse
from domain import log
from domain.errors import Invalid, NotFound, NotSignedIn, TooMuch, TooOften, Unavailable, VervainError
from domain.events import envelope, wire_time
from domain.hub import MAX_MESSAGES, Subscription, diagnosis_topic, patient_topic, sign_in_topic
from domain.ledger import utc_now
from domain.messages import Connect
from domain.permission import Actor
from domain.record import audience_of
from domain.services import Services
from domain.sign_in import actor_of_token, still_in

PING_SECONDS = 25.0
"""How often a client should ping: below the 60 s after which proxies cut an idle connection."""
PONG_TIMEOUT_SECONDS = 10.0
SPREAD_MS = 5_000
"""Over how long clients spread their first reconnect."""
SEND_SECONDS = 5.0
"""A send that is stalled longer cuts the connection; the server's own ping does not notice a peer that stopped reading."""
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


class _Ended(Exception):
    """The session is over, with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class LiveSession:
    """Reads, writes and watches one socket until one of the three has a reason to end."""

    def __init__(
        self, websocket: WebSocket, services: Services, actor: Actor, diagnosis_id: int, *, expires: datetime | None
    ) -> None:
        self._websocket = websocket
        self._services = services
        self._actor = actor
        self._diagnosis_id = diagnosis_id
        self._expires = expires
        self._audience = audience_of(actor)
        self._seq = 0
        self._acked = 0
        self._mistakes = 0
        self._received: deque[float] = deque(maxlen=INBOUND_PER_SECOND)
        self._ended = asyncio.Event()
        self._end = _Ended(1000, "")
        self._unfollow_sign_in: Callable[[], None] = lambda: None

    async def run(self, position: Position | None) -> None:
        """Serve the socket until it ends. Raises NotFound where this person may not follow this diagnosis."""
        hub = self._services.hub
        # Subscribe before the log is read: what happens in between waits in the subscription and is merged by its seq.
        subscription = hub.subscribe(diagnosis_topic(self._diagnosis_id), audience=self._audience)
        unfollow: list[Callable[[], None]] = [subscription.close, lambda: self._unfollow_sign_in()]
        try:
            self._follow_sign_in()
            joined = await self._join(position)
            unfollow.append(hub.follow(patient_topic(joined.patient_id), lambda _: self._check_again()))
            self._check_again()  # what was revoked while we joined was told to nobody
            await self._greet(joined, subscription)
            await self._serve(subscription)
        except _Ended as end:
            self._end = end
        except WebSocketDisconnect:
            return
        finally:
            for end_following in unfollow:
                end_following()
        await close(self._websocket, self._end.code, self._end.reason)

    def _follow_sign_in(self) -> None:
        """End with the sign-in that the client came with last."""
        self._unfollow_sign_in()
        if self._actor.sign_in_id is not None:
            topic = sign_in_topic(self._actor.sign_in_id)
            self._unfollow_sign_in = self._services.hub.follow(topic, lambda _: self.finish(1008, "signed_out"))

    async def _join(self, position: Position | None, *, most: int = log.MOST_REPLAYED) -> log.Joined:
        since, epoch = (position.since, position.epoch) if position else (None, None)
        return await asyncio.to_thread(
            log.join, self._services, self._actor, self._diagnosis_id, since=since, known_epoch=epoch, most=most
        )

    async def _greet(self, joined: log.Joined, subscription: Subscription) -> None:
        """Say where the client stands, then give it what it missed; what waits and is older than that is dropped."""
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
        await self._send(self._message("connect", connect.model_dump_json()))
        if joined.snapshot is not None:
            await self._send(self._message("snapshot", json.dumps(joined.snapshot, ensure_ascii=False)))
        for event in joined.missed:
            await self._send(event.text(self._audience))
        self._seq = joined.seq
        subscription.skip_to(joined.seq)

    async def _serve(self, subscription: Subscription) -> None:
        jobs = [self._write(subscription), self._read(subscription), self._watch_expiry(), self._ended.wait()]
        tasks = [asyncio.ensure_future(job) for job in jobs]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (error := task.exception()) is not None:
                    raise error
            raise self._end
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, subscription: Subscription) -> None:
        while batch := await subscription.next():
            for seq, text in batch:
                if seq is not None:
                    if seq != self._seq + 1:
                        raise _Ended(4001, "gap")  # cannot be: the client resumes and gets the log as it is
                    self._seq = seq
                await self._send(text)
        raise _Ended(4008, "too_slow")

    async def _send(self, text: str) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._websocket.send_text(text)
        except TimeoutError:
            raise _Ended(4008, "too_slow") from None

    async def _read(self, subscription: Subscription) -> None:
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1000))
            try:
                await self._answer(self._text_of(received), subscription)
            except (NotSignedIn, NotFound, TooMuch, TooOften) as error:
                raise _Ended(error.close_code, error.code) from None
            except VervainError as error:
                self._complain(error, subscription)

    def _text_of(self, received: Any) -> str:
        text = received.get("text")
        if text is None:
            raise Invalid("Messages are JSON text.")
        if len(text) > MAX_INBOUND or len(text.encode()) > MAX_INBOUND:
            raise TooMuch("The message is too long.")
        now = asyncio.get_running_loop().time()
        if len(self._received) == INBOUND_PER_SECOND and now - self._received[0] < 1.0:
            raise TooOften("Too many messages a second.")
        self._received.append(now)
        return str(text)

    async def _answer(self, text: str, subscription: Subscription) -> None:
        message = parse(text)
        answers: dict[str, Callable[[dict[str, Any], Subscription], Awaitable[None]]] = {
            "ping": self._pong,
            "ack": self._ack,
            "resume": self._resume,
            "auth": self._refresh,
        }
        kind = message.get("type")
        if not isinstance(kind, str) or kind not in answers:
            raise Invalid("There is no such message type.", code="unknown_type")
        await answers[kind](message, subscription)

    async def _pong(self, _message: dict[str, Any], subscription: Subscription) -> None:
        """Answer behind everything that waits, with the newest number that will have been sent by then."""
        top = await asyncio.to_thread(log.top_seq, self._services, self._diagnosis_id)
        subscription.put(self._message("pong", json.dumps({"seq": max(top, self._seq)})))

    async def _ack(self, message: dict[str, Any], _subscription: Subscription) -> None:
        seq = message.get("seq")
        if not isinstance(seq, int) or isinstance(seq, bool) or seq < 0:
            raise Invalid("An ack says up to which seq (a whole number).")
        if self._acked < seq <= self._seq:
            try:
                await asyncio.to_thread(log.acknowledge, self._services, self._actor, self._diagnosis_id, seq)
            except Unavailable:
                return  # the next ack says it again
            self._acked = seq

    async def _resume(self, message: dict[str, Any], subscription: Subscription) -> None:
        """Fill a gap that the client has seen, on the live socket: the missed messages again, or a snapshot."""
        since = message.get("since")
        if not isinstance(since, int) or isinstance(since, bool) or since < 0:
            raise Invalid("A resume says since which seq (a whole number).")
        joined = await self._join(Position(since, None), most=MAX_MESSAGES // 2)  # it has to fit into the queue
        if joined.snapshot is not None:
            subscription.put(self._message("snapshot", json.dumps(joined.snapshot, ensure_ascii=False)))
        for event in joined.missed:
            subscription.put(event.text(self._audience))

    async def _refresh(self, message: dict[str, Any], subscription: Subscription) -> None:
        token = message.get("token")
        if not isinstance(token, str):
            raise Invalid("An auth message carries a token.")
        actor, expires = await asyncio.to_thread(actor_of_token, self._services, token, address=self._actor.address)
        if actor.person_id != self._actor.person_id:
            raise NotSignedIn("This token is somebody else's.")
        self._actor, self._expires = actor, expires
        self._follow_sign_in()
        left = round((expires - utc_now()).total_seconds(), 1)
        subscription.put(self._message("auth", json.dumps({"token_expires_in": left})))

    async def _watch_expiry(self) -> None:
        """End the session when its token has been over for the grace, unless a fresh one came."""
        while self._expires is not None:
            left = (self._expires + EXPIRY_GRACE - utc_now()).total_seconds()
            if left <= 0:
                raise _Ended(1008, "token_expired")
            await asyncio.sleep(left)
        await asyncio.Event().wait()  # a page's session: its cookie is looked at when the page does something

    def _check_again(self) -> None:
        """Look again whether this person may still follow: the patient's record changed hands."""
        task = asyncio.ensure_future(self._still_allowed())
        self._checks = task

    async def _still_allowed(self) -> None:
        services, actor = self._services, self._actor
        if actor.sign_in_id is not None and not await asyncio.to_thread(still_in, services, actor.sign_in_id):
            self.finish(1008, "signed_out")
        elif not await asyncio.to_thread(log.may_follow, services, actor, self._diagnosis_id):
            self.finish(1008, "not_found")

    def finish(self, code: int, reason: str) -> None:
        """End the session from outside."""
        self._end = _Ended(code, reason)
        self._ended.set()

    def _complain(self, error: VervainError, subscription: Subscription) -> None:
        self._mistakes += 1
        if self._mistakes > MISTAKES:
            raise _Ended(1008, error.code)
        data = {"code": error.code, "message": error.message, "retry": False}
        subscription.put(self._message("error", json.dumps(data, ensure_ascii=False)))

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
