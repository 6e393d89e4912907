"""Whatever a bus does to what it carries, the hub has the log: in its order, whole, and once."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from domain.bus import Told
from domain.events import LoggedEvent
from domain.hub import EVERYTHING, EVIDENCE_MOVED, Hub
from domain.ledger import utc_now
from domain.publishing import Publishing
from storage.database import Database
from storage.restored import new_epoch
from tests.domain.test_ledger import answer
from tests.support.busy_threads import busy_threads
from tests.support.house import House
from tests.support.waiting import eventually

ANSWERS = 6


@pytest.fixture
def told(house: House, monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """What the house tells, commit by commit; it is another process than the one under test."""
    commits: list[Told] = []
    monkeypatch.setattr(house.services.bus, "committed", commits.append)
    return commits


@pytest.fixture
async def publishing(house: House) -> AsyncIterator[Publishing]:
    """The process under test, before anything happens."""
    database, hub = Database(str(house.services.database.url)), Hub()
    hub.bind(asyncio.get_running_loop())
    yield Publishing(database, hub)
    hub.unbind()
    database.close()


@pytest.fixture
def heard(publishing: Publishing) -> list[LoggedEvent]:
    """All that its hub hands out."""
    everything: list[LoggedEvent] = []
    publishing._hub.follow(EVERYTHING, everything.append)
    return everything


def log_of(told: Sequence[Told]) -> list[LoggedEvent]:
    return [event for one in told for event in one.events if event.position is not None]


async def test_what_comes_in_order_is_published_without_a_look_at_the_log(
    house: House, told: list[Told], publishing: Publishing, heard: list[LoggedEvent]
) -> None:
    for number in range(ANSWERS):
        await asyncio.to_thread(answer, house, f"{number}")
    for one in told:
        publishing.heard([one])
    await eventually(lambda: heard == log_of(told))
    assert (publishing.filled, publishing.gaps, publishing.duplicates) == (0, 0, 0)


@pytest.mark.parametrize("seed", range(6))
async def test_lost_doubled_and_swapped(
    house: House, told: list[Told], publishing: Publishing, heard: list[LoggedEvent], seed: int
) -> None:
    for number in range(ANSWERS):
        await asyncio.to_thread(answer, house, f"{number}")
    chance = random.Random(seed)
    carried = [one for one in told for _ in range(chance.choice((0, 1, 1, 2)))] + told[-1:]
    for place in range(len(carried) - 1):
        if chance.random() < 0.4:
            carried[place], carried[place + 1] = carried[place + 1], carried[place]
    while carried:
        some, carried = carried[: (most := chance.randrange(1, 4))], carried[most:]
        publishing.heard(some)
        await asyncio.sleep(0)
    await asyncio.to_thread(publishing.catch_up)
    await eventually(lambda: len(heard) >= len(log_of(told)))
    assert heard == log_of(told)


async def test_a_commit_of_our_own_waits_for_what_came_before_it(
    house: House, told: list[Told], publishing: Publishing, heard: list[LoggedEvent]
) -> None:
    for number in range(3):
        await asyncio.to_thread(answer, house, f"{number}")
    await asyncio.to_thread(publishing.own, told[2])
    publishing.heard(told[:2])
    await eventually(lambda: heard == log_of(told))
    assert publishing.duplicates == len(log_of(told[:2])), "they were read from the log already"


async def test_what_is_told_beside_the_log_comes_behind_the_log(
    house: House, told: list[Told], publishing: Publishing, heard: list[LoggedEvent]
) -> None:
    await asyncio.to_thread(answer, house)
    beside = LoggedEvent.passing(EVIDENCE_MOVED, "{}", practice_id=1, diagnosis_id=None, patient_id=None, at=utc_now())
    publishing.heard([Told(told[0].top, (beside,))])
    await eventually(lambda: heard == [*log_of(told), beside])


@pytest.mark.parametrize("behind", [(), (7, None)], ids=["only where it begins", "with an entry"])
async def test_a_place_behind_the_end_of_the_log_silences_nobody(
    house: House,
    told: list[Told],
    publishing: Publishing,
    heard: list[LoggedEvent],
    behind: tuple[int | None, ...],
) -> None:
    await asyncio.to_thread(answer, house, "before")
    beside = LoggedEvent.passing(EVIDENCE_MOVED, "{}", practice_id=1, diagnosis_id=None, patient_id=None, at=utc_now())
    strange = tuple(replace(beside, position=2**62 + one if one else None) for one in behind)
    publishing.heard([Told(2**62, strange)])
    await eventually(lambda: heard == [*log_of(told), *strange[1:]], what="the log")
    await asyncio.to_thread(answer, house, "after")
    publishing.heard(told[1:])
    await eventually(lambda: [one for one in heard if one not in strange] == log_of(told), what="what came after")
    assert publishing.position == told[-1].top


async def test_too_much_at_once_is_read_from_the_log(
    house: House,
    told: list[Told],
    publishing: Publishing,
    heard: list[LoggedEvent],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.publishing.MOST_HEARD", 1)
    for number in range(ANSWERS):
        await asyncio.to_thread(answer, house, f"{number}")
    publishing.heard(told[1:])
    assert publishing.overflows == ANSWERS - 2
    await asyncio.to_thread(publishing.catch_up)
    await eventually(lambda: heard == log_of(told))


async def test_another_log_in_its_place_is_said_and_ends_the_look_at_it(
    house: House, publishing: Publishing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("domain.publishing.TAIL_SECONDS", 0.01)
    told: list[bool] = []
    publishing.when_another_log = lambda: told.append(True)
    tail = asyncio.create_task(publishing.tail())
    await asyncio.to_thread(house.services.ledger.write, lambda change: new_epoch(change.session))
    await eventually(tail.done)
    assert (told, publishing.is_another_log, publishing.went_back) == ([True], True, False)
    said = [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
    assert said == ["the database holds another log than at the start: this process has to begin anew"]


async def test_a_log_that_lost_its_end_is_said_and_what_comes_is_told(
    house: House,
    told: list[Told],
    publishing: Publishing,
    heard: list[LoggedEvent],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await asyncio.to_thread(publishing._look)
    assert not publishing.went_back
    publishing._published += 1_000  # as if a standby had been promoted that did not have the last thousand
    publishing._seen = -1
    await asyncio.to_thread(publishing._look)
    assert publishing.went_back
    await asyncio.to_thread(answer, house)
    await asyncio.to_thread(publishing._look)
    assert heard == log_of(told)
    said = [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
    assert said == ["the log ends before what was published: its end is lost"]


async def test_a_database_that_is_away_is_said_once(
    publishing: Publishing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "domain.publishing")
    looks = 0
    look = Publishing._look

    def away(self: Publishing) -> None:
        nonlocal looks
        looks += 1
        if looks <= 3:
            raise OSError("the cable")
        look(self)

    monkeypatch.setattr(Publishing, "_look", away)
    monkeypatch.setattr("domain.publishing.TAIL_SECONDS", 0.01)
    tail = asyncio.create_task(publishing.tail())
    await eventually(lambda: looks > 4)
    tail.cancel()
    await asyncio.gather(tail, return_exceptions=True)
    said = [record.getMessage() for record in caplog.get_records("call")]
    assert [one for one in said if "log" in one] == ["the log cannot be read", "the log can be read again"]


async def test_what_others_tell_is_published_whatever_the_other_threads_do(
    house: House, told: list[Told], publishing: Publishing, heard: list[LoggedEvent]
) -> None:
    for number in range(ANSWERS):
        await asyncio.to_thread(answer, house, f"{number}")
    async with busy_threads():
        publishing.heard(told[2:3])
        await eventually(lambda: heard == log_of(told), what="what was missing")
    await asyncio.to_thread(answer, house, "one more")
    async with busy_threads():
        tail = asyncio.create_task(publishing.tail())
        await eventually(lambda: heard == log_of(told), what="the look at the log")
        tail.cancel()
        await asyncio.gather(tail, return_exceptions=True)
