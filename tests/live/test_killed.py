"""SIGKILL at every step of a write: clients end with exactly what the log has, and whoever wrote may safely repeat it."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from signal import SIGKILL

import httpx2
import pytest

from domain.events import Audience
from tests.support.crashing import COMMITTED, STEPS, CrashingProgram, crashing
from tests.support.faulty import Plan, Proxy, one_after_the_other
from tests.support.house import House, bearer, signed_in
from tests.support.reader import Reader, all_at_the_top, reading
from tests.support.server import program
from tests.support.snapshots import State, state_of
from tests.support.waiting import ANSWER_SECONDS

pytestmark = pytest.mark.farm

CLIENTS = 8


@pytest.mark.timeout(900)  # a busy machine takes long to start processes
async def test_it_is_killed_at_every_step_of_a_write_and_nothing_is_lost(house: House, tmp_path: Path) -> None:
    services = house.services
    headers = bearer(services, house.mina)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(Proxy("http://127.0.0.1:1", Plan()))
        readers = [
            Reader(line.http, house.diagnosis_id, signed_in(services, who)[1], audience)
            for who, audience in [(house.mina, Audience.PATIENT), (house.leila, Audience.PRACTICE)] * (CLIENTS // 2)
        ]
        await stack.enter_async_context(reading(readers))
        unanswered = None
        for step in STEPS:
            with crashing(tmp_path, step) as running:
                line.target = (await asyncio.to_thread(running.listening)).http
                if unanswered is not None:  # a phone repeats what had no answer, with the same key
                    assert await say(line.target, house, headers, unanswered) == 201
                await all_at_the_top(readers, services)
                unanswered = step
                await killed_while_writing(running, line.target, house, headers, step)
            assert (comments(house).count(step) == 1) == (step in COMMITTED), step
        with program(tmp_path, "run") as last:
            line.target = (await asyncio.to_thread(last.listening)).http
            assert await say(line.target, house, headers, STEPS[-1]) == 201
            assert await say(line.target, house, headers, "after it all") == 201
            await all_at_the_top(readers, services)
        assert comments(house) == [*STEPS, "after it all"]
        for reader in readers:
            state: State = reader.state or {}
            assert [one["comment"] for one in state["feedback"].values()] == comments(house)
            assert reader.snapshots == 1, "after that it was resumed, each time"
            assert reader.seqs == list(range(reader.seqs[0], reader.seqs[0] + len(reader.seqs)))
        one_after_the_other(line)


async def killed_while_writing(
    running: CrashingProgram, address: str, house: House, headers: dict[str, str], step: str
) -> None:
    """Let it die by what is said to it."""
    running.arm()
    try:
        answered = await say(address, house, headers, step)
    except httpx2.HTTPError:
        answered = None
    assert answered in (None, 201), running.printed
    assert await asyncio.to_thread(running.process.wait, ANSWER_SECONDS) == -SIGKILL, running.printed


async def say(address: str, house: House, headers: dict[str, str], comment: str) -> int:
    """Send feedback under a key of its own; returns the status."""
    said = {"recommendation_id": house.ginger, "rating": 4, "comment": comment}
    async with httpx2.AsyncClient(
        base_url=address, headers=headers | {"Idempotency-Key": comment}, timeout=ANSWER_SECONDS
    ) as http:
        return (await http.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=said)).status_code


def comments(house: House) -> list[str]:
    """Read what the database has, in its order."""
    kept = state_of(house.services, house.diagnosis_id, Audience.PATIENT)["feedback"]
    return [one["comment"] for one in kept.values()]
