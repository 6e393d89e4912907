"""The bus over NATS when the broker is away, others are on it, or too much comes."""

import asyncio
import json
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.bus import Told
from domain.bus.cutting import MOST_EVENTS, cut
from domain.bus.nats import NatsBus
from domain.bus.wording import Message, written
from domain.events import LoggedEvent
from domain.hub import EVIDENCE_MOVED
from domain.ledger import Change
from tests.bus.conftest import MakeBus, Two, nats_bus, running
from tests.bus.test_conformance import beside
from tests.domain.test_ledger import answer
from tests.support.house import House
from tests.support.nats import Nats
from tests.support.waiting import ANSWER_SECONDS, eventually

pytestmark = pytest.mark.parametrize("carrier", ["nats"], indirect=True)


def name_of(two: Two) -> str:
    assert isinstance(two.one.bus, NatsBus)
    return two.one.bus._name


async def test_a_broker_that_is_not_there_stops_nobody_and_is_taken_up_when_it_comes(
    address: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "domain.bus.nats")
    broker = Nats("--user", "vervain", "--pass", "not-to-be-seen")
    url = broker.address.replace("nats://", "nats://vervain:not-to-be-seen@")
    make: MakeBus = lambda database: nats_bus(database, url, house.services)  # noqa: E731
    try:
        async with running(house, address, make) as one, running(house, address, make) as other:
            await asyncio.to_thread(answer, one.house)
            await eventually(lambda: other.entries, what="the look at the log")
            assert not other.bus.state.connected
            broker.start()
            await eventually(lambda: one.bus.state.connected and other.bus.state.connected, what="being connected")
            await asyncio.to_thread(answer, one.house)
            await eventually(lambda: other.counted("bus_received"), what="hearing by the broker")
            broker.kill()
            await eventually(lambda: not one.bus.state.connected, what="noticing")
            await asyncio.to_thread(answer, one.house)
            await eventually(lambda: other.entries == one.entries and len(one.entries) >= 6, what="the log")
            assert one.counted("bus_unsent") >= 1
            assert one.counted("bus_lost_connections") == 1
    finally:
        broker.kill()
    said = caplog.text
    assert "not-to-be-seen" not in said
    assert said.count("changes come from the log") <= 6, "not once for each try"


