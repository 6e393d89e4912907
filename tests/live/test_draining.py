"""Told to stop: not ready first, then a pause in which all goes on, then the sockets are sent away, then the end."""

import asyncio
import signal
import time
from pathlib import Path

import httpx2
import pytest

from tests.live.conftest import Live
from tests.support.house import House
from tests.support.phone import phone
from tests.support.problems import refused
from tests.support.server import program
from tests.support.waiting import ANSWER_SECONDS, ENDING_SECONDS, eventually, ready

pytestmark = pytest.mark.farm
PAUSE, LONG_PAUSE = 1.0, 300.0


async def test_all_goes_on_in_the_pause_and_a_second_signal_ends_it(house: House, tmp_path: Path) -> None:
    with program(tmp_path, "run", DRAIN_SECONDS=str(LONG_PAUSE)) as running:
        address = running.listening()
        live = Live(house, address.http, address.ws)
        async with (
            phone(live.ws, live.diagnosis_id, live.token()) as first,
            httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as http,
        ):
            await first.expect("snapshot")
            await ready(http)
            running.process.send_signal(signal.SIGTERM)
            await eventually(lambda: "stopping soon" in running.printed, what="the signal")
            problem = refused(await http.get("/readyz"), 503, "unavailable")
            assert problem["checks"]["draining"] == {"ok": False, "why": problem["detail"]}
            assert (await http.get("/healthz")).status_code == 200
            async with phone(live.ws, live.diagnosis_id, live.token()) as second:
                await second.expect("snapshot")  # who is still sent here is served
                await asyncio.to_thread(live.answer, "In the pause.")
                for caller in (first, second):
                    assert (await caller.until("feedback_update"))["comment"] == "In the pause."
        running.process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(running.process.wait, ENDING_SECONDS) == 0


async def test_after_the_pause_everybody_is_sent_away(house: House, tmp_path: Path) -> None:
    with program(tmp_path, "run", DRAIN_SECONDS=str(PAUSE)) as running:
        address = running.listening()
        live = Live(house, address.http, address.ws)
        async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
            await caller.expect("snapshot")
            began = time.monotonic()
            running.process.send_signal(signal.SIGTERM)
            assert (await caller.closing())[0] == 4001
            assert time.monotonic() - began >= PAUSE
        assert await asyncio.to_thread(running.process.wait, ENDING_SECONDS) == 0
