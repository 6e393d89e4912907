"""A visit: what a page follows, what it is not told, and that nothing is left when it goes."""

import asyncio

from fastapi import Request

from domain.events import LoggedEvent
from domain.feedback import FeedbackInput, submit
from domain.hub import diagnosis_topic
from domain.permission import Actor
from domain.sign_in import PracticeShape
from pages.language import language_of
from pages.visit import Visit as PageVisit
from tests.pages.conftest import Visit
from tests.support.house import House, signed_in, under_treatment
from tests.support.pages import Visitor
from tests.support.waiting import eventually

A_MOMENT = 0.5
"""How long the tests' followers gather: long enough to see that they do."""


async def test_the_first_change_comes_at_once_and_the_rest_together(house: House, visitor: Visit) -> None:
    here, batches = await following(await visitor(house.leila), house, house.leila)
    here.follow(diagnosis_topic(house.diagnosis_id), batches.append, every=A_MOMENT)
    here.ready()
    loop = asyncio.get_running_loop()
    began = loop.time()
    say(house, rating=1)
    await eventually(lambda: batches)
    assert loop.time() - began < A_MOMENT
    for rating in (2, 3, 4):
        say(house, rating=rating)
    await eventually(lambda: len(batches) > 1)
    assert loop.time() - began >= A_MOMENT
    assert [ratings_in(batch) for batch in batches] == [[1], [2, 3, 4]]


async def test_nothing_comes_before_the_page_is_ready_and_nothing_is_lost_before(house: House, visitor: Visit) -> None:
    here, batches = await following(await visitor(house.leila), house, house.leila)
    here.follow(diagnosis_topic(house.diagnosis_id), batches.append, every=A_MOMENT)
    seen: list[LoggedEvent] = []
    house.services.hub.follow(diagnosis_topic(house.diagnosis_id), seen.append)
    say(house, rating=5)
    await eventually(lambda: seen)
    assert batches == []
    here.ready()
    await eventually(lambda: batches)
    assert ratings_in(batches[0]) == [5]


async def test_a_colleagues_patient_never_reaches_the_page(house: House, visitor: Visit) -> None:
    mine = under_treatment(house.services, house.chen)
    here, batches = await following(await visitor(house.chen), house, house.chen)
    await here.follow_practice(batches.append, every=0)
    here.ready()
    say(house, rating=5)  # Leila's patient
    submit(house.services, mine.patient, mine.diagnosis_id, FeedbackInput(rating=2))
    await eventually(lambda: any(ratings_in(batch) for batch in batches))
    told = [event for batch in batches for event in batch]
    assert {event.patient_id for event in told} == {mine.patient.patient_id}
    assert [rating for batch in batches for rating in ratings_in(batch)] == [2]


async def test_a_patient_who_comes_in_meanwhile_is_followed_too(house: House, visitor: Visit) -> None:
    here, batches = await following(await visitor(house.leila), house, house.leila)
    await here.follow_practice(batches.append, every=0)
    here.ready()
    new = under_treatment(house.services, house.leila)
    submit(house.services, new.patient, new.diagnosis_id, FeedbackInput(rating=3))
    await eventually(lambda: [rating for batch in batches for rating in ratings_in(batch)] == [3])


async def test_a_page_that_fails_once_goes_on(house: House, visitor: Visit) -> None:
    here, batches = await following(await visitor(house.leila), house, house.leila)

    def show(events: list[LoggedEvent]) -> None:
        batches.append(events)
        if len(batches) == 1:
            raise ValueError("a page that cannot show this")

    here.follow(diagnosis_topic(house.diagnosis_id), show, every=0)
    here.ready()
    say(house, rating=1)
    await eventually(lambda: batches)
    say(house, rating=2)
    await eventually(lambda: [rating for batch in batches for rating in ratings_in(batch)] == [1, 2])


async def test_nothing_is_left_when_the_page_goes(house: House, visitor: Visit) -> None:
    hub = house.services.hub
    before = hub.follower_count()
    one = await visitor(house.leila)
    for path in ("/", "/feedback", "/effectiveness", "/recommendations", f"/recommendations/{house.diagnosis_id}"):
        await one.open(path)
        assert hub.follower_count() > before, path
        assert followers()
        one.page.delete()
        assert hub.follower_count() == before, path
        await eventually(lambda: not followers(), what=f"the end of what {path} followed with")


async def following(one: Visitor, house: House, actor: Actor) -> tuple[PageVisit, list[list[LoggedEvent]]]:
    """Begin a visit on some page; what it is told is kept batch by batch."""
    await one.open("/sign-in")
    with one.page:
        actor, _token = signed_in(house.services, actor)
        practice = PracticeShape(id=actor.practice_id, name="Sunrise Herbal Care", synthetic=False)
        return PageVisit(house.services, actor, practice, language_of("en"), Request({"type": "http"})), []


def followers() -> list[str]:
    """List the tasks that follow for pages."""
    return [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("page follows")]


def say(house: House, *, rating: int) -> None:
    """Let Mina answer."""
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=rating))


def ratings_in(batch: list[LoggedEvent]) -> list[int]:
    """Read the stars of the answers in a batch."""
    return [event.values["rating"] for event in batch if event.type == "feedback_update"]
