"""A line that breaks at any moment of joining: the client comes back, and has everything once and in order."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI

from api import connections
from domain.events import Audience
from tests.live.conftest import Live
from tests.support.faulty import Fault, Plan, Proxy, one_after_the_other
from tests.support.reader import CALM, Reader, all_at_the_top, reading
from tests.support.remains import nothing_is_left
from tests.support.waiting import eventually

pytestmark = pytest.mark.farm


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


STAGES: dict[str, list[Fault]] = {
    "before the handshake": [Fault("drop", "up", 0), Fault("stall", "up", 0)],
    "within the handshake": [Fault("cut", "up", 0, at) for at in (1, 30, 120)],
    "before the answer to the handshake": [Fault("drop", "down", 0), Fault("stall", "down", 0)],
    "within the answer to the handshake": [Fault("cut", "down", 0, at) for at in (1, 40, 100)],
    "before the token": [Fault("drop", "up", 1), Fault("half-dead", "up", 1)],
    "within the token": [Fault("cut", "up", 1, at) for at in (1, 3, 8, 200)],
    "before connect": [Fault("drop", "down", 1), Fault("close", "down", 1, code=1012), Fault("stall", "down", 1)],
    "within connect": [Fault("cut", "down", 1, at) for at in (1, 2, 3, 4, 150)],
    "before the snapshot": [
        Fault("drop", "down", 2),
        Fault("close", "down", 2, code=1001),
        Fault("half-dead", "down", 2),
    ],
    "within the snapshot": [Fault("cut", "down", 2, at) for at in (1, 2, 3, 5, 500, 1_000_000)],
    "after the snapshot": [Fault("drop", "down", 3), Fault("cut", "down", 3, 7), Fault("close", "down", 3, code=1000)],
}


async def test_a_line_that_breaks_while_joining(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PER_PERSON", 1_000)
    faults = [fault for stage in STAGES.values() for fault in stage]
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(Proxy(live.http, Plan(fault))) for fault in faults * 2]
        readers = [
            Reader(
                line.http,
                live.diagnosis_id,
                live.token(live.house.leila if number % 2 else None),
                audience,
                patience=CALM,  # who gave up by themselves would not come as far as the fault
            )
            for number, line in enumerate(lines)
            for audience in [Audience.PRACTICE if number % 2 else Audience.PATIENT]
        ]
        async with reading(readers):
            # Somebody answers meanwhile: what is joined is moving.
            for number in range(5):
                await asyncio.to_thread(live.answer, f"Meanwhile {number}")
            await eventually(lambda: all(any(one.struck for one in line.lines) for line in lines), what="every fault")
            await all_at_the_top(readers, live.house.services)
            await asyncio.to_thread(live.answer, "And on.")
            await all_at_the_top(readers, live.house.services)
        for line in lines:
            one_after_the_other(line)
            assert "resume" not in {message["type"] for one in line.lines for message in one.up}, "nobody saw a hole"
