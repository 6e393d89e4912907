"""Clients that take nothing: they are cut, whatever they send meanwhile, and nobody else misses a message for them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from api import asgi_wire, connections, keep_alive, live_session
from api.live_session import LiveSession
from domain.events import Audience
from tests.live.conftest import Live
from tests.support.phone import phone
from tests.support.raw_socket import CLOSE, PING, TEXT, RawSocket, frame, handshake, text
from tests.support.reader import UNHURRIED, Reader, all_at_the_top, reading, top_of
from tests.support.remains import nothing_is_left
from tests.support.waiting import eventually

pytestmark = pytest.mark.farm

DEAF = 4
RESUME = text({"type": "resume", "since": 0})
"""Answered by all of the log that fits, or by a snapshot: some 100 KiB here."""


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lose patience after 2 s in place of 5, and let a client ask as often as it likes."""
    for module in (asgi_wire, keep_alive):
        monkeypatch.setattr(module, "SEND_SECONDS", 2.0)
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


async def test_who_takes_nothing_is_cut_and_nobody_else_misses_anything(live: Live, app: FastAPI) -> None:
    for number in range(40):
        await asyncio.to_thread(live.answer, f"{number} " + "x" * 1_900)
    total = app.state.live.connections
    async with AsyncExitStack() as stack:
        readers = [
            Reader(live.http, live.diagnosis_id, live.token(), Audience.PATIENT, patience=UNHURRIED),
            Reader(live.http, live.diagnosis_id, live.token(live.house.leila), Audience.PRACTICE, patience=UNHURRIED),
        ]
        await stack.enter_async_context(reading(readers))
        beside = await stack.enter_async_context(phone(live.ws, live.diagnosis_id, live.token()))
        start = (await beside.expect("snapshot"))["seq"]
        those = [
            await stack.enter_async_context(deaf(live, live.token(live.house.leila if number % 2 else None)))
            for number in range(DEAF)
        ]
        await eventually(lambda: total.total == DEAF + 3, what="everybody's coming in")
        for one in those:
            await one.send(*[RESUME] * 60)
        for number in range(10):
            await asyncio.to_thread(live.answer, f"Meanwhile {number}")
        await eventually(lambda: total.total == 3, what="cutting who takes nothing")
        await asyncio.to_thread(live.answer, "And on.")
        await all_at_the_top(readers, live.house.services)
        await beside.up_to(readers[0].seq)
        assert beside.seqs == list(range(start + 1, readers[0].seq + 1))
        assert [reader.follower.connects for reader in readers] == [1, 1], "who reads was cut with nobody"
        for one in those:  # now it reads: what reached it is whole up to where it was cut
            seen = await one.closing()
            kinds = {got.opcode for got in seen}
            assert kinds <= {TEXT, CLOSE, PING}
            if seen and seen[-1].opcode == CLOSE:
                assert seen[-1].code == 4008


async def test_who_pauses_and_reads_on_misses_nothing(
    live: Live, app: FastAPI, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.callspec.params["server"] == "asgi":
        pytest.skip("it cannot be seen from outside when the server's own class begins to wait")
    monkeypatch.setattr(keep_alive, "SEND_SECONDS", 60)
    for number in range(20):
        await asyncio.to_thread(live.answer, f"{number} " + "x" * 1_900)
    shared, missed_since, answered = app.state.live.keep_alive, LiveSession.missed_since, 0

    async def counted(session: LiveSession, since: int) -> Any:
        nonlocal answered
        missed = await missed_since(session, since)
        answered += 1
        return missed

    monkeypatch.setattr(LiveSession, "missed_since", counted)
    async with deaf(live, live.token()) as one:
        await eventually(lambda: len(shared) > 0, what="its coming in")
        while not shared.paused:  # until something is left in the server that the system does not take
            before = answered
            await one.send(text({"type": "resume", "since": 10**6}))  # answered by a snapshot
            await eventually(partial(lambda before: answered > before, before), what="an answer")
        top = await asyncio.to_thread(top_of, live.house.services, live.diagnosis_id)
        for number in range(5):
            await asyncio.to_thread(live.answer, f"While it pauses {number}")
        new_top = await asyncio.to_thread(top_of, live.house.services, live.diagnosis_id)
        assert len(shared.paused) == 1, "it waits"
        seqs: list[int] = []
        while not seqs or seqs[-1] < new_top:
            message = await one.told()
            seqs += [message["seq"]] if "seq" in message else []
        assert seqs == list(range(top + 1, new_top + 1))
        await eventually(lambda: not shared.paused, what="flowing again")
        await asyncio.to_thread(live.answer, "And on.")
        assert (await one.told())["seq"] == new_top + 1


async def test_who_takes_nothing_and_asks_for_pongs_is_cut_as_well(
    live: Live, app: FastAPI, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["server"] == "asgi":
        pytest.skip("the server's own class keeps every pong that nobody takes; only ours can be better")
    total = app.state.live.connections
    async with deaf(live, live.token()) as one:
        await eventually(lambda: total.total == 1)
        pings = frame(PING, b"x" * 125) * 500

        async def flood() -> None:
            while await one.send(pings):
                pass  # each is answered by 127 bytes that nobody takes

        flooding = asyncio.create_task(flood())
        try:
            await eventually(lambda: total.total == 0, what="cutting who takes nothing")
        finally:
            flooding.cancel()
            await asyncio.gather(flooding, return_exceptions=True)
