"""What many pages read at the same moment is read once, and never given to somebody who may not read it."""

import asyncio
import threading
from typing import Any

import pytest

from domain import overview
from domain.errors import Unavailable
from domain.feedback import FeedbackInput, submit
from domain.hub import practice_topic
from domain.permission import Actor
from domain.services import Services
from pages.together import Together
from tests.pages.conftest import Visit
from tests.pages.test_visit import following
from tests.support.house import House, new_patient
from tests.support.waiting import ANSWER_SECONDS, eventually


class Counted:
    """A read that says how often it was made, and waits where it is told to."""

    def __init__(self) -> None:
        self.times = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self) -> int:
        self.times += 1
        times = self.times
        assert self.go_on.wait(ANSWER_SECONDS)
        return times


async def test_all_who_ask_at_the_same_moment_get_the_same(services: Services) -> None:
    together, read = Together(services.hub), Counted()
    assert await asyncio.gather(*(together.read("it", read) for _ in range(50))) == [1] * 50
    assert await together.read("it", read) == 1
    assert await together.read("something else", read) == 2


async def test_what_was_read_before_a_change_is_not_given_after_it(house: House) -> None:
    services = house.services
    services.hub.bind(asyncio.get_running_loop())
    together, read = Together(services.hub), Counted()
    read.go_on.clear()
    before = asyncio.create_task(together.read("it", read))
    await eventually(lambda: read.times == 1)
    told: list[Any] = []
    end = services.hub.follow(practice_topic(house.leila.practice_id), told.append)
    await asyncio.to_thread(submit, services, house.mina, house.diagnosis_id, FeedbackInput(rating=3))
    await eventually(lambda: told)
    after = asyncio.create_task(together.read("it", read))
    await eventually(lambda: read.times == 2)
    read.go_on.set()
    assert [await before, await after] == [1, 2]
    end()
    services.hub.unbind()


async def test_a_page_that_leaves_takes_nothing_from_the_others(services: Services) -> None:
    together, read = Together(services.hub), Counted()
    read.go_on.clear()
    leaving, staying = (asyncio.create_task(together.read("it", read)) for _ in range(2))
    await eventually(lambda: read.times == 1)
    leaving.cancel()
    read.go_on.set()
    assert await staying == 1


async def test_a_read_that_fails_fails_for_all_who_asked_and_is_made_anew(services: Services) -> None:
    together = Together(services.hub)

    def fail() -> int:
        raise Unavailable("The database is busy: try again in a moment.")

    results = await asyncio.gather(*(together.read("it", fail) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Unavailable] * 3
    assert await together.read("it", Counted()) == 1


async def test_colleagues_with_the_same_patients_share_and_others_do_not(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    whole = overview.read

    def noted(services: Services, actor: Actor) -> overview.Overview:
        asked.append(actor.name)
        return whole(services, actor)

    house.share_with(house.chen)
    who = [house.leila, house.leila, house.chen]
    pages = [(await following(await visitor(actor), house, actor))[0] for actor in who]
    for page in pages:
        page._together = pages[0]._together
        await page.follow_practice(lambda _events: None)
    monkeypatch.setattr(overview, "read", noted)
    seen = await asyncio.gather(*(page.read_of_patients(overview.read) for page in pages))
    assert sorted(asked) == sorted([house.leila.name, house.chen.name]), "Leila's two pages together, Chen's alone"
    assert [one.counters["patients"] for one in seen] == [2, 2, 1]


async def test_what_was_read_while_a_record_changed_hands_is_not_shared(house: House, visitor: Visit) -> None:
    services = house.services
    leila, other = [(await following(await visitor(house.leila), house, house.leila))[0] for _ in range(2)]
    other._together = leila._together
    for page in (leila, other):
        await page.follow_practice(lambda _events: None)
        page.stop_following()  # what happens next has not come to the pages yet
    new_patient(services, house.leila)
    services.hub.delivered = 0

    asked: list[int] = []

    def count(services: Services, actor: Actor) -> int:
        asked.append(1)
        return overview.read(services, actor).counters["patients"]

    assert await asyncio.gather(*(page.read_of_patients(count) for page in (leila, other))) == [3, 3]
    assert len(asked) == 3, "once together, found to be another set of patients, and then each for themselves"
