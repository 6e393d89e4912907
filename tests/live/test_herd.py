"""Many clients at once: all are told to go away, or all are lost in one moment; they come back spread out, and whole."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import pytest
from vervain_client import Patience

from bench.ports import free_port
from domain import feedback
from domain.events import Audience
from domain.feedback import FeedbackInput
from domain.permission import Actor
from tests.support.house import House, add_person, signed_in, under_treatment
from tests.support.reader import Reader, all_at_the_top, reading
from tests.support.server import Program, program
from tests.support.waiting import eventually

pytestmark = pytest.mark.farm

PER_PERSON = 20
JOINED_WITHIN = 40.0
SPREAD_SECONDS = 5.0
"""What the server says in ``connect``."""
PATIENCE = Patience(longest_wait=4.0)


@pytest.mark.parametrize(("how", "clients"), [(SIGTERM, 1_000), (SIGKILL, 500)])
async def test_all_come_back_spread_out_and_whole(house: House, how: Signals, clients: int) -> None:
    services = house.services
    folder = Path(str(services.database.url.database)).parent
    port = str(free_port())
    async with AsyncExitStack() as stack:
        first = stack.enter_context(program(folder, "run", PORT=port))
        address = (await asyncio.to_thread(first.listening)).http
        readers = [
            Reader(address, diagnosis_id, token, audience, patience=PATIENCE)
            for diagnosis_id, token, audience in await asyncio.to_thread(everybody, house, clients // PER_PERSON)
            for _ in range(PER_PERSON)
        ]
        for start in range(0, clients, PER_PERSON * 5):
            await stack.enter_async_context(reading(readers[start : start + PER_PERSON * 5]))
            await all_at_the_top(readers[: start + PER_PERSON * 5], services, within=JOINED_WITHIN)

        took = await asyncio.to_thread(ended, first, how)
        await eventually(lambda: all(reader.follower.closed for reader in readers), what="every close")
        await asyncio.to_thread(answer, house, "While it is down.")
        second = stack.enter_context(program(folder, "run", PORT=port))
        await asyncio.to_thread(second.listening)
        await all_at_the_top(readers, services, within=JOINED_WITHIN)
        await asyncio.to_thread(answer, house, "After.")
        await all_at_the_top(readers, services)

        waits = sorted(reader.follower.waited[0] for reader in readers)
        middle_half = waits[clients * 3 // 4] - waits[clients // 4]
        if how is SIGTERM:
            assert took < 10, "seconds to send everybody away and to stop"
            assert {reader.follower.closed[0] for reader in readers} == {4001}
            assert waits[-1] <= SPREAD_SECONDS
            assert middle_half > SPREAD_SECONDS / 3
        else:
            assert {reader.follower.closed[0] for reader in readers} == {1006}
            assert waits[-1] <= PATIENCE.first_wait
            assert middle_half > PATIENCE.first_wait / 3
        assert all(reader.snapshots == 1 for reader in readers), "all were resumed"
        assert await asyncio.to_thread(second.stop) == 0
        assert "Traceback" not in second.printed, second.printed


def everybody(house: House, people: int) -> list[tuple[int, str, Audience]]:
    """Let half of the people be colleagues who share Mina's record, the others patients with one of their own, and Mina."""
    services = house.services
    seen: list[tuple[int, Actor, Audience]] = [(house.diagnosis_id, house.mina, Audience.PATIENT)]
    while len(seen) < people:
        if len(seen) % 2:
            colleague = add_person(services, house.leila.practice_id, "practitioner", f"Dr {len(seen)}")
            house.share_with(colleague)
            seen.append((house.diagnosis_id, colleague, Audience.PRACTICE))
        else:
            course = under_treatment(services, house.leila, "fennel")
            seen.append((course.diagnosis_id, course.patient, Audience.PATIENT))
    return [(diagnosis_id, signed_in(services, who)[1], audience) for diagnosis_id, who, audience in seen]


def ended(running: Program, how: Signals) -> float:
    """End it; returns the seconds that this took."""
    began = time.monotonic()
    running.stop(how)
    return time.monotonic() - began


def answer(house: House, comment: str) -> None:
    """Let Mina answer, in another process than the one that serves."""
    said = FeedbackInput(recommendation_id=house.ginger, rating=4, comment=comment)
    feedback.submit(house.services, house.mina, house.diagnosis_id, said)
