"""Follow a diagnosis from Python: every message once, in order, over dropped connections and restarts of the server.

One file, one dependency (``websockets``); the reference for native apps::

    async with follow("https://practice.example", 7, token) as messages:
        async for message in messages:
            print(message.type, message.seq, message.data)

The rules it keeps are those of docs/live-protocol.md: authenticate by the first message, resume by ``since`` and ``epoch``,
drop what came before, ask again when a gap shows, ping and give up on a silent server, acknowledge at most every three
seconds, back off with full jitter, and stop when the server says that trying again is no use.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

FIRST_WAIT, LONGEST_WAIT = 0.5, 20.0
"""Seconds of the backoff: a random time up to a bound that doubles from the first to the longest."""
CONNECT_SECONDS = 5.0
ACK_SECONDS = 3.0
PING_SECONDS, PONG_SECONDS = 25.0, 10.0
"""Until the server has said its own in ``connect``."""
FINAL = {1008}
"""Close codes after which trying again is no use."""

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
    """How far a client has read; keep it to go on from there another day."""

    since: int | None = None
    epoch: str | None = None


@dataclass
class Follower:
    """One diagnosis followed, as a context that closes the connection. ``position`` is kept up to date on the way."""

    address: str
    diagnosis_id: int
    token: Token
    position: Position = field(default_factory=Position)
    connects: int = 0
    """How often a connection was made, for those who count."""
    _open: AsyncGenerator[Message, None] = field(init=False, repr=False)

    async def __aenter__(self) -> AsyncGenerator[Message, None]:
        self._open = self._messages()
        return self._open

    async def __aexit__(self, *_error: object) -> None:
        await self._open.aclose()

    async def _messages(self) -> AsyncGenerator[Message, None]:
        attempt = 0
        while True:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    socket = await connect(self._url(), compression=None, ping_interval=None, max_size=None)
            except (OSError, TimeoutError, InvalidHandshake):
                attempt += 1
                await asyncio.sleep(backoff(attempt))
                continue
            session = _Session(self, socket)
            try:
                async with aclosing(session.messages()) as messages:
                    async for message in messages:
                        attempt = 0
                        yield message
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                if code in FINAL:
                    raise Refused(session.refusal[0] or str(code), session.refusal[1]) from None
            finally:
                await session.close()
            attempt += 1
            await asyncio.sleep(backoff(attempt))

    def _url(self) -> str:
        scheme, _, host = self.address.rstrip("/").partition("://")
        if scheme not in {"http", "https", "ws", "wss"}:
            raise InvalidURI(self.address, "an address begins with http:// or https://")
        return f"{scheme.replace('http', 'ws')}://{host}/ws/{self.diagnosis_id}?auth=message"


def follow(address: str, diagnosis_id: int, token: Token, *, position: Position | None = None) -> Follower:
    """Follow a diagnosis: enter the result and iterate. Raises Refused where the server will not have this client.

    The first message is a ``snapshot`` unless ``position`` lets the server resume; another snapshot comes where a resume
    could not be whole, and takes the place of everything before it.
    """
    return Follower(address, diagnosis_id, token, position or Position())


def backoff(attempt: int) -> float:
    """Give the seconds to wait before an attempt (the first is 1): full jitter, so that many clients do not come at once."""
    bound: float = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 1))
    return random.uniform(0, bound)  # noqa: S311 - spreads load, guards nothing


class _Session:
    """One connection from its first message to its end."""

    def __init__(self, follower: Follower, socket: ClientConnection) -> None:
        self._follower = follower
        self._position = follower.position
        self._socket = socket
        self._heard = time.monotonic()
        self._ping_s, self._pong_s = PING_SECONDS, PONG_SECONDS
        self._acked = self._position.since or 0
        self._asked_since: int | None = None
        self._refresh_at: float | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.refusal = ("", "")

    async def messages(self) -> AsyncGenerator[Message, None]:
        """Hand out what comes: each durable message once and in order."""
        await self._authenticate(first=True)
        self._tasks = [asyncio.create_task(self._keep_alive()), asyncio.create_task(self._acknowledge())]
        async for text in self._socket:
            self._heard = time.monotonic()
            envelope = json.loads(text)
            message = await self._take(envelope["type"], envelope.get("data", {}), envelope)
            if message is not None:
                yield message

    async def close(self) -> None:
        """End the connection and all that hangs on it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    async def _take(self, kind: str, data: dict[str, Any], envelope: dict[str, Any]) -> Message | None:
        match kind:
            case "connect":
                self._follower.connects += 1
                self._ping_s, self._pong_s = data["ping_s"], data["pong_timeout_s"]
                self._expires_in(data["token_expires_in"])
                if data["resumed"]:
                    self._position.epoch = data["epoch"]
                else:
                    self._position.since, self._position.epoch = None, data["epoch"]
            case "snapshot":
                self._position.since, self._asked_since = data["seq"], None
                return Message(kind, data, id=envelope["id"], timestamp=envelope["timestamp"])
            case "pong":
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

    async def _in_order(self, message: Message) -> Message | None:
        if message.seq is None:
            return message
        read = self._position.since or 0
        if message.seq <= read:
            return None  # came before: a resume overlaps what was on its way
        if message.seq > read + 1:
            await self._fill_gap(message.seq)
            return None
        self._position.since = message.seq
        if self._asked_since is not None and message.seq > self._asked_since:
            self._asked_since = None
        return message

    async def _fill_gap(self, top: int) -> None:
        """Ask for what is missing, once for each place where something is."""
        read = self._position.since or 0
        if top > read and self._asked_since != read:
            self._asked_since = read
            await self._say({"type": "resume", "since": read})

    async def _authenticate(self, *, first: bool) -> None:
        token = self._follower.token
        said: dict[str, Any] = {"type": "auth", "token": token if isinstance(token, str) else await token()}
        if first and self._position.since is not None and self._position.epoch is not None:
            said |= {"since": self._position.since, "epoch": self._position.epoch}
        await self._say(said)

    def _expires_in(self, seconds: float | None) -> None:
        renewable = seconds is not None and not isinstance(self._follower.token, str)
        self._refresh_at = time.monotonic() + seconds * 0.8 if seconds is not None and renewable else None

    async def _keep_alive(self) -> None:
        """Ping, renew the token in time, and end the connection when the server has gone silent."""
        while True:
            await asyncio.sleep(self._ping_s * random.uniform(0.8, 1.0))  # noqa: S311 - spreads load
            if time.monotonic() - self._heard > self._ping_s + self._pong_s:
                await self._socket.close(1000, "silent")
                return
            if self._refresh_at is not None and time.monotonic() > self._refresh_at:
                self._refresh_at = None
                await self._authenticate(first=False)
            await self._say({"type": "ping"})

    async def _acknowledge(self) -> None:
        while True:
            await asyncio.sleep(ACK_SECONDS)
            read = self._position.since or 0
            if read > self._acked:
                self._acked = read
                await self._say({"type": "ack", "seq": read})

    async def _say(self, message: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(message))
