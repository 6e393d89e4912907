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
from tests.support.waiting import ANSWER_SECONDS, eventually

pytestmark = pytest.mark.farm
PAUSE = 3.0


async def test_it_is_not_ready_before_anybody_is_sent_away(house: House, tmp_path: Path) -> None:
    with program(tmp_path, "run", DRAIN_SECONDS=str(PAUSE)) as running:
        address = running.listening()
        live = Live(house, address.http, address.ws)
        async with (
            phone(live.ws, live.diagnosis_id, live.token()) as first,
            httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as http,
        ):
            await first.expect("snapshot")
            assert (await http.get("/readyz")).status_code == 200
            began = time.monotonic()
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
                    assert (await caller.closing())[0] == 4001
            assert time.monotonic() - began >= PAUSE
        assert await asyncio.to_thread(running.process.wait, 15) == 0


async def test_a_second_signal_stops_at_once(house: House, tmp_path: Path) -> None:
    with program(tmp_path, "run", DRAIN_SECONDS="300") as running:
        address = running.listening().http
        assert (await asyncio.to_thread(httpx2.get, f"{address}/readyz")).status_code == 200
        running.process.send_signal(signal.SIGTERM)
        await eventually(lambda: "stopping soon" in running.printed, what="the signal")
        assert await asyncio.to_thread(running.stop) == 0
