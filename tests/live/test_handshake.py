"""RFC 6455 handshakes that are none: an answer over HTTP, and no socket."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from tests.live.conftest import Live
from tests.support.raw_socket import CONT, PING, PONG, TEXT, Got, accept_of, connected, frame, handshake, opened, text
from tests.support.remains import nothing_is_left

pytestmark = pytest.mark.farm


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


BAD: dict[str, tuple[dict[str, str | None], set[int]]] = {
    "no key": ({"Sec_WebSocket_Key": None}, {400}),
    "a key that is too short": ({"Sec_WebSocket_Key": "c2hvcnQ="}, {400}),
    "a key that is no base64": ({"Sec_WebSocket_Key": "!" * 24}, {400}),
    "no version": ({"Sec_WebSocket_Version": None}, {400, 426}),
    "an old version": ({"Sec_WebSocket_Version": "8"}, {400, 426}),
    "a version to come": ({"Sec_WebSocket_Version": "14"}, {400, 426}),
    # What asks for no WebSocket is an ordinary request for a path that only sockets have.
    "no upgrade": ({"Upgrade": None}, {404, 405, 426}),
    "an upgrade to something else": ({"Upgrade": "h2c"}, {404, 405, 426}),
    "a connection that is not upgraded": ({"Connection": "keep-alive"}, {400, 404, 405, 426}),
}


async def test_the_key_is_answered(live: Live) -> None:
    for key in ("dGhlIHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAA=="):
        async with connected(live.http) as socket:
            await socket.send(handshake(f"/ws/{live.diagnosis_id}", Sec_WebSocket_Key=key))
            status, headers = await socket.head()
            assert (status, headers["sec-websocket-accept"]) == (101, accept_of(key))
            assert "sec-websocket-extensions" not in headers, "nothing is compressed"
    async with connected(live.http) as socket:
        offer: dict[str, str | None] = {"Sec_WebSocket_Extensions": "permessage-deflate; client_max_window_bits"}
        await socket.send(handshake(f"/ws/{live.diagnosis_id}", **offer))
        status, headers = await socket.head()
        assert (status, headers.get("sec-websocket-extensions")) == (101, None), "also where a client offers it"


async def test_a_handshake_that_is_none(live: Live) -> None:
    for what, (headers, statuses) in BAD.items():
        async with connected(live.http) as socket:
            await socket.send(handshake(f"/ws/{live.diagnosis_id}", **headers))
            assert (await socket.head())[0] in statuses, what
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        await socket.send(text({"type": "ping"}))
        await socket.message("pong")


async def test_a_handshake_that_comes_slowly(live: Live) -> None:
    async with connected(live.http) as socket:
        await socket.chopped(handshake(f"/ws/{live.diagnosis_id}"))
        assert (await socket.head())[0] == 101
        await socket.chopped(text({"type": "auth", "token": live.token()}) + text({"type": "ping"}))
        for kind in ("connect", "snapshot", "pong"):
            await socket.message(kind)


PING_FRAME = text({"type": "ping"})


@pytest.mark.parametrize("whole", [0, 1, 3])
@pytest.mark.parametrize("cut", [0, 1, 2, 9])
async def test_token_and_messages_in_one_segment(live: Live, whole: int, cut: int) -> None:
    # What is read before the socket is handed over goes with it, be it a whole message or the beginning of one.
    async with connected(live.http) as socket:
        await socket.send(handshake(f"/ws/{live.diagnosis_id}"))
        assert (await socket.head())[0] == 101
        await socket.send(text({"type": "auth", "token": live.token()}), PING_FRAME * whole, PING_FRAME[:cut])
        await socket.message("connect")
        await socket.message("snapshot")
        for _ in range(whole):
            await socket.message("pong")
        await socket.send(PING_FRAME[cut:])
        await socket.message("pong")


@pytest.mark.parametrize("cut", [1, 8])
async def test_a_message_whose_fragments_come_before_and_after_the_socket_is_handed_over(live: Live, cut: int) -> None:
    ask = b'{"type":"ping"}'
    async with connected(live.http) as socket:
        await socket.send(handshake(f"/ws/{live.diagnosis_id}"))
        assert (await socket.head())[0] == 101
        beginning = frame(TEXT, ask[:cut], fin=False)
        await socket.send(text({"type": "auth", "token": live.token()}), beginning)
        await socket.message("connect")
        await socket.message("snapshot")
        await socket.send(frame(PING, b"between"), frame(CONT, ask[cut:]))
        assert await socket.got() == Got(PONG, b"between")
        await socket.message("pong")
