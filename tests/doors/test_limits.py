"""How much and how long: what is too large, too slow or too deep ends with a refusal, and the program goes on."""

import json
import socket
from contextlib import closing

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.doors import head_limit, slow_body
from tests.support.printed import printed
from tests.support.problems import refused
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS

Client = httpx2.AsyncClient


def answer_to(server: Server, *parts: bytes) -> bytes:
    """Send bytes and read until the server closes."""
    port = int(server.http.rpartition(":")[2])
    with closing(socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)) as peer:
        for part in parts:
            peer.sendall(part)
        answer = b""
        try:
            while got := peer.recv(65_536):
                answer += got
        except ConnectionResetError:
            pass  # it closed while we were still writing
    return answer


HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n\r\n"
UPGRADE = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n"
)


def test_a_head_has_a_bound(server: Server) -> None:
    for head, status in (
        (b"GET /healthz HTTP/1.1\r\n" + HOST + CLOSE, b"200"),
        (b"GET /healthz?" + b"a" * 9_000 + b" HTTP/1.1\r\n" + HOST + CLOSE, b"414"),
        (b"GET /healthz?" + b"a=1&" * 150 + b" HTTP/1.1\r\n" + HOST + CLOSE, b"414"),
        (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 33_000 + b"\r\n" + CLOSE, b"431"),
        (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 150 + CLOSE, b"431"),
        (b"GET /ws/1 HTTP/1.1\r\n" + HOST + UPGRADE + b"X: " + b"a" * 33_000 + b"\r\n\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
    ):
        with printed(public=True) as out:
            assert answer_to(server, head).split(b" ")[1] == status, head[:60]
        lines = [json.loads(one) for one in out.getvalue().splitlines() if "security." in one]
        reason = {b"200": [], b"400": ["malformed"]}.get(status, ["too_large"])
        assert [(one["event"], one["reason"], one["address"]) for one in lines] == [
            ("security.door_refused", why, "127.0.0.1") for why in reason
        ]


def test_who_does_not_finish_is_sent_away(app: FastAPI, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr(head_limit, "HEAD_SECONDS", 0.3)
    assert answer_to(server).split(b" ")[1] == b"408"
    assert answer_to(server, b"GET /healthz HTTP/1.1\r\n", b"Host: ").split(b" ")[1] == b"408"
    monkeypatch.setattr(head_limit, "HEAD_SECONDS", 10.0)  # from here on heads are whole, however slowly they come
    door = find_slow_body(app)
    monkeypatch.setattr(door, "_within", 0.3)
    for path, kind in (
        (b"/api/auth/token", b"application/json"),
        (b"/auth/sign-in", b"application/x-www-form-urlencoded"),
    ):
        head = b"POST " + path + b" HTTP/1.1\r\n" + HOST + b"Content-Length: 50\r\nContent-Type: " + kind + b"\r\n\r\n"
        answer = answer_to(server, head + b"{")
        assert answer.split(b" ")[1] == b"408"
        assert b'"code": "too_slow"' in answer
    assert httpx2.get(f"{server.http}/healthz", timeout=ANSWER_SECONDS).status_code == 200


def find_slow_body(app: FastAPI) -> slow_body.SlowBody:
    """Find the door in the application that runs."""
    layer = app.middleware_stack
    while not isinstance(layer, slow_body.SlowBody):
        layer = getattr(layer, "app")  # noqa: B009 - every layer has the next one there
    return layer


@pytest.mark.parametrize("depth", [100, 900, 5_000, 100_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
async def test_json_that_is_too_deep(client: Client, depth: int, opening: str) -> None:
    closing_ = "]" if opening == "[" else "}"
    text = (
        opening * min(depth, 256_000 // len(opening) // 2) + "1" + closing_ * min(depth, 256_000 // len(opening) // 2)
    )
    answer = await client.post(
        "/api/auth/token", content=text[: 256 * 1024], headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_json_whose_numbers_are_too_long(client: Client) -> None:
    sent = '{"person_id": ' + "9" * 100_000 + "}"
    answer = await client.post("/api/auth/demo", content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


async def test_a_body_has_a_bound_whether_or_not_it_says_so(client: Client) -> None:
    async def pieces() -> object:
        for _ in range(300):
            yield b"a" * 1_024

    kind = {"Content-Type": "application/json"}
    refused(await client.post("/api/auth/token", content=b"a" * 300_000, headers=kind), 413, "too_large")
    assert (await client.post("/api/auth/token", content=pieces(), headers=kind)).status_code == 413  # type: ignore[arg-type]


def test_nobody_sends_a_file_here(app: FastAPI) -> None:
    """No route takes files, so there is none whose name or content could be believed; the day there is one, this fails."""
    document = json.dumps(app.openapi())
    assert "multipart/form-data" not in document
    assert '"format": "binary"' not in document
    forms = [route for route in app.routes if isinstance(route, APIRoute) and route.body_field is not None]
    assert not any("File" in type(one.field_info).__name__ for route in forms for one in route.dependant.body_params)
