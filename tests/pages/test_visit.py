"""A visit: what a page follows, what it is not told, and that nothing is left when it goes."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import Request
from nicegui import ui

import pages.visit
from domain import patient, sign_in
from domain.errors import NotSignedIn, Unavailable
from domain.events import LoggedEvent
from domain.feedback import FeedbackInput, submit
from domain.hub import diagnosis_topic
from domain.ledger import utc_now
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import actor_of_session
from domain.sign_in_shapes import PracticeShape
from pages.elements.plan import Plan
from pages.language import language_of
from pages.visit import OVER
from pages.visit import Visit as PageVisit
from tests.pages.conftest import Visit
from tests.support.house import House, signed_in, under_treatment
from tests.support.pages import Visitor
from tests.support.waiting import eventually

A_MOMENT = 0.5
"""How long the tests' followers gather: long enough to see that they do."""


async def test_the_first_change_comes_at_once_and_the_rest_together(house: House, visitor: Visit) -> None:
    here, batches = await following(await visitor(house.leila), house, house.leila)
    seldom: list[list[LoggedEvent]] = []
    here.follow(diagnosis_topic(house.diagnosis_id), seldom.append, every=3_600)
    here.follow(diagnosis_topic(house.diagnosis_id), batches.append, every=A_MOMENT)
    here.ready()
    loop = asyncio.get_running_loop()
    began = loop.time()
    say(house, rating=1)
    await eventually(lambda: seldom and batches, what="the first change, which waits for no hour")
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


async def test_a_page_ends_with_its_sign_in(house: House, visitor: Visit) -> None:
    hub, one = house.services.hub, await visitor(house.leila)
    before = hub.follower_count()
    await one.open(f"/recommendations/{house.diagnosis_id}")
    page = one.page
    answer = await one.http.post("/auth/sign-out", follow_redirects=False)
    assert answer.status_code == 303
    await eventually(lambda: hub.follower_count() == before and not followers(), what="the end of following")
    assert not page.is_deleted
    one.the(Plan, "plan")  # what was there is there until the browser is at the door; nothing more is read for it


async def test_after_the_end_of_a_sign_in_nothing_is_read_or_done(house: House, visitor: Visit) -> None:
    one = await visitor(house.leila)
    here, batches = await following(one, house, house.leila)
    here.follow(diagnosis_topic(house.diagnosis_id), batches.append, every=0)
    here.ready()
    assert len(await here.read(patient.listing)) == 2
    sign_in.sign_out(house.services, here.actor)
    await eventually(lambda: not followers())
    say(house, rating=1)
    with pytest.raises(NotSignedIn):
        await here.read(patient.listing)
    assert await here.act(patient.listing) is None
    await eventually(lambda: OVER in one.user.notify.messages)
    assert batches == []


async def test_a_sign_in_ends_by_the_clock(house: House, visitor: Visit) -> None:
    one = await visitor(house.leila)
    soon = replace(house.leila, until=utc_now() + timedelta(seconds=0.2))
    here, batches = await following(one, house, soon)
    here.follow(diagnosis_topic(house.diagnosis_id), batches.append, every=0)
    assert followers()
    await eventually(lambda: not followers())
    with pytest.raises(NotSignedIn):
        await here.read(patient.listing)


async def test_a_sign_in_that_ends_while_a_page_begins_is_noticed(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_then_over(services: Services, secret: str, *, address: str = "") -> Actor:
        actor = actor_of_session(services, secret, address=address)
        sign_in.sign_out(services, replace(actor))
        return actor

    one = await visitor(house.leila)
    before = house.services.hub.follower_count()
    monkeypatch.setattr(pages.visit, "actor_of_session", first_then_over)
    answer = await one.http.get("/feedback", follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=/feedback"
    assert house.services.hub.follower_count() == before


async def test_a_patient_is_sent_to_the_phone_page(house: House, visitor: Visit) -> None:
    mina = await visitor(house.mina)
    for path in ("/", "/intake", "/recommendations", f"/recommendations/{house.diagnosis_id}", "/feedback"):
        answer = await mina.http.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, "/m"), path


async def test_what_cannot_be_shown_is_said_in_one_sentence(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: object, **_more: object) -> None:
        raise Unavailable("The database is busy: try again in a moment.")

    one = await visitor(house.leila)
    monkeypatch.setattr("domain.overview.read", busy)
    answer = await one.http.get("/")
    assert answer.status_code == 200
    await one.open("/")
    await one.user.should_see("The database is busy: try again in a moment.")
    await one.user.should_see(kind=ui.link, content="Effectiveness")
    await eventually(lambda: len(followers()) == 2, what="the end of all but the alarm of the two pages")


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
