"""What holds of every bus: both processes tell the whole log in its order, once, and soon."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from domain import delivery, draft
from domain.acknowledgement import Acknowledgements
from domain.draft import Said
from domain.events import LoggedEvent
from domain.hub import EVIDENCE_MOVED, LEARNT, delivery_topic, drafts_topic
from domain.ledger import Change, utc_now
from storage import events as log_rows
from tests.bus.conftest import ALL, NETWORKED, Process, Two
from tests.domain.test_ledger import answer
from tests.support.house import signed_in
from tests.support.waiting import eventually

every_bus = pytest.mark.parametrize("carrier", ALL, indirect=True)
networked = pytest.mark.parametrize("carrier", NETWORKED, indirect=True)


def kept(process: Process) -> list[int]:
    """Read the log's positions, behind what the house began with."""
    with process.services.database.read() as session:
        return [entry.position for entry in log_rows.after_position(session, 0, limit=100_000)]


async def both_have_all(two: Two, since: int) -> None:
    """Wait until both have told everything behind ``since``, and see that it was in order and once."""
    wanted = [position for position in await asyncio.to_thread(kept, two.one) if position > since]
    for process in (two.one, two.other):
        await eventually(lambda process=process: len(process.entries) >= len(wanted), what="hearing it all")  # type: ignore[misc]
        assert process.entries == wanted


@every_bus
async def test_both_hear_what_one_commits(two: Two) -> None:
    since = (await asyncio.to_thread(kept, two.one))[-1]
    for number in range(3):
        await asyncio.to_thread(answer, two.one.house, f"one {number}")
        await asyncio.to_thread(answer, two.other.house, f"other {number}")
    await both_have_all(two, since)
    comments = [event.values["comment"] for event in two.one.heard if event.type == "feedback_update"]
    assert comments == [f"{who} {number}" for number in range(3) for who in ("one", "other")]
    assert two.one.heard == two.other.heard, "word for word"


@every_bus
async def test_both_write_one_diagnosis_at_once(two: Two) -> None:
    def work(number: int) -> None:
        for again in range(4):
            answer((two.one if number % 2 else two.other).house, f"{number}/{again}")

    def all_at_once() -> None:
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(work, range(6)))

    since = (await asyncio.to_thread(kept, two.one))[-1]
    await asyncio.to_thread(all_at_once)
    await both_have_all(two, since)
    for process in (two.one, two.other):
        seqs = [event.seq for event in process.heard if event.diagnosis_id == process.house.diagnosis_id]
        assert seqs == list(range(seqs[0] or 0, (seqs[0] or 0) + len(seqs)))


@every_bus
async def test_what_was_undone_is_not_told_and_leaves_no_gap(two: Two) -> None:
    def undone(change: Change) -> None:
        change.passing.append(beside())
        raise RuntimeError("the disk is full")

    since = (await asyncio.to_thread(kept, two.one))[-1]
    with pytest.raises(RuntimeError):
        await asyncio.to_thread(two.one.services.ledger.write, undone)
    await asyncio.to_thread(answer, two.one.house)
    await both_have_all(two, since)
    assert EVIDENCE_MOVED not in {event.type for event in two.other.heard}


@networked
async def test_what_is_told_beside_the_log_is_told_in_both(two: Two) -> None:
    def act(change: Change) -> None:
        change.passing += [beside(), beside(LEARNT)]

    await asyncio.to_thread(two.one.services.ledger.write, act)
    await eventually(lambda: two.other.heard)
    await asyncio.to_thread(answer, two.one.house)
    await eventually(lambda: len(two.other.heard) > 1)
    types = [event.type for event in two.other.heard]
    assert types[0] == EVIDENCE_MOVED
    assert LEARNT not in types, "each process learns by itself"
    assert two.one.heard[0].id == two.other.heard[0].id
    assert [event.type for event in two.one.heard].count(EVIDENCE_MOVED) == 1, "nobody hears themselves"


@networked
async def test_the_bus_brings_it_and_not_the_look_at_the_log(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.publishing.TAIL_SECONDS_OVER_A_NETWORK", 3600.0)
    await asyncio.sleep(0)
    since = (await asyncio.to_thread(kept, two.one))[-1]
    await asyncio.to_thread(answer, two.one.house)
    await both_have_all(two, since)
    # The look that was under way may have been the first to find it; it is brought all the same.
    await eventually(lambda: two.other.counted("bus_received"), what="hearing by the bus")
    assert two.one.counted("bus_sent") >= 1
    assert two.one.counted("bus_received") == 0
    assert sum(two.other.services.ledger.counts()["bus_hops"]["buckets"].values()) == two.other.counted("bus_received")


@networked
async def test_a_draft_reaches_the_other_process(two: Two) -> None:
    house = two.one.house
    told: list[LoggedEvent] = []
    two.other.services.hub.follow(drafts_topic(house.leila.person_id), told.append)
    said = Said(complaint="Half a sentence")
    await asyncio.to_thread(
        partial(draft.keep, two.one.services, house.leila, house.mina.patient_id or 0, said, seen=0, page="one")
    )
    await eventually(lambda: told)
    assert told[0].values["person_id"] == house.leila.person_id


@networked
async def test_what_a_device_has_confirmed_is_told_in_the_other_process(two: Two) -> None:
    house, told = two.one.house, list[LoggedEvent]()
    two.other.services.hub.follow(delivery_topic(house.diagnosis_id), told.append)
    actor, _ = await asyncio.to_thread(signed_in, two.one.services, house.mina)
    acks = Acknowledgements()
    services = replace(two.one.services, acks=acks)
    acks.note(actor, house.diagnosis_id, 1)
    writing = asyncio.create_task(delivery.write_acknowledgements(services))
    await eventually(lambda: told)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert told[0].values["devices"][0]["sign_in_id"] == actor.sign_in_id


def beside(kind: str = EVIDENCE_MOVED) -> LoggedEvent:
    data = '{"herb":"ginger","condition":"t-stcold"}'
    return LoggedEvent.passing(kind, data, practice_id=1, diagnosis_id=None, patient_id=None, at=utc_now())
