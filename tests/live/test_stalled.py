"""A client that stops reading is cut, and leaves nothing behind."""

import asyncio
import base64
import json
import os
import socket
from contextlib import suppress

import pytest

from api import asgi_wire, keep_alive, live_session
from tests.live.conftest import Live
from tests.support.waiting import eventually


async def test_a_client_that_never_reads_leaves_no_follower(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (asgi_wire, keep_alive):
        monkeypatch.setattr(module, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(keep_alive, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(live_session, "INBOUND_PER_SECOND", 1_000)
    hub = live.house.services.hub
    before = hub.follower_count()
    host, port = live.http.removeprefix("http://").split(":")
    deaf = socket.socket()
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    with deaf:
        await asyncio.to_thread(deaf.connect, (host, int(port)))
        key = base64.b64encode(os.urandom(16)).decode()
        deaf.sendall(
            f"GET /ws/{live.diagnosis_id} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Authorization: Bearer {live.token()}\r\n\r\n".encode()
        )
        await eventually(lambda: hub.follower_count() > before)
        # Each resume makes the server send all of it again, some 100 KiB that nobody takes: more than any kernel buffers.
        for _ in range(50):
            await asyncio.to_thread(live.answer, "x" * 2_000)
        with suppress(ConnectionError):  # it may be cut before it has said it all
            deaf.sendall(b"".join(_frame(json.dumps({"type": "resume", "since": 0})) for _ in range(120)))
        await eventually(lambda: hub.follower_count() == before)


def _frame(text: str) -> bytes:
    """Write a masked text frame, as clients have to."""
    payload, mask = text.encode(), os.urandom(4)
    assert len(payload) < 126
    return bytes([0x81, 0x80 | len(payload)]) + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
