"""A pong is behind everything that it counts: else clients ask again for what is on its way to them."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from domain.events import LoggedEvent
from tests.live.conftest import Live
from tests.support.phone import phone
from tests.support.reader import top_of
from tests.support.waiting import ANSWER_SECONDS, eventually


async def test_a_pong_between_a_commit_and_its_publication(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    services, gate = live.house.services, threading.Event()
    publish = services.hub.publish

    def late(events: Sequence[LoggedEvent]) -> None:
        assert gate.wait(ANSWER_SECONDS)
        publish(events)

    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        seq = (await caller.expect("snapshot"))["seq"]
        monkeypatch.setattr(services.hub, "publish", late)
        answering = asyncio.create_task(asyncio.to_thread(live.answer))
        await eventually(lambda: top_of(services, live.diagnosis_id) > seq, what="the commit")
        await caller.send({"type": "ping"})
        asyncio.get_running_loop().call_later(0.3, gate.set)
        try:
            pong = await caller.until("pong")
            assert pong["seq"] == max([seq, *caller.seqs])
        finally:
            gate.set()
            await answering
