"""A clock that is set back: messages keep their order, because that is their number's and not their time's."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI

from domain.events import Audience
from domain.services import Services
from settings import Settings
from tests.live.conftest import Live
from tests.support.clock import Clock, with_clock
from tests.support.house import House
from tests.support.phone import phone
from tests.support.reader import Reader, all_at_the_top, reading, top_of
from tests.support.remains import nothing_is_left
from tests.support.server import without_pages


@pytest.fixture
def moved(services: Services) -> tuple[Services, Clock]:
    """The parts, whose changes happen when the clock says."""
    return with_clock(services)


@pytest.fixture
def app(settings: Settings, moved: tuple[Services, Clock]) -> FastAPI:
    """The application over these parts."""
    return without_pages(settings, moved[0])


@pytest.fixture
def house(house: House, moved: tuple[Services, Clock]) -> House:
    """The house over these parts."""
    return replace(house, services=moved[0])


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


async def test_messages_stay_in_order(live: Live, moved: tuple[Services, Clock]) -> None:
    services, clock = moved
    token = live.token()
    readers = [
        Reader(live.http, live.diagnosis_id, live.token(), Audience.PATIENT),
        Reader(live.http, live.diagnosis_id, live.token(live.house.leila), Audience.PRACTICE),
    ]
    async with phone(live.ws, live.diagnosis_id, token) as caller, reading(readers):
        start = (await caller.expect("snapshot"))["seq"]
        for number, by in enumerate((0, -1, -30, 2_000, -100_000)):
            clock.move(timedelta(seconds=by))
            await asyncio.to_thread(live.answer, f"Answer {number}")
        top = await asyncio.to_thread(top_of, services, live.diagnosis_id)
        await caller.up_to(top)
        assert caller.seqs == list(range(start + 1, top + 1))
        times = [message["timestamp"] for message in caller.seen if "seq" in message]
        assert times != sorted(times), "the clock went backwards, and it shows"
        await all_at_the_top(readers, services)
        said = [message["data"]["comment"] for message in caller.seen if message["type"] == "feedback_update"]
        assert said == [f"Answer {number}" for number in range(5)]
    # And a client that comes back resumes by the number, whatever the times are.
    async with phone(live.ws, live.diagnosis_id, token, since=start) as again:
        await again.up_to(top)
        assert again.seqs == list(range(start + 1, top + 1))
