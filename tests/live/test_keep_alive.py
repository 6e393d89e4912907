"""The one timer of the live sockets: who answers pings stays, who is gone is cut, and nothing ticks when nobody is there."""

import asyncio

import pytest

from api import keep_alive, live_socket
from api.keep_alive import KeepAlive
from tests.live.conftest import Live
from tests.support.phone import phone
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS, eventually


@pytest.fixture
def server(fast_server: Server) -> Server:
    """Serve by the class that hands sockets over; the other way the server keeps its own timers."""
    return fast_server


async def test_who_answers_no_ping_is_cut_and_who_answers_stays(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_alive, "EVERY_SECONDS", 0.05)  # a ping every second
    monkeypatch.setattr(live_socket, "GOODBYE_SECONDS", ANSWER_SECONDS)
    token = live.token()
    async with phone(live.ws, live.diagnosis_id, token) as here, phone(live.ws, live.diagnosis_id, token) as gone:
        await here.expect("snapshot")
        await gone.expect("snapshot")
        gone.stop_reading()
        hub = live.house.services.hub
        before = hub.follower_count()
        await eventually(lambda: hub.follower_count() < before, what="the cut of the one who is gone")
        gone.read_on()
        assert await gone.closing() == (1011, "no_answer")
        await here.send({"type": "ping"})
        await here.expect("pong")


class Reminded:
    """Something that expires."""

    def __init__(self) -> None:
        self.times = 0
        self.over = asyncio.Event()

    def due(self) -> None:
        """Count."""
        self.times += 1
        self.over.set()


async def test_what_expires_is_reminded_once_unless_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_alive, "EVERY_SECONDS", 0.01)
    timer, one, other = KeepAlive(), Reminded(), Reminded()
    timer.remind(one, -1)
    timer.forget(other, timer.remind(other, -1))
    async with asyncio.timeout(ANSWER_SECONDS):
        await one.over.wait()
    assert (one.times, other.times) == (1, 0)
    assert len(timer) == 0


async def test_nothing_ticks_when_nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_alive, "EVERY_SECONDS", 0.01)
    timer, one = KeepAlive(), Reminded()
    timer.remind(one, -1)
    await one.over.wait()
    await asyncio.sleep(0)
    assert not timer.ticks


class Failing(Reminded):
    """Something that fails when its time has come."""

    def due(self) -> None:
        """Fail."""
        raise RuntimeError("not this time")


async def test_one_failure_stops_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keep_alive, "EVERY_SECONDS", 0.01)
    timer, one = KeepAlive(), Reminded()
    timer.remind(Failing(), -10)
    timer.remind(one, 0)
    async with asyncio.timeout(ANSWER_SECONDS):
        await one.over.wait()