async def test_what_nobody_expected_ends_the_bus_for_a_moment_only(
    two: Two, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sending, failed, state = NatsBus._send_all, 0, two.one.bus.state
    connected_since = state.since

    async def fails_once(self: NatsBus, client: Client) -> None:
        nonlocal failed
        if self is two.one.bus and self._unsent and not failed:
            failed += 1
            raise RuntimeError("nobody expected it")
        await sending(self, client)

    monkeypatch.setattr(NatsBus, "_send_all", fails_once)
    await asyncio.to_thread(answer, two.one.house)
    await eventually(lambda: state.connected and state.since > connected_since, what="being connected again")
    assert failed
    await asyncio.to_thread(answer, two.one.house)
    await eventually(lambda: two.other.counted("bus_received"), what="hearing by the broker")
    said = [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
    assert said == ["the bus has failed: changes come from the log"]


@pytest.mark.parametrize(
    "mistyped", ["nats://vervain:not-to-be-seen@127.0.0.1:42222222", "nats://vervain:not/to-be-seen@h"]
)
async def test_an_address_that_cannot_be_read_is_said_once_and_not_shown(
    address: str, house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, mistyped: str
) -> None:
    tried = 0
    really = nats.connect

    async def connect(*given: Any, **more: Any) -> Any:
        nonlocal tried
        tried += 1
        return await really(*given, **more)

    monkeypatch.setattr("nats.connect", connect)
    monkeypatch.setattr("domain.bus.nats.AGAIN_SECONDS", 0.01)
    caplog.set_level("INFO", "domain.bus.nats")
    async with running(house, address, lambda database: nats_bus(database, mistyped, house.services)):
        await eventually(lambda: tried >= 3, what="trying again")
    assert [one.getMessage() for one in caplog.records] == ["the broker cannot be reached: changes come from the log"]
    assert "to-be-seen" not in caplog.text


async def test_another_database_on_the_same_broker_hears_nothing(
    two: Two, house: House, elsewhere: str, broker: Nats
) -> None:
    make: MakeBus = lambda database: nats_bus(database, broker.address, house.services)  # noqa: E731
    async with running(two.one.house, elsewhere, make) as stranger:
        await eventually(lambda: stranger.bus.state.connected)
        await asyncio.to_thread(answer, two.one.house)
        await eventually(lambda: two.other.entries)
        assert (stranger.counted("bus_received"), stranger.heard) == (0, [])


async def test_nobody_without_the_secret_can_put_words_in_our_mouth(two: Two, broker: Nats) -> None:
    outside = await nats.connect(broker.address)
    read: list[bytes] = []

    async def listen(message: Msg) -> None:
        read.append(message.data)

    await outside.subscribe(f"{name_of(two)}.>", cb=listen)
    forged = written(Message(0.0, Told(0, (beside(),)))).encode()
    for made_up in (forged, b"", b"\xff\x00", b"{}", b"AAAA" * 20):
        await outside.publish(f"{name_of(two)}.1.1", made_up)
    await outside.flush()
    await asyncio.to_thread(answer, two.one.house, "Only for those who may read it.")
    await eventually(lambda: two.other.entries)
    await eventually(lambda: two.other.counted("bus_unreadable") == 5 and len(read) > 5, what="what came by the broker")
    await outside.close()
    assert EVIDENCE_MOVED not in {event.type for event in two.other.heard}
    assert b"Only for" not in b"".join(read), "who listens at the broker reads nothing"


async def test_a_subscriber_that_is_too_slow_loses_messages_and_no_changes(
    address: str,
    house: House,
    make_bus: MakeBus,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.bus.nats.MOST_PENDING", 1)
    async with running(house, address, make_bus) as one, running(house, address, make_bus) as other:
        await eventually(lambda: one.bus.state.connected and other.bus.state.connected)

        def act(change: Change) -> None:
            change.passing += [beside() for _ in range(MOST_EVENTS * 30)]

        await asyncio.to_thread(one.services.ledger.write, act)
        await asyncio.to_thread(answer, one.house)
        await eventually(lambda: other.entries and other.entries == one.entries)
        assert other.counted("bus_overflows") >= 1


async def test_a_subject_names_the_diagnosis_and_a_message_its_number(two: Two, broker: Nats) -> None:
    outside = await nats.connect(broker.address)
    subscription = await outside.subscribe(
        f"{name_of(two)}.{two.one.house.leila.practice_id}.{two.one.house.diagnosis_id}"
    )
    await outside.flush()
    await asyncio.to_thread(answer, two.one.house)
    message = await subscription.next_msg(timeout=ANSWER_SECONDS)
    await outside.close()
    last = [event.seq for event in two.one.heard if event.diagnosis_id == two.one.house.diagnosis_id][-1]
    assert (message.headers or {})["Nats-Msg-Id"] == f"{two.one.house.diagnosis_id}:{last}"


def test_a_commit_is_cut_where_it_is_about_another_diagnosis_and_where_it_is_long(carrier: str) -> None:
    def event(position: int, diagnosis_id: int, data: str = "{}") -> LoggedEvent:
        return LoggedEvent(
            position=position,
            id=f"{position}",
            practice_id=1,
            diagnosis_id=diagnosis_id,
            patient_id=1,
            seq=position,
            type="feedback_update",
            timestamp="2026-11-23T08:00:00.000Z",
            data=data,
            patient_data=None,
        )

    long = json.dumps("x" * 200_000)
    events = (event(5, 1), event(6, 1), event(7, 2), event(8, 1), event(10, 1, long), event(11, 1))
    parts = list(cut(Told(3, events)))
    assert [(part.after, [one.position for one in part.events]) for part in parts] == [
        (3, [5, 6]),
        (6, [7]),
        (7, [8]),
        (8, [10]),
        (10, [11]),
    ]
    assert [len(part.events) for part in cut(Told(0, tuple(event(n, 1) for n in range(1, 100))))] == [MOST_EVENTS, 35]
