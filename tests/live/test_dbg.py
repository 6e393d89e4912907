"""Clients that take nothing: they are cut, whatever they send meanwhile, and nobody else misses a message for them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from api import asgi_wire, connections, keep_alive, live_answers, live_session
from domain.events import Audience
from tests.live.conftest import Live
from tests.support.phone import phone
from tests.support.raw_socket import CLOSE, PING, TEXT, RawSocket, frame, handshake, text
from tests.support.reader import Reader, all_at_the_top, reading, top_of
from tests.support.remains import nothing_is_left
from tests.support.waiting import eventually

DEAF = 4
RESUME = text({"type": "resume", "since": 0})
"""Answered by all of the log that fits, or by a snapshot: some 100 KiB here."""


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose patience after 0.3 s in place of 5, and let a client ask as often as it likes."""
    for module in (asgi_wire, keep_alive):
        monkeypatch.setattr(module, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(keep_alive, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(live_session, "INBOUND_PER_SECOND", 10_000)
    monkeypatch.setattr(connections, "PER_PERSON", 1_000)


@asynccontextmanager
async def deaf(live: Live, token: str) -> AsyncIterator[RawSocket]:
    """Come in, and from then on take next to nothing: the system's buffers are small, and nobody reads them."""
    where = urlsplit(live.http)
    plain = socket.socket()
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    plain.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(plain, (where.hostname, where.port))
    reader, writer = await asyncio.open_connection(sock=plain, limit=256)
    one = RawSocket(reader, writer)
    try:
        await one.send(handshake(f"/ws/{live.diagnosis_id}", Authorization=f"Bearer {token}"))
        assert (await one.head())[0] == 101
        yield one
    finally:
        writer.transport.abort()


async def test_dbg(live: Live, app: FastAPI) -> None:
    total = app.state.live.connections
    async with deaf(live, live.token()) as one:
        await eventually(lambda: total.total == 1)
        pings = frame(PING, b"x" * 125) * 500
        n=0
        async def flood() -> None:
            nonlocal n
            while True:
                await one.send(pings); n+=500
        t=asyncio.create_task(flood())
        import time
        for _ in range(20):
            await asyncio.sleep(0.3)
            ks=app.state.live.keep_alive
            socks=[s for turn in ks._turns for s in turn]
            print("N", n, total.total, [(s._transport.get_write_buffer_size(), s.left, s.paused_since, s.direct is None, s._loop.time()) for s in socks], len(ks.paused), flush=True)
        t.cancel()
