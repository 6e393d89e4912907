"""RFC 6455 frame by frame: what a client may send, however it is cut up, and what ends the connection with which code."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from tests.live.conftest import Live
from tests.support.raw_socket import (
    BINARY,
    CONT,
    PING,
    PONG,
    TEXT,
    Got,
    RawSocket,
    connected,
    frame,
    handshake,
    opened,
    text,
)
from tests.support.remains import nothing_is_left

pytestmark = pytest.mark.farm

ASK = b'{"type":"ping"}'
"""A message that is answered."""
WIDE = '{"type":"ping","padding":"ش"}'.encode()
CUT = WIDE.index("ش".encode()) + 1
"""In the middle of a code point."""


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


def padded(size: int) -> bytes:
    """Write a message of exactly so many bytes."""
    head, tail = b'{"type":"ping","padding":"', b'"}'
    return head + b"x" * (size - len(head) - len(tail)) + tail


GOOD: dict[str, list[bytes]] = {
    "whole": [text(ASK)],
    "in two fragments": [frame(TEXT, ASK[:5], fin=False), frame(CONT, ASK[5:])],
    "in fragments of a byte": [
        frame(TEXT, ASK[:1], fin=False),
        *[frame(CONT, ASK[at : at + 1], fin=False) for at in range(1, len(ASK))],
        frame(CONT),
    ],
    "with empty fragments": [frame(TEXT, fin=False), frame(CONT, ASK, fin=False), frame(CONT, fin=False), frame(CONT)],
    "with pongs between its fragments": [
        frame(TEXT, ASK[:3], fin=False), frame(PONG), frame(CONT, ASK[3:7], fin=False), frame(PONG, b"x"), frame(CONT, ASK[7:]),
    ],
    "cut in a code point": [frame(TEXT, WIDE[:CUT], fin=False), frame(CONT, WIDE[CUT:])],
    "of 125 bytes": [text(padded(125))],
    "of 126 bytes": [text(padded(126))],
    "of 127 bytes": [text(padded(127))],
    "of 65,535 bytes": [text(padded(65_535))],
    "of 65,536 bytes, the most there may be": [text(padded(65_536))],
    "of 65,536 bytes in two": [frame(TEXT, padded(65_536)[:300], fin=False), frame(CONT, padded(65_536)[300:])],
    "behind a pong that nobody asked for": [frame(PONG, b"unasked"), text(ASK)],
    # RFC 6455 asks for the shortest length; websockets takes longer ones as well, which harms nobody.
    "with a length of 16 bits that needs 7": [text(ASK, width=16)],
    "with a length of 64 bits that needs 7": [text(ASK, width=64)],
}  # fmt: skip


@pytest.mark.parametrize("how", ["in one segment", "frame by frame", "chopped"])
async def test_a_message_is_understood_however_it_is_cut_up(live: Live, how: str) -> None:
    for what, frames in GOOD.items():
        data = b"".join(frames)
        if how == "chopped" and len(data) > 1_000:
            continue
        async with opened(live.http, live.diagnosis_id, live.token()) as socket:
            if how == "chopped":
                await socket.chopped(data)
            elif how == "in one segment":
                await socket.send(data)
            else:
                for one in frames:
                    await socket.send(one)
            try:
                assert "seq" in await socket.message("pong"), what
            except EOFError:
                pytest.fail(f"{what}: the connection ended")


async def test_a_control_frame_between_fragments_is_answered_at_once(live: Live) -> None:
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        await socket.send(frame(TEXT, ASK[:5], fin=False), frame(PING, b"between"))
        assert await socket.got() == Got(PONG, b"between")
        await socket.send(frame(CONT, ASK[5:10], fin=False), frame(PING))
        assert await socket.got() == Got(PONG, b"")
        await socket.send(frame(CONT, ASK[10:]))
        await socket.message("pong")


async def test_a_ping_comes_back_as_it_was(live: Live) -> None:
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        payloads = [bytes(range(255 - size, 255)) for size in (0, 1, 2, 124, 125)]
        for payload in payloads:
            await socket.send(frame(PING, payload))
            assert await socket.got() == Got(PONG, payload)
        await socket.send(*[frame(PING, payload) for payload in payloads * 10])  # in a pipeline
        assert [await socket.got() for _ in payloads * 10] == [Got(PONG, payload) for payload in payloads * 10]
        await socket.chopped(frame(PING, b"slowly"))
        assert await socket.got() == Got(PONG, b"slowly")


async def test_several_messages_in_one_segment_are_answered_in_order(live: Live) -> None:
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        last = text(ASK)
        await socket.send(text(ASK), frame(PING, b"!"), text("nonsense"), text(ASK), last[:9])
        await socket.send(last[9:])
        seen = [await socket.got() for _ in range(5)]
        assert seen.count(Got(PONG, b"!")) == 1
        kinds = [one.message["type"] for one in seen if one.opcode == TEXT]
        assert kinds == ["pong", "error", "pong", "pong"]


BAD: dict[str, tuple[list[bytes], set[int]]] = {
    "not masked": ([text(ASK, masked=False)], {1002}),
    "a ping that is not masked": ([frame(PING, masked=False)], {1002}),
    **{f"reserved bits {bits:03b}": ([text(ASK, reserved=bits)], {1002}) for bits in (1, 2, 4, 7)},
    "a reserved bit on a ping": ([frame(PING, reserved=4)], {1002}),
    **{f"opcode {opcode:X}, which there is not": ([frame(opcode, b"x")], {1002}) for opcode in (3, 4, 5, 6, 7, 11, 12, 15)},
    "a ping of 126 bytes": ([frame(PING, b"x" * 126)], {1002}),
    "a pong of 126 bytes": ([frame(PONG, b"x" * 126)], {1002}),
    "a ping in fragments": ([frame(PING, b"x", fin=False), frame(CONT, b"y")], {1002}),
    "an end without a beginning": ([frame(CONT, ASK)], {1002}),
    "a middle without a beginning": ([frame(CONT, ASK, fin=False)], {1002}),
    "a message within a message": ([frame(TEXT, ASK[:5], fin=False), text(ASK)], {1002}),
    "binary within a message": ([frame(TEXT, ASK[:5], fin=False), frame(BINARY, b"x")], {1002}),
    "too long, by one": ([text(padded(65_537))], {1009}),
    "too long, as its head says": ([text(b"", length=2**40, width=64)], {1009}),
    "too long, in fragments": ([frame(TEXT, b"x" * 60_000, fin=False), frame(CONT, b"x" * 60_000)], {1009}),
    # RFC 6455 forbids the highest bit of a length; that it is too long as well is as true.
    "a length with its highest bit": ([text(b"", length=2**63, width=64)], {1002, 1009}),
}  # fmt: skip


NO_TEXT: dict[str, tuple[list[bytes], set[int]]] = {
    "no UTF-8": ([text(b'{"type":"\xff"}')], {1007}),
    "a surrogate in UTF-8": ([text(b'{"type":"\xed\xa0\x80"}')], {1007}),
    "an overlong slash": ([text(b'{"type":"\xc0\xaf"}')], {1007}),
    "beyond Unicode": ([text(b'{"type":"\xf4\x90\x80\x80"}')], {1007}),
    "a code point cut off at the end": ([text(WIDE[:CUT])], {1007}),
    "a code point that goes on wrongly": ([frame(TEXT, WIDE[:CUT], fin=False), frame(CONT, b'a"}')], {1007}),
}  # fmt: skip


@pytest.fixture
def wire(request: pytest.FixtureRequest) -> str:
    """Which of the two ways the server sends."""
    return str(request.node.callspec.params["server"])


@pytest.mark.parametrize("how", ["whole", "chopped"])
async def test_what_no_client_may_send_ends_its_connection_alone(live: Live, how: str, wire: str) -> None:
    async with opened(live.http, live.diagnosis_id, live.token(live.house.leila)) as beside:
        for what, (frames, codes) in BAD.items():
            data = b"".join(frames)
            if how == "chopped" and len(data) > 1_000:
                continue
            async with opened(live.http, live.diagnosis_id, live.token()) as socket:
                await (socket.send(data) if how == "whole" else socket.chopped(data))
                # The server's own class hangs up while we still send: then the system resets, and takes its word away.
                await ends_with(socket, codes, what, unheard=wire == "asgi" and how == "chopped")
        await asyncio.to_thread(live.answer)
        assert (await beside.message("feedback_update"))["rating"] == 4, "nobody else noticed"


async def test_what_is_no_text_ends_its_connection(live: Live, wire: str, caplog: pytest.LogCaptureFixture) -> None:
    for what, (frames, codes) in NO_TEXT.items():
        async with opened(live.http, live.diagnosis_id, live.token()) as socket:
            await socket.send(*frames)
            await ends_with(socket, codes, what)
    if wire == "asgi":  # the server's own class tells of it as if something of ours had failed; ours does not
        caplog.clear()


NOT_BEFORE_JOINING = {"too long, by one", "too long, in fragments"}
"""Before somebody is identified the bound is another: 8 KiB of a message, 1 MiB of a frame."""


async def before_joining(live: Live, what: str, frames: list[bytes], codes: set[int]) -> None:
    """Send something in place of the first message."""
    async with connected(live.http) as socket:
        await socket.send(handshake(f"/ws/{live.diagnosis_id}"))
        assert (await socket.head())[0] == 101
        await socket.send(*frames)
        await ends_with(socket, codes, what)


async def test_what_no_client_may_send_ends_a_connection_that_has_not_said_who_it_is(live: Live) -> None:
    for what, (frames, codes) in BAD.items():
        if what not in NOT_BEFORE_JOINING:
            await before_joining(live, what, frames, codes)
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        await socket.send(text(ASK))
        await socket.message("pong")


async def test_what_is_no_text_of_a_stranger_is_no_error_of_ours(
    live: Live, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    if request.node.callspec.params["server"] == "asgi":
        request.applymarker(
            pytest.mark.xfail(
                strict=True, reason="the server's own class logs what a stranger sends as an error of its own"
            )
        )
    for what, (frames, codes) in NO_TEXT.items():
        await before_joining(live, what, frames, codes)
    complaints = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    caplog.clear()
    assert complaints == []


async def ends_with(socket: RawSocket, codes: set[int], what: str, *, unheard: bool = False) -> None:
    """Hold how a connection ends against what may be."""
    seen = await socket.closing()
    if unheard and not seen:
        return
    assert seen, f"{what}: it ended without a word"
    assert seen[-1].code in codes, f"{what}: {seen[-1].payload!r}"
