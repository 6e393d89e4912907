"""A connection that was lost goes on where it stopped: whole, or with a snapshot, never with a hole."""

import asyncio
import uuid

import pytest

from api import closing, live_socket
from domain import log
from domain.events import Audience, LoggedEvent, wire_time
from domain.ledger import utc_now
from domain.messages import EffectivenessUpdate
from tests.live.conftest import Live
from tests.support.phone import phone, ringing
from tests.support.snapshots import apply, by_key, state_of
from tests.support.waiting import ANSWER_SECONDS, eventually


async def test_what_was_missed_is_delivered_first(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        state = by_key(await caller.expect("snapshot"))
        epoch = caller.seen[0]["data"]["epoch"]
    for number in range(3):
        await asyncio.to_thread(live.answer, f"While away {number}")
    async with phone(live.ws, live.diagnosis_id, live.token(), since=state["seq"], epoch=epoch) as again:
        told = again.seen[0]["data"]
        assert (told["resumed"], told["epoch"]) == (True, epoch)
        assert told["missed"] == told["seq"] - state["seq"] > 0
        await again.up_to(told["seq"])
        await asyncio.to_thread(live.answer, "And on.")
        await again.until("feedback_update")
        after = state_of(live.house.services, live.diagnosis_id, Audience.PATIENT)
        while again.seqs[-1] < after["seq"]:
            await again.next()
    for message in again.seen[1:]:
        state = apply(state, message)
    assert state == after
    assert "snapshot" not in {message["type"] for message in again.seen}


async def test_nothing_missed_nothing_sent_but_what_is_told_beside_the_log(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        told = caller.seen[0]["data"]
        state = await caller.expect("snapshot")
    at = {"since": told["seq"], "epoch": told["epoch"]}
    async with phone(live.ws, live.diagnosis_id, live.token(), **at) as again:
        assert (again.seen[0]["data"]["resumed"], again.seen[0]["data"]["missed"]) == (True, 0)
        beside = [await again.expect("effectiveness_update") for _ in state["effectiveness"]]
        assert beside == state["effectiveness"] != []
        assert await again.expect("practice_update") == state["practice"]
        await again.send({"type": "ping"})
        await again.expect("pong")
        assert again.seqs == []


LOST: dict[str, tuple[int, str | None]] = {
    "the log was recreated": (3, "another log"),
    "ahead of the log": (100_000, None),
    "far ahead": (10**30, None),
    "before the beginning": (-1, None),
}


async def test_who_cannot_be_resumed_begins_anew(live: Live) -> None:
    for why, (since, epoch) in LOST.items():
        async with phone(live.ws, live.diagnosis_id, live.token(), since=since, epoch=epoch) as caller:
            told = caller.seen[0]["data"]
            assert (told["resumed"], told["missed"]) == (False, 0), why
            assert (await caller.expect("snapshot"))["seq"] == told["seq"], why


async def test_who_is_far_behind_is_quicker_off_with_a_snapshot(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = log.place
    monkeypatch.setattr(log, "place", lambda *given, **more: whole(*given, **{**more, "most": 2}))
    seq = state_of(live.house.services, live.diagnosis_id, Audience.PATIENT)["seq"]
    async with phone(live.ws, live.diagnosis_id, live.token(), since=seq - 2) as near:
        assert near.seen[0]["data"]["resumed"]
    async with phone(live.ws, live.diagnosis_id, live.token(), since=seq - 3) as far:
        assert not far.seen[0]["data"]["resumed"]
        await far.expect("snapshot")


async def test_a_position_that_is_none_is_no_position(live: Live) -> None:
    for since in ("", "x", "1.5", "-3", "9" * 5_000, "true"):
        async with ringing(live.ws, f"{live.diagnosis_id}?token={live.token()}&since={since}") as caller:
            assert not (await caller.expect("connect"))["resumed"], since
            await caller.expect("snapshot")


async def test_a_gap_is_filled_on_the_live_socket(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        seq = (await caller.expect("snapshot"))["seq"]
        await caller.send({"type": "resume", "since": seq - 3})
        for number in (seq - 2, seq - 1, seq):
            assert (await caller.next())["seq"] == number
        await caller.send({"type": "resume", "since": seq + 50})
        assert (await caller.expect("snapshot"))["seq"] == seq
        await asyncio.to_thread(live.answer)
        assert (await caller.next())["seq"] == seq + 1, "and it goes on"


async def test_who_cannot_keep_up_is_cut_and_loses_nothing(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((live_socket, "GOODBYE_SECONDS"), (closing, "CLOSE_SECONDS")):
        monkeypatch.setattr(module, name, ANSWER_SECONDS)
    services = live.house.services
    before = services.hub.follower_count()
    async with phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as caller:
        told = caller.seen[0]["data"]
        await caller.expect("snapshot")
        caller.stop_reading()
        for _ in range(120):  # more than the system and the bounds hold
            services.hub.publish([a_long_message(live)])
        await asyncio.to_thread(live.answer)
        await eventually(lambda: services.hub.follower_count() == before)
        caller.read_on()
        assert await caller.closing() == (4008, "too_slow")
    at = {"since": told["seq"], "epoch": told["epoch"]}
    async with phone(live.ws, live.diagnosis_id, live.token(), **at) as again:
        assert again.seen[0]["data"]["resumed"]
        await again.up_to(again.seen[0]["data"]["seq"])
        assert {"feedback_update", "effectiveness_update"} <= {message["type"] for message in again.seen}


def a_long_message(live: Live) -> LoggedEvent:
    """Make a message of 100 KB that is in no log."""
    update = EffectivenessUpdate(
        recommendation_id=live.house.ginger,
        herb="x" * 100_000,
        condition="",
        effectiveness=None,
        low=None,
        high=None,
        confidence=None,
        prescribed=None,
        answered=None,
        improved=None,
        sample_size=None,
        tier="hidden",
        trend="insufficient",
        average_rating=None,
        as_of=None,
    )
    return LoggedEvent(
        position=None,
        id=uuid.uuid4().hex,
        practice_id=live.house.leila.practice_id,
        diagnosis_id=live.diagnosis_id,
        patient_id=None,
        seq=None,
        type="effectiveness_update",
        timestamp=wire_time(utc_now()),
        data=update.model_dump_json(),
        patient_data=None,
    )


async def test_connections_that_break_leave_nothing_behind(live: Live) -> None:
    followers = live.house.services.hub
    before = followers.follower_count()
    for number in range(5):
        async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
            if number % 2:
                caller.lose()
            await asyncio.to_thread(live.answer)
    await eventually(lambda: followers.follower_count() == before, what="leaving the hub")
