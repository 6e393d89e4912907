"""Clients that flood with frames that cost them nothing: they are cut at once, before they have joined as well."""

import asyncio
from itertools import count

import pytest
from fastapi import FastAPI

from tests.live.conftest import Live
from tests.support.phone import phone
from tests.support.raw_socket import CONT, PING, PONG, TEXT, RawSocket, connected, frame, handshake, opened
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS, eventually

pytestmark = pytest.mark.farm

FLOODS = {"PING": frame(PING), "PONG": frame(PONG), "empty fragments": frame(CONT, fin=False)}


@pytest.fixture
def server(fast_server: Server) -> Server:
    """Serve by our own class; the server's has no such bound."""
    return fast_server


@pytest.mark.parametrize("what", FLOODS)
async def test_who_floods_is_cut_and_others_go_on(live: Live, app: FastAPI, what: str) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as beside:
        await beside.expect("snapshot")
        async with opened(live.http, live.diagnosis_id, live.token(live.house.leila)) as client:
            await eventually(lambda: app.state.live.connections.total == 2)
            assert await cut_by(client, frame(TEXT, fin=False) if what == "empty fragments" else b"", FLOODS[what])
        await eventually(lambda: app.state.live.connections.total == 1)
        await beside.send({"type": "ping"})
        await beside.expect("pong")


@pytest.mark.parametrize("what", FLOODS)
async def test_a_stranger_who_floods_is_cut(live: Live, what: str) -> None:
    async with connected(live.http) as stranger:
        await stranger.send(handshake(f"/ws/{live.diagnosis_id}"))
        assert (await stranger.head())[0] == 101
        assert await cut_by(stranger, frame(TEXT, fin=False) if what == "empty fragments" else b"", FLOODS[what])


async def test_a_token_that_is_no_text_is_refused_as_any_other(live: Live) -> None:
    async with connected(live.http) as stranger:
        await stranger.send(handshake(f"/ws/{live.diagnosis_id}"))
        await stranger.head()
        await stranger.send(frame(TEXT, b'{"type":"auth","token":"vervain_service_\\ud800"}'))
        assert (await stranger.closing())[-1].code == 1008


async def cut_by(client: RawSocket, first: bytes, each: bytes) -> bool:
    """Send a frame over and over, until the connection has ended; says whether it has, in time."""
    blob = each * 1_000
    await client.send(first)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            for _ in count():
                if not await client.send(blob):
                    return True
                await asyncio.sleep(0.001)  # the system takes megabytes before the server has read the first
    except TimeoutError:
        pass
    return False
