"""Follow a diagnosis from Python: every message once, in order, over dropped connections and restarts of the server.

One file, one dependency (``websockets``); the reference for native apps::

    async with follow("https://practice.example", 7, token) as messages:
        async for message in messages:
            print(message.type, message.seq, message.data)

The rules it keeps are those of docs/live-protocol.md: authenticate by the first message, resume by ``since`` and ``epoch``,
drop what came before, ask again when a gap shows (in what comes, or in the number that a pong carries), ping and give up on a
silent server, renew the token in time, acknowledge at most every three seconds, back off with full jitter, spread out when the
server restarts, and stop when it says that trying again is no use.
"""

import asyncio
import json
import random
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0
"""Seconds of the backoff: a random time up to a bound that doubles from the first to the longest."""
FULL_BEGINS_AT = 3
"""Where the backoff begins when the server is full: it needs more than half a second."""
LASTED_SECONDS = 10.0
"""A connection that was up for so long was a good one: what failed before it is forgotten."""
REFUSED = 1008
"""The one close code after which trying again is no use, but with a fresh token."""
EXPIRED = {"token_expired"}
NOT_KNOWN = {"not_signed_in", "auth_timeout", "auth_expected"}
GO_AWAY, RESTARTING, FULL = 4001, 1012, 1013

Token = str | Callable[[], Awaitable[str]]
"""An access token, or what fetches a fresh one; it is asked at every connect and before the token runs out."""


class Refused(Exception):
    """The server will not have this client: a bad token, or a diagnosis that is not theirs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message or code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the log (``seq`` is its number) or beside it (``seq`` is None)."""

    type: str
    data: dict[str, Any]
    seq: int | None = None
    id: str = ""
    timestamp: str = ""

    @property
    def withheld(self) -> bool:
        """Whether this reader may only know that something happened."""
        return self.data.get("withheld") is True


