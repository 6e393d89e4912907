"""The way of a change: committed first, published afterwards, in the order of the log."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from domain import feedback, patient
from domain.bus import Told
from domain.events import LoggedEvent
from domain.feedback import FeedbackInput
from domain.hub import EVERYTHING, Hub, diagnosis_topic
from domain.ledger import Change, Ledger
from domain.patient import PatientInput
from domain.services import Services
from storage import events
from storage.database import Database, Rows
from storage.tables import Feedback
from tests.support.house import House
from tests.support.waiting import eventually


@pytest.fixture
async def heard(house: House) -> AsyncIterator[list[LoggedEvent]]:
    """Everything that the hub hands out from here on."""
    everything: list[LoggedEvent] = []
    house.services.hub.bind(asyncio.get_running_loop())
    unfollow = house.services.hub.follow(EVERYTHING, everything.append)
    yield everything
    unfollow()
    house.services.hub.unbind()


def answer(house: House, comment: str = "", services: Services | None = None) -> int:
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, symptom=4, comment=comment)
    return int(feedback.submit(services or house.services, house.mina, house.diagnosis_id, said)["id"])


def kept(house: House) -> list[int | None]:
    with house.services.database.read() as session:
        return [entry.position for entry in events.after_position(session, 0, limit=100_000)]


async def test_what_is_published_is_committed_already(house: House, heard: list[LoggedEvent]) -> None:
    seen: list[bool] = []

    def look(event: LoggedEvent) -> None:
        if event.type == "feedback_update":
            with house.services.database.read() as session:
                seen.append(session.get(Feedback, event.values["feedback_id"]) is not None)

    unfollow = house.services.hub.follow(diagnosis_topic(house.diagnosis_id), look)
    await asyncio.to_thread(answer, house)
    await eventually(lambda: seen)
    assert seen == [True]
    unfollow()


async def test_a_change_that_fails_is_not_published_and_takes_no_number(house: House, heard: list[LoggedEvent]) -> None:
    before = kept(house)

    def half_way(change: Change) -> None:
        patient.add(change, house.leila, PatientInput(name="Nobody"))
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        await asyncio.to_thread(house.services.ledger.write, half_way)
    assert kept(house) == before
    await asyncio.to_thread(answer, house)
    await eventually(lambda: len(heard) >= 2)
    assert [event.type for event in heard][:2] == ["feedback_update", "effectiveness_update"]
    assert heard[0].position == len(before) + 1, "the next change takes the next number"


async def test_the_hub_hears_the_order_of_the_log_whoever_writes(house: House, heard: list[LoggedEvent]) -> None:
    def work(writer: int) -> None:
        for number in range(5):
            answer(house, f"{writer}/{number}")

    def all_at_once() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))

    before = len(kept(house))
    await asyncio.to_thread(all_at_once)
    await eventually(lambda: len(heard) == len(kept(house)) - before)
    assert [event.position for event in heard] == kept(house)[before:]
    of_mina = [event.seq for event in heard if event.diagnosis_id == house.diagnosis_id]
    assert of_mina == list(range(of_mina[0] or 0, (of_mina[0] or 0) + len(of_mina)))


async def test_what_another_process_wrote_is_published_in_order(house: House, heard: list[LoggedEvent]) -> None:
    elsewhere = Database(str(house.services.database.url))
    hub = Hub()
    other = Ledger(elsewhere, hub)
    before = len(kept(house))
    there = Services(**{**vars(house.services), "database": elsewhere, "hub": hub, "ledger": other})
    for number in range(3):
        answer(house, f"there {number}", there)
    assert heard == []
    answer(house, "here")  # a change of our own brings what came before it along
    await eventually(lambda: len(heard) == len(kept(house)) - before)
    answer(house, "there again", there)
    await asyncio.to_thread(house.services.ledger.catch_up)
    await eventually(lambda: len(heard) == len(kept(house)) - before)
    assert [event.position for event in heard] == kept(house)[before:]
    comments = [event.values["comment"] for event in heard if event.type == "feedback_update"]
    assert comments == ["there 0", "there 1", "there 2", "here", "there again"]
    elsewhere.close()


async def test_a_commit_says_behind_which_entry_it_comes_whoever_wrote_that(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Database(str(house.services.database.url))
    there = Services(**{**vars(house.services), "database": elsewhere, "ledger": Ledger(elsewhere, Hub())})
    told: list[Told] = []
    looked: list[int | None] = []
    before = events.before

    def look(rows: Rows, place: int | None) -> int:
        looked.append(place)
        return before(rows, place)

    monkeypatch.setattr(events, "before", look)
    for services in (house.services, there):
        monkeypatch.setattr(services.ledger.bus, "committed", told.append)
    looks = []
    for services in (house.services, house.services, there, there, house.services, house.services):
        answer(house, services=services)
        looks.append(len(looked))
    log = kept(house)
    assert [log[log.index(one.events[0].position) - 1] for one in told] == [one.after for one in told]
    assert looks == [0, 0, 1, 1, 2, 2], "the log is asked only where somebody else may have written between"
    elsewhere.close()


async def test_the_tail_notices_another_process_by_itself(house: House, heard: list[LoggedEvent]) -> None:
    elsewhere = Database(str(house.services.database.url))
    there = Services(**{**vars(house.services), "database": elsewhere, "ledger": Ledger(elsewhere, Hub())})
    tail = asyncio.create_task(house.services.ledger.tail())
    await asyncio.to_thread(answer, house, "from a command", there)
    await eventually(lambda: any(event.type == "feedback_update" for event in heard))
    tail.cancel()
    await asyncio.gather(tail, return_exceptions=True)
    elsewhere.close()
