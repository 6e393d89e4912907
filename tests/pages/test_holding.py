"""Pause live: what a page holds back, what it shows all the same, and that nothing is lost."""

import asyncio
from dataclasses import replace

import pytest

from domain import patient, profile, recommendation
from domain.events import LoggedEvent
from domain.feedback import FeedbackInput, SideEffectInput, submit
from domain.hub import practice_topic
from domain.patient import PatientInput, ProfileInput
from domain.recommendation import StopInput
from pages.elements.alarms import Alarms
from pages.elements.live_mark import LiveMark
from pages.elements.stream import Stream
from pages.holding import MOST_HELD, Hold
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.pages import Visitor
from tests.support.waiting import eventually


class Watched:
    """A Feedback page, and what its Live mark was told."""

    def __init__(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        self.visitor = visitor
        [self.mark] = [one for one in visitor.page.elements.values() if isinstance(one, LiveMark)]
        [self.stream] = [one for one in visitor.page.elements.values() if isinstance(one, Stream)]
        self.told: list[tuple[bool, str, str]] = []
        monkeypatch.setattr(self.mark, "run_method", lambda _name, *told: self.told.append(told))

    def pause(self, paused: bool = True) -> None:
        self.visitor.happen(self.mark, "pause", paused)

    @property
    def words(self) -> list[str]:
        return [item.get("text", "") for item in self.stream.items]


@pytest.fixture
async def page(house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch) -> Watched:
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    return Watched(leila, monkeypatch)


def say(house: House, words: str, **more: object) -> None:
    submit(
        house.services,
        house.mina,
        house.diagnosis_id,
        FeedbackInput.model_validate({"rating": 4, "comment": words} | more),
    )


def listening(house: House) -> list[LoggedEvent]:
    """Collect what happens in the practice."""
    events: list[LoggedEvent] = []
    house.services.hub.bind(asyncio.get_running_loop())
    house.services.hub.follow(practice_topic(house.leila.practice_id), events.append)
    return events


async def test_what_happens_waits_is_counted_and_comes_at_once(house: House, page: Watched) -> None:
    page.pause()
    assert page.told == [(True, "", "")]
    for words in ("One.", "Two."):
        say(house, words)
    await eventually(lambda: page.told[-1] == (True, "2", "2 changes wait"))
    assert page.words == []
    page.pause(False)
    await eventually(lambda: page.words == ["Two.", "One."])
    assert page.told[-1] == (False, "", "")
    say(house, "Three.")
    await eventually(lambda: page.words[0] == "Three.")


async def test_a_danger_is_shown_in_its_place_and_the_page_stays_paused(house: House, page: Watched) -> None:
    page.pause()
    say(house, "Before.")
    await eventually(lambda: page.told[-1][1] == "1")
    say(house, "Cannot breathe.", side_effects=[SideEffectInput(term="wheeze", serious=True)])
    await eventually(lambda: page.words == ["Cannot breathe.", "Before."])
    assert page.told[-1] == (True, "", "")
    say(house, "After.")
    await eventually(lambda: page.told[-1] == (True, "1", "1 change waits"))
    assert page.words[0] == "Cannot breathe."


async def test_the_banner_of_alarms_is_not_held(house: House, page: Watched) -> None:
    page.pause()
    say(house, "Cannot breathe.", side_effects=[SideEffectInput(term="wheeze", serious=True)])
    [banner] = [one for one in page.visitor.page.elements.values() if isinstance(one, Alarms)]
    await eventually(lambda: banner.shown["count"] == 1)


async def test_whoever_acts_sees_what_comes_of_it(house: House, page: Watched) -> None:
    say(house, "Seen?")
    await eventually(lambda: page.words == ["Seen?"])
    page.pause()
    say(house, "Waits.")
    await eventually(lambda: page.told[-1][1] == "1")
    item = page.stream.items[0]
    page.visitor.happen(page.stream, "act", f"{item['key']}@{item['as_of']}" if item.get("as_of") else str(item["key"]))
    await eventually(lambda: page.told[-1] == (False, "", ""))
    await eventually(lambda: "Waits." in page.words)


async def test_what_says_who_may_read_and_what_was_stopped_does_not_wait(house: House) -> None:
    events = listening(house)
    mina = house.mina.patient_id or 0
    fields = PatientInput.model_fields
    sheet = patient.read(house.services, house.leila, mina).model_dump(include=set(fields))
    say(house, "Quiet.")
    profile.change(house.services, house.leila, mina, ProfileInput(**sheet | {"allergies": ["ginger"]}))
    recommendation.stop(house.services, house.leila, house.ginger, StopInput(reason="It burns."))
    await eventually(lambda: any(event.values.get("change") == "stopped" for event in events))
    hold = Hold()
    hold.pause()
    kept = {(event.type, event.values.get("change")): hold.holds([event]) for event in events}
    assert kept["feedback_update", "added"]
    assert not kept["patient_update", "changed"]
    assert not kept["recommendation_update", "stopped"]


async def test_a_page_that_was_forgotten_goes_on_by_itself(house: House) -> None:
    events = listening(house)
    say(house, "One of many.")
    await eventually(lambda: any(event.type == "feedback_update" for event in events))
    one = next(event for event in events if event.type == "feedback_update")
    hold, released = Hold(), list[int]()
    hold.join(lambda: released.append(1))
    hold.pause()
    many = [replace(one, timestamp=str(number)) for number in range(MOST_HELD + 1)]
    assert hold.holds(many[:-1])
    assert (hold.count, released) == (MOST_HELD, [])
    assert not hold.holds(many[-1:])
    assert (hold.paused, hold.count, released) == (False, 0, [1])
