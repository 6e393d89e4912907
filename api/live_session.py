"""One client on a live socket: joins without a hole, is answered, and ends with its token, its sign-in or its permission.

What happens reaches it through its channel (``channel``); nothing here waits for the client, and between messages there
is no task.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable
from datetime import datetime, timedelta
from functools import partial

import structlog

from api.channel import Channel
from api.closing import Ended
from api.live_answers import answer
from api.live_message import parse
from api.live_state import Live
from api.own_message import hello, own_message, told_beside
from api.wire import GONE, MAX_MESSAGES, Wire
from domain import log
from domain.errors import NotFound, NotSignedIn, TooMuch, TooOften, Unavailable, VervainError
from domain.events import LoggedEvent
from domain.hub import Unfollow, patient_topic, sign_in_topic
from domain.ledger import utc_now
from domain.log import Position
from domain.messages import Shape
from domain.origin import Origin, coming_from, here
from domain.permission import Actor
from domain.protocol import Complaint, read
from domain.record import audience_of
from domain.services import Services
from domain.sign_in import still_in

logger = structlog.get_logger(__name__)

PUBLISHED_WITHIN_SECONDS = 1.0
"""How long what is committed may take to be published; then something is wrong, and the client should see a gap."""
EXPIRY_GRACE = timedelta(seconds=25)
INBOUND_PER_SECOND = 20
MISTAKES = 3
"""Malformed messages that are answered; the next one closes."""


class LiveSession:
    """A member of a channel and the receiver of its wire."""

    __slots__ = (
        "_actor",
        "_asked",
        "_audience",
        "_channel",
        "_checks",
        "_diagnosis_id",
        "_end",
        "_expires",
        "_held",
        "_joined",
        "_kept",
        "_leave_connections",
        "_live",
        "_mistakes",
        "_origin",
        "_received",
        "_reminded",
        "_services",
        "_unfollow_patient",
        "_unfollow_sign_in",
        "_wire",
        "confirmed",
    )

    def __init__(
        self,
        services: Services,
        live: Live,
        actor: Actor,
        diagnosis_id: int,
        *,
        expires: datetime | None,
    ) -> None:
        """Take a place among the connections. Raises TooOften (1013) when this person has too many."""
        self._services = services
        self._live = live
        self._origin = here() or Origin()
        self._actor = actor
        self._audience = audience_of(actor)
        self._diagnosis_id = diagnosis_id
        self._expires = expires
        self._reminded: int | None = None
        self._mistakes = self.confirmed = 0
        self._received: deque[float] | None = None
        self._end: Ended | None = None
        self._wire: Wire | None = None
        self._joined: tuple[log.Joined, tuple[int, list[str]]] | None = None
        self._checks: asyncio.Task[None] | None = None
        self._asked = 0
        self._held: int | None = None
        self._kept: list[str] | None = None
        self._unfollow_patient: Unfollow | None = None
        self._unfollow_sign_in: Unfollow | None = None
        self._leave_connections: Unfollow | None = live.connections.enter(
            actor.person_id, diagnosis_id, self.finish, kind=actor.role
        )
        # Follow before the log is read: what happens in between waits in the channel and is merged by its seq.
        self._channel: Channel = live.channels.join(self, diagnosis_id, self._audience)
        self._follow_sign_in()

    async def join(self, position: Position | None) -> None:
        """Read what the client needs to go on from. Raises NotFound where this person may not follow this diagnosis."""
        hub = self._services.hub
        told_before = hub.delivered
        beside = self._channel.beside(self)
        joined = await self._read_log(position, beside=beside is None)
        if joined.beside is not None:
            self._channel.keep_beside(self, joined.beside)
        self._live.metrics.joined(asked=position is not None, resumed=joined.resumed)
        self._unfollow_patient = hub.follow(patient_topic(joined.patient_id), self._check_again)
        self._joined = (joined, await self._missed(joined, beside or joined.beside))
        if hub.delivered != told_before:  # it may have changed hands after it was read and before we followed it
            await self.check()

    def begin(self, wire: Wire) -> None:
        """Say where the client stands, give it what it missed, and from now on what happens."""
        if self._joined is None:
            raise RuntimeError("a session joins before it begins")
        (joined, (seq, missed)), self._joined = self._joined, None
        self._wire = wire
        self._live.metrics.connection_opened()
        self._channel.begin(self, [hello(self._diagnosis_id, joined, seq, self._expires), *missed], seq)
        self.due()

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

    def lost(self, code: int = GONE) -> None:
        """Leave everything that this session is part of; ``code`` is the client's. Can be said again."""
        self._end = self._end or Ended(code, "gone")
        if self._wire is not None and self._leave_connections is not None:
            self._live.metrics.connection_closed(self._end.code)
        self._live.channels.leave(self, self._diagnosis_id, self._audience)
        for end_following in (self._unfollow_patient, self._unfollow_sign_in, self._leave_connections):
            if end_following is not None:
                end_following()
        self._unfollow_patient = self._unfollow_sign_in = self._leave_connections = None
        self._forget_expiry()

    def received(self, message: str | bytes) -> Awaitable[None] | None:
        """Answer a message, at once or by what is returned."""
        try:
            now = asyncio.get_running_loop().time()
            if self._received is None:
                self._received = deque(maxlen=INBOUND_PER_SECOND)
            if len(self._received) == INBOUND_PER_SECOND and now - self._received[0] < 1.0:
                raise TooOften("Too many messages a second.")
            self._received.append(now)
            answering = answer(self, read(parse(message)))
            return None if answering is None else self._guarded(answering)
        except VervainError as error:
            self._refuse(error)
            return None

    # What answers need.

    @property
    def services(self) -> Services:
        """The parts of the program."""
        return self._services

    @property
    def actor(self) -> Actor:
        """Who is at the other end."""
        return self._actor

    @property
    def diagnosis_id(self) -> int:
        """What is followed."""
        return self._diagnosis_id

    @property
    def place(self) -> int:
        """Up to where in the log the client has been sent everything."""
        return self._channel.place(self)

    @property
    def live(self) -> Live:
        """What all live sockets share."""
        return self._live

    async def reach(self, seq: int) -> None:
        """Wait until the client has been sent everything up to ``seq``, for as long as publishing may take."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PUBLISHED_WITHIN_SECONDS):
                await self._channel.reach(self, seq)

    async def missed_since(self, since: int) -> tuple[int, list[str]]:
        """Read what came after ``since``, or a snapshot; gives the place in the log that it leads up to, and the messages."""
        joined = await self._read_log(Position(since, None), most=MAX_MESSAGES // 2)  # it has to fit beside what waits
        self._live.metrics.joined(asked=True, resumed=joined.resumed)
        return await self._missed(joined)

    async def renew(self, actor: Actor, expires: datetime) -> bool:
        """Go on with a fresh token, where it may follow; says whether there is anything left to go on with.

        Raises NotSignedIn for the token of another person, or one that would see something else.
        """
        if actor.person_id != self._actor.person_id or audience_of(actor) is not self._audience:
            raise NotSignedIn("This token is somebody else's.")
        if self._end is None:
            self._actor, self._expires = actor, expires
            self._follow_sign_in()
            self.due()
            await self.check()
        return self._end is None

    def say(self, kind: str, data: Shape) -> None:
        """Send a message of our own behind everything that waits."""
        self.put(own_message(kind, data.model_dump_json(), self._diagnosis_id))

    def put(self, text: str) -> None:
        """Send a message behind everything that waits."""
        if self._end is not None:
            return
        if self._kept is not None:  # it is being asked whether it may be sent
            self._kept.append(text)
        else:
            self._channel.put(self, text)

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

    async def _read_log(
        self, at: Position | None, *, beside: bool = False, most: int = log.MOST_REPLAYED
    ) -> log.Joined:
        since, epoch = (at.since, at.epoch) if at else (None, None)
        place = partial(
            log.place, since=since, known_epoch=epoch, most=most, beside_for=self._audience if beside else None
        )
        joined = await self._live.reader.read(place, self._services, self._actor, self._diagnosis_id)
        await self._services.ledger.readings.noted(self._actor, [joined.reading])
        return joined

    async def _missed(self, joined: log.Joined, beside: log.Beside | None = None) -> tuple[int, list[str]]:
        """Give what brings the client up to a place in the log, and that place."""
        if not joined.resumed:
            read = partial(log.look, self._services, self._diagnosis_id, self._audience)
            look = await self._channel.look(self, partial(self._live.reader.read_at_length, read))
            return look.seq, [own_message("snapshot", look.text, self._diagnosis_id)]
        missed = [event.text(self._audience) for event in joined.missed]
        # What others caused is in no log: who was away gets its last value behind what it missed.
        if beside is not None:
            missed += told_beside(beside, self._diagnosis_id)
        return joined.seq, missed

    async def _guarded(self, answering: Awaitable[None]) -> None:
        with coming_from(self._origin):
            try:
                await answering
            except VervainError as error:
                self._refuse(error)

    def _refuse(self, error: VervainError) -> None:
        """Complain to the client; end where the mistake is none that a client makes by accident."""
        if isinstance(error, Unavailable):  # nobody's mistake: it may ask again
            self.say("error", Complaint(code=error.code, message=error.message, retry=True))
            return
        self._mistakes += 1
        if isinstance(error, NotSignedIn | NotFound | TooMuch | TooOften):
            self.finish(error.close_code, error.code)
        elif self._mistakes > MISTAKES:
            self.finish(1008, error.code)
        else:
            self.say("error", Complaint(code=error.code, message=error.message, retry=False))

    def due(self) -> None:
        """End the session when its token has been over for the grace, unless a fresh one came."""
        self._forget_expiry()
        if self._end is not None or self._expires is None:
            return  # a page's session: its cookie is looked at when the page does something
        left = (self._expires + EXPIRY_GRACE - utc_now()).total_seconds()
        if left <= 0:
            self.finish(1008, "token_expired")
        else:
            self._reminded = self._live.keep_alive.remind(self, left)

    def _forget_expiry(self) -> None:
        if self._reminded is not None:
            self._live.keep_alive.forget(self, self._reminded)
            self._reminded = None

    def _check_again(self, _event: LoggedEvent) -> None:
        """Look again whether this person may still follow: the record changed hands. Until that is known nothing is sent."""
        if self._wire is not None and self._held is None and self._end is None:
            self._held, self._kept = self._channel.hold(self), []
        self._asked += 1
        self._checks = asyncio.ensure_future(self._check_and_release(self._asked))

    async def _check_and_release(self, asked: int) -> None:
        try:
            await self.check()
        except Exception:
            logger.exception("a permission could not be checked", **self._origin.named())
            self.finish(1011, "internal")
        if asked == self._asked and self._end is None and self._held is not None:
            place, kept, self._held, self._kept = self._held, self._kept, None, None
            self._channel.begin(self, kept or [], place)

    async def check(self) -> None:
        """End the session where its sign-in is over or the record may not be read any more."""
        services, actor = self._services, self._actor
        if actor.sign_in_id is not None and not await self._live.reader.read(still_in, services, actor.sign_in_id):
            self.finish(1008, "signed_out")
        elif not await self._live.reader.read(log.may_follow, services, actor, self._diagnosis_id):
            self.finish(1008, "not_found")
