"""What a client may send wrong on a live socket: an error, then the door; nothing for anybody else to notice."""

import asyncio
import json
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.live.conftest import Live
from tests.support.phone import phone, ringing

NONSENSE: dict[str, tuple[str | bytes, str]] = {
    "cut off": ('{"type":"ping"', "malformed_json"),
    "not JSON": ("hello", "malformed_json"),
    "empty": ("", "malformed_json"),
    "a NUL byte": ("\x00", "malformed_json"),
    "nested without end": ("[" * 60_000, "malformed_json"),
    "a number with 5,000 digits": ('{"type":"ack","seq":' + "9" * 5_000 + "}", "malformed_json"),
    "a list": ("[]", "invalid"),
    "null": ("null", "invalid"),
    "binary": (b'{"type":"ping"}', "invalid"),
    "no type": ("{}", "unknown_type"),
    "an unknown type": ('{"type":"delete"}', "unknown_type"),
    "a type that is a list": ('{"type":["ping"]}', "unknown_type"),
    "a type of ours": ('{"type":"feedback_update","data":{}}', "unknown_type"),
    "an ack without a number": ('{"type":"ack"}', "invalid"),
    "an ack of true": ('{"type":"ack","seq":true}', "invalid"),
    "an ack of 1.5": ('{"type":"ack","seq":1.5}', "invalid"),
    "an ack of -1": ('{"type":"ack","seq":-1}', "invalid"),
    "an ack of not a number": ('{"type":"ack","seq":NaN}', "invalid"),
    "a resume of a word": ('{"type":"resume","since":"x"}', "invalid"),
    "an auth without a token": ('{"type":"auth"}', "invalid"),
}


async def test_it_is_answered_and_the_session_goes_on(live: Live) -> None:
    token = live.token()
    for what, (message, code) in NONSENSE.items():
        async with phone(live.ws, live.diagnosis_id, token) as caller:
            await caller.expect("snapshot")
            await caller.send(message)
            told = await caller.expect("error")
            assert (told["code"], told["retry"]) == (code, False), what
            assert told["message"].endswith("."), what
            await caller.send({"type": "ping"})
            await caller.expect("pong")


async def test_who_goes_on_with_it_is_sent_away_and_nobody_else_notices(live: Live) -> None:
    async with (
        phone(live.ws, live.diagnosis_id, live.token()) as good,
        phone(live.ws, live.diagnosis_id, live.token()) as bad,
    ):
        for caller in (good, bad):
            await caller.expect("snapshot")
        for _ in range(4):
            await bad.send("nonsense")
        assert await bad.closing() == (1008, "malformed_json")
        assert [message["type"] for message in bad.seen[2:]] == ["error"] * 3
        await asyncio.to_thread(live.answer)
        await good.expect("feedback_update")


async def test_a_message_that_is_too_long(live: Live) -> None:
    fits = json.dumps({"type": "ping", "padding": "x" * 65_000})
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.expect("snapshot")
        await caller.send(fits)
        await caller.expect("pong")
        await caller.send(json.dumps({"type": "ping", "padding": "x" * 65_536}))
        assert (await caller.closing())[0] == 1009
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        with suppress(ConnectionClosed):  # the answer may come while we still send
            await caller.send("x" * (2 * 1024 * 1024))  # more than the server reads of a message at all
        assert (await caller.closing())[0] == 1009
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.send(json.dumps({"type": "ping", "padding": "ش" * 40_000}, ensure_ascii=False))  # 80,000 bytes
        assert (await caller.closing())[0] == 1009


async def test_too_many_messages_a_second(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.expect("snapshot")
        for _ in range(20):
            await caller.send({"type": "ping"})
        for _ in range(20):
            await caller.expect("pong")
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.expect("snapshot")
        with suppress(ConnectionClosed):  # the answer may come while we still send
            for _ in range(400):  # more than 20 a second, however slowly they are sent; from 500 on it would be cut
                await caller.send({"type": "ack", "seq": 1})
        assert await caller.closing() == (1013, "too_often")


async def test_a_socket_to_nowhere(live: Live) -> None:
    with pytest.raises(InvalidStatus):
        async with ringing(live.ws + "/elsewhere", 1):
            pass
