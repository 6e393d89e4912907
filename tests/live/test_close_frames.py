"""RFC 6455 saying goodbye: what a client may say, what it may not, and that nothing counts after it."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from domain.events import Audience
from tests.live.conftest import Live
from tests.support.raw_socket import CLOSE, CONT, PING, TEXT, frame, opened, text
from tests.support.remains import nothing_is_left
from tests.support.snapshots import state_of

pytestmark = pytest.mark.farm

ASK = b'{"type":"ping"}'


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


def said(code: int, reason: bytes = b"") -> bytes:
    """Build the body of a goodbye."""
    return code.to_bytes(2, "big") + reason


GOODBYES: dict[str, tuple[bytes, set[int | None]]] = {
    "nothing said": (b"", {None, 1000}),
    **{f"code {code}": (said(code), {code, 1000}) for code in (1000, 1001, 1003, 1007, 1011, 3000, 3999, 4000, 4999)},
    "with a reason": (said(1000, "tschüß, خداحافظ".encode()), {1000}),
    "with the longest reason": (said(1000, b"x" * 123), {1000}),
    "a body of one byte": (b"\x03", {1002}),
    **{f"code {code}, which nobody sends": (said(code), {1002}) for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535)},
    "a reason that is no UTF-8": (said(1000, b"\xff\xfe"), {1007}),
    "a reason too long": (said(1000, b"x" * 124), {1002}),
}  # fmt: skip


async def test_a_goodbye_is_answered(live: Live) -> None:
    for what, (body, codes) in GOODBYES.items():
        async with opened(live.http, live.diagnosis_id, live.token()) as socket:
            await socket.send(frame(CLOSE, body))
            seen = await socket.closing()
            assert [one.opcode for one in seen] == [CLOSE], what
            assert seen[0].code in codes, f"{what}: {seen[0].payload!r}"


async def test_nothing_counts_after_a_goodbye(live: Live) -> None:
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        await socket.send(frame(CLOSE, said(1000)), text(ASK), frame(PING, b"?"), text("nonsense"))
        assert [one.opcode for one in await socket.closing()] == [CLOSE]


async def test_what_came_before_a_goodbye_counts(live: Live) -> None:
    seq = state_of(live.house.services, live.diagnosis_id, Audience.PATIENT)["seq"]
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        await socket.send(text({"type": "ack", "seq": seq}), text("nonsense"))
        assert (await socket.message("error"))["code"] == "malformed_json"
        await socket.send(frame(CLOSE, said(1000)))
        assert [one.opcode for one in await socket.closing()] == [CLOSE]


async def test_a_goodbye_within_a_message(live: Live) -> None:
    # RFC 6455 lets control frames stand between fragments; websockets takes a message that never ends for a mistake.
    async with opened(live.http, live.diagnosis_id, live.token()) as socket:
        await socket.send(frame(TEXT, ASK[:4], fin=False), frame(CONT, ASK[4:6], fin=False), frame(CLOSE, said(1000)))
        seen = await socket.closing()
        assert [one.opcode for one in seen] == [CLOSE]
        assert seen[0].code in {1000, 1002}


async def test_a_client_that_hangs_up_without_a_goodbye(live: Live) -> None:
    for before in (b"", text(ASK)[:1], text(ASK)[:7], frame(TEXT, ASK[:4], fin=False), frame(CLOSE, said(1000))[:3]):
        async with opened(live.http, live.diagnosis_id, live.token()) as socket:
            await socket.send(before)
            socket.half_close()
            assert await socket.is_over()
    await asyncio.to_thread(live.answer)
