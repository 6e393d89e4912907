"""A client of the live endpoint: a phone that speaks JSON over a WebSocket, nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.protocol import check
from tests.support.waiting import ANSWER_SECONDS


class Phone:
    """One connection; ``seen`` keeps every message in the order in which it came."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.seen: list[dict[str, Any]] = []

    async def send(self, message: Mapping[str, Any] | str | bytes) -> None:
        """Send a message; text and bytes go out as they stand."""
        await self._connection.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def auth(self, token: str, *, since: int | None = None, epoch: str | None = None) -> dict[str, Any]:
        """Say who this is, in the first message; returns what ``connect`` says."""
        where = {name: value for name, value in (("since", since), ("epoch", epoch)) if value is not None}
        await self.send({"type": "auth", "token": token, **where})
        return await self.expect("connect")

    async def next(self) -> dict[str, Any]:
        """Take the next message, whatever it is, as ``/asyncapi.json`` describes it."""
        async with asyncio.timeout(ANSWER_SECONDS):
            message: dict[str, Any] = json.loads(await self._connection.recv())
        check(message)
        self.seen.append(message)
        return message

    async def expect(self, kind: str) -> dict[str, Any]:
        """Take the next message, which has to be of this type; returns its data."""
        message = await self.next()
        assert message["type"] == kind, message
        data: dict[str, Any] = message["data"]
        return data

    async def until(self, kind: str) -> dict[str, Any]:
        """Take messages until one of this type comes; returns its data."""
        while (message := await self.next())["type"] != kind:
            pass
        data: dict[str, Any] = message["data"]
        return data

    async def up_to(self, seq: int) -> None:
        """Take messages until the one with this number has come."""
        while (await self.next()).get("seq") != seq:
            pass

    async def closing(self) -> tuple[int | None, str]:
        """Take messages until the server closes; returns its code and reason."""
        try:
            while True:
                await self.next()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (None, "")

    async def hang_up(self, code: int = 1000) -> None:
        """Close from this side."""
        await self._connection.close(code)

    def stop_reading(self) -> None:
        """Leave what comes where it is: in the system's buffers, then with the server."""
        self._connection.transport.pause_reading()

    def read_on(self) -> None:
        """Read again."""
        self._connection.transport.resume_reading()

    def lose(self) -> None:
        """Lose the connection, as in a tunnel: without a farewell."""
        self._connection.transport.abort()

    @property
    def seqs(self) -> list[int]:
        """The numbers of the durable messages, in the order in which they came."""
        return [message["seq"] for message in self.seen if "seq" in message]


@asynccontextmanager
async def ringing(address: str, diagnosis_id: object, **options: Any) -> AsyncIterator[Phone]:
    """Open a socket to a diagnosis, without saying who it is; ``options`` are those of ``websockets.connect``.

    Nothing bounds what waits here: a phone that stopped reading would not see the answer to its farewell either."""
    how: dict[str, Any] = {"compression": None, "proxy": None, "max_queue": None, "open_timeout": ANSWER_SECONDS}
    async with connect(f"{address}/ws/{diagnosis_id}", **how, **options) as connection:
        yield Phone(connection)


@asynccontextmanager
async def phone(
    address: str, diagnosis_id: int, token: str, *, since: int | None = None, epoch: str | None = None
) -> AsyncIterator[Phone]:
    """Open a socket and come in with the first message, up to and with ``connect``."""
    async with ringing(address, diagnosis_id) as caller:
        await caller.auth(token, since=since, epoch=epoch)
        yield caller
