"""The log was trimmed while a client slept: it gets a snapshot, never a hole; who was awake notices nothing."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlmodel import col, delete

from domain.events import Audience
from domain.ledger import Change
from storage.events import top_seq
from storage.tables import Event
from tests.live.conftest import Live
from tests.support.faulty import Fault, Plan, Proxy
from tests.support.phone import phone
from tests.support.reader import CALM, Reader, all_at_the_top, reading, top_of
from tests.support.remains import nothing_is_left
from tests.support.waiting import eventually

pytestmark = pytest.mark.farm


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


def trim(live: Live, up_to: int) -> None:
    """Take the beginning of the log out, as it is when its time is over; its newest entry never is."""

    def act(change: Change) -> None:
        assert up_to < top_seq(change.session, live.diagnosis_id)
        change.session.exec(delete(Event).where(col(Event.seq) <= up_to))

    live.house.services.ledger.write(act)


async def test_who_slept_begins_anew_and_who_was_awake_goes_on(live: Live) -> None:
    services = live.house.services
    kinds = [(live.token(), Audience.PATIENT), (live.token(live.house.leila), Audience.PRACTICE)]
    async with (
        # A sleeper's connection is lost, and the next ones get nowhere until it wakes.
        Proxy(live.http, Plan(Fault("drop", "down", 6), *[Fault("drop", "up", 0)] * 10_000)) as night,
    ):
        sleepers = [Reader(night.http, live.diagnosis_id, token, audience, patience=CALM) for token, audience in kinds]
        awake = [Reader(live.http, live.diagnosis_id, token, audience, patience=CALM) for token, audience in kinds]
        night.plan = Plan(*[Fault("drop", "down", 6)] * 2, *[Fault("drop", "up", 0)] * 10_000)
        async with reading([*sleepers, *awake]):
            await all_at_the_top(sleepers + awake, services)
            for number in range(4):
                await asyncio.to_thread(live.answer, f"In the night {number}")
            await all_at_the_top(awake, services)
            await eventually(lambda: all(reader.follower.closed for reader in sleepers), what="falling asleep")
            top = await asyncio.to_thread(top_of, services, live.diagnosis_id)
            await asyncio.to_thread(trim, live, top - 2)
            night.plan.calm = True
            await all_at_the_top(sleepers + awake, services)
            await asyncio.to_thread(live.answer, "In the morning.")
            await all_at_the_top(sleepers + awake, services)
        assert [reader.snapshots for reader in sleepers] == [2, 2]
        assert [reader.snapshots for reader in awake] == [1, 1]


async def test_at_the_edge_of_what_is_left(live: Live) -> None:
    for number in range(2):
        await asyncio.to_thread(live.answer, f"Answer {number}")
    top = await asyncio.to_thread(top_of, live.house.services, live.diagnosis_id)
    await asyncio.to_thread(trim, live, top - 2)
    for since, resumed in ((top, True), (top - 1, True), (top - 2, True), (top - 3, False), (0, False)):
        for who in (None, live.house.leila):
            async with phone(live.ws, live.diagnosis_id, live.token(who), since=since) as caller:
                assert caller.seen[0]["data"]["resumed"] is resumed, since
                if resumed and since < top:
                    await caller.up_to(top)
                    assert caller.seqs == list(range(since + 1, top + 1))
                elif not resumed:
                    at = (await caller.expect("snapshot"))["seq"]
                    assert at >= top  # what is scored anew beside the test may have come in meanwhile


async def test_a_resume_on_the_live_socket_from_before_what_is_left(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        seq = (await caller.expect("snapshot"))["seq"]
        await asyncio.to_thread(trim, live, seq - 1)
        await caller.send({"type": "resume", "since": seq - 2})
        assert (await caller.expect("snapshot"))["seq"] == seq
        await asyncio.to_thread(live.answer, "And on.")
        assert (await caller.next())["seq"] == seq + 1