@dataclass(slots=True)
class Position:
    """How far a client has read; keep it, with the state that belongs to it, to go on from there another day."""

    since: int | None = None
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds."""

    connect: float = 5.0
    """For a token, TCP, TLS and the handshake together."""
    answer: float = 10.0
    """For the first answer to the first message."""
    ack: float = 3.0
    """Between acknowledgements."""
    ping: float = 25.0
    """Between pings, and for a pong; until the server has said its own in ``connect``."""
    pong: float = 10.0
    first_wait: float = FIRST_WAIT
    longest_wait: float = LONGEST_WAIT
    most_ping: float | None = None
    """Ping at least so often; None for as often as the server says."""


@dataclass
class Follower:
    """One diagnosis followed, as a context that closes the connection. ``position`` is kept up to date on the way."""

    address: str
    diagnosis_id: int
    token: Token
    position: Position = field(default_factory=Position)
    patience: Patience = field(default_factory=Patience)
    connects: int = 0
    """How often a connection was made, for those who count."""
    closed: list[int] = field(default_factory=list)
    """The code with which each connection ended, 1006 for those that were lost."""
    waited: list[float] = field(default_factory=list)
    """The seconds before each attempt but the first."""
    _open: AsyncGenerator[Message, None] = field(init=False, repr=False)

    async def __aenter__(self) -> AsyncGenerator[Message, None]:
        self._open = self._messages()
        return self._open

    async def __aexit__(self, *_error: object) -> None:
        await self._open.aclose()

    async def _messages(self) -> AsyncGenerator[Message, None]:
        attempt, unknown, loop = 0, 0, asyncio.get_running_loop()
        while True:
            session: _Session | None = None
            began = loop.time()
            try:
                session = await self._connected()
                async with aclosing(session.messages()) as messages:
                    async for message in messages:
                        unknown = 0
                        yield message
            except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed):
                pass  # what it means is in the close code, where there is one
            finally:
                if session is not None:
                    await session.close()
            if session is None:
                attempt += 1
                await self._wait(attempt)
                continue
            self.closed.append(session.code)
            unknown += session.reason in NOT_KNOWN
            if session.code == REFUSED and not self._may_try_again(session.reason, unknown):
                raise Refused(session.reason or str(session.code), session.refusal[1])
            if loop.time() - began >= LASTED_SECONDS:
                attempt = 0
            attempt = max(attempt + 1, FULL_BEGINS_AT if session.code == FULL else 1)
            await self._wait(attempt, session.spread_s if session.code in {GO_AWAY, RESTARTING} else None)

    async def _connected(self) -> "_Session":
        """Fetch a token and open a connection. Raises OSError and what ``websockets`` raises where there is none."""
        async with asyncio.timeout(self.patience.connect):
            token = self.token if isinstance(self.token, str) else await self.token()
            socket = await connect(
                self._url(), compression=None, proxy=None, ping_interval=None, max_size=None, close_timeout=1.0
            )
        return _Session(self, socket, token)

    def _may_try_again(self, reason: str, unknown: int) -> bool:
        """Say whether a fresh token may help: where one can be fetched, and once where the last was fresh already."""
        return not isinstance(self.token, str) and (reason in EXPIRED or (reason in NOT_KNOWN and unknown <= 1))

    async def _wait(self, attempt: int, spread: float | None = None) -> None:
        wait = backoff(attempt, first=self.patience.first_wait, longest=self.patience.longest_wait)
        self.waited.append(wait if spread is None else random.uniform(0, spread))  # noqa: S311 - spreads load
        await asyncio.sleep(self.waited[-1])

    def _url(self) -> str:
        scheme, _, host = self.address.rstrip("/").partition("://")
        if scheme not in {"http", "https", "ws", "wss"}:
            raise InvalidURI(self.address, "an address begins with http:// or https://")
        return f"{scheme.replace('http', 'ws')}://{host}/ws/{self.diagnosis_id}?auth=message"


def follow(
    address: str,
    diagnosis_id: int,
    token: Token,
    *,
    position: Position | None = None,
    patience: Patience | None = None,
) -> Follower:
    """Follow a diagnosis: enter the result and iterate. Raises Refused where the server will not have this client.

    The first message is a ``snapshot`` unless ``position`` lets the server resume; another snapshot comes where a resume
    could not be whole, and takes the place of everything before it. A message counts as read when it is handed out.
    """
    return Follower(address, diagnosis_id, token, position or Position(), patience or Patience())


def backoff(attempt: int, *, first: float = FIRST_WAIT, longest: float = LONGEST_WAIT) -> float:
    """Give the seconds to wait before an attempt (the first is 1): full jitter, so that many clients do not come at once."""
    bound: float = min(longest, first * 2.0 ** min(attempt - 1, 30))
    return random.uniform(0, bound)  # noqa: S311 - spreads load, guards nothing


class _Session:
    """One connection from its first message to its end."""

    def __init__(self, follower: Follower, socket: ClientConnection, token: str) -> None:
        self._follower = follower
        self._position = follower.position
        self._patience = follower.patience
        self._socket = socket
        self._token = token
        self._ping_s, self._pong_s = self._patience.ping, self._patience.pong
        self._joined = False
        self._acked = self._position.since or 0
        self._asked_since: int | None = None
        self._refresh_at: float | None = None
        self._ids: deque[str] = deque(maxlen=256)  # of messages without a number
        self._tasks: list[asyncio.Task[None]] = []
        self.refusal = ("", "")
        self.spread_s: float | None = None

    async def messages(self) -> AsyncGenerator[Message, None]:
        """Hand out what comes: each durable message once and in order. Raises TimeoutError where the server is silent."""
        await self._authenticate(self._token, first=True)
        while True:
            patience = self._ping_s + self._pong_s if self._joined else self._patience.answer
            async with asyncio.timeout(patience):
                text = await self._socket.recv()
            envelope = json.loads(text)
            message = await self._take(envelope["type"], envelope.get("data", {}), envelope)
            if message is not None:
                yield message

    async def close(self) -> None:
        """End the connection and all that hangs on it; a server that has gone silent is not waited for."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    @property
    def code(self) -> int:
        """How the server ended it; 1006 where it did not say, and while it has not."""
        received = self._socket.protocol.close_rcvd
        return 1006 if received is None else received.code

    @property
    def reason(self) -> str:
        """Why it was ended, in a word."""
        received = self._socket.protocol.close_rcvd
        return (received.reason if received is not None else "") or self.refusal[0]

    async def _take(self, kind: str, data: dict[str, Any], envelope: dict[str, Any]) -> Message | None:
        match kind:
            case "connect":
                self._begin(data)
            case "snapshot":
                return await self._anew(Message(kind, data, id=envelope["id"], timestamp=envelope["timestamp"]))
            case "pong":
                self._asked_since = None  # what was asked for before the ping came before its answer
                await self._fill_gap(data["seq"])
            case "auth":
                self._expires_in(data["token_expires_in"])
            case "error":
                self.refusal = (data["code"], data["message"])
            case _:
                return await self._in_order(
                    Message(kind, data, envelope.get("seq"), envelope["id"], envelope["timestamp"])
                )
        return None

    def _begin(self, data: dict[str, Any]) -> None:
        self._follower.connects += 1
        self._joined = True
        most = self._patience.most_ping
        self._ping_s = data["ping_s"] if most is None else min(most, data["ping_s"])
        self._pong_s = data["pong_timeout_s"] if most is None else min(most, data["pong_timeout_s"])
        self.spread_s = data["spread_ms"] / 1_000
        self._expires_in(data["token_expires_in"])
        self._position.epoch = data["epoch"]
        if not data["resumed"]:
            self._position.since = None  # a snapshot follows; should it be lost, the next connection asks for one again
        self._tasks = [asyncio.create_task(self._keep_alive()), asyncio.create_task(self._acknowledge())]

    async def _anew(self, snapshot: Message) -> Message:
        """Begin from a snapshot; one that was read before the newest messages came leaves a gap to fill."""
        read = self._position.since
        self._position.since, self._asked_since = snapshot.data["seq"], None
        if read is not None:
            await self._fill_gap(read)
        return snapshot

    async def _in_order(self, message: Message) -> Message | None:
        if message.seq is None:
            if message.id in self._ids:
                return None
            self._ids.append(message.id)
            return message
        read = self._position.since
        if read is None or message.seq <= read:
            return None  # the snapshot has it; or it came before: a resume overlaps what was on its way
        if message.seq > read + 1:
            await self._fill_gap(message.seq)
            return None
        self._position.since = message.seq
        return message

    async def _fill_gap(self, top: int) -> None:
        """Ask for what is missing, once for each place where something is."""
        read = self._position.since
        if read is not None and top > read and self._asked_since != read:
            self._asked_since = read
            await self._say({"type": "resume", "since": read})

    async def _authenticate(self, token: str, *, first: bool) -> None:
        said: dict[str, Any] = {"type": "auth", "token": token}
        if first and self._position.since is not None and self._position.epoch is not None:
            said |= {"since": self._position.since, "epoch": self._position.epoch}
        await self._say(said)

    def _expires_in(self, seconds: float | None) -> None:
        renewable = seconds is not None and not isinstance(self._follower.token, str)
        now = asyncio.get_running_loop().time()
        self._refresh_at = now + seconds * 0.8 if seconds is not None and renewable else None

    async def _keep_alive(self) -> None:
        """Ping, with jitter, and renew the token after four fifths of its life."""
        loop, jitter = asyncio.get_running_loop(), partial(random.uniform, 0.8, 1.0)
        ping_at = loop.time() + self._ping_s * jitter()
        while True:
            until = ping_at if self._refresh_at is None else min(ping_at, self._refresh_at)
            await asyncio.sleep(max(0.01, until - loop.time()))
            if self._refresh_at is not None and loop.time() >= self._refresh_at:
                await self._renew()
            if loop.time() >= ping_at:
                ping_at = loop.time() + self._ping_s * jitter()
                await self._say({"type": "ping"})

    async def _renew(self) -> None:
        """Send a fresh token on the live socket; where none can be had, ask again soon."""
        token, self._refresh_at = self._follower.token, asyncio.get_running_loop().time() + self._pong_s
        try:
            async with asyncio.timeout(self._patience.connect):
                fresh = token if isinstance(token, str) else await token()
        except (OSError, TimeoutError):
            return
        await self._authenticate(fresh, first=False)

    async def _acknowledge(self) -> None:
        while True:
            await asyncio.sleep(self._patience.ack)
            read = self._position.since or 0
            if read > self._acked:
                self._acked = read
                await self._say({"type": "ack", "seq": read})

    async def _say(self, message: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(message))
