"""A storm over one process (over several: tests/cluster), and what it seldom brings about by itself.

A failure names its seed; ``VERVAIN_STORM_SEEDS=7,8`` plays the faults of these seeds.
"""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from api import connections
from domain.events import Audience
from tests.live.conftest import Live
from tests.support.faulty import Fault, Plan, Proxy, one_after_the_other
from tests.support.phone import phone
from tests.support.reader import Reader, all_at_the_top, reading
from tests.support.remains import nothing_is_left
from tests.support.storm import SEEDS, a_storm

pytestmark = pytest.mark.farm


@pytest.fixture(autouse=True)
def _nothing_is_left(live: Live, app: FastAPI) -> Iterator[None]:
    with nothing_is_left(app, live.http):
        yield


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_storm(live: Live, seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PER_PERSON", 1_000)
    await a_storm(live.house, live.http, [live.http], seed)


async def test_the_same_device_twice_the_old_socket_half_dead(live: Live) -> None:
    async with Proxy(live.http, Plan(Fault("half-dead", "down", 3), Fault("half-dead", "down", 4))) as line:
        token = live.token()
        reader = Reader(line.http, live.diagnosis_id, token, Audience.PATIENT)
        async with reading([reader]), phone(live.ws, live.diagnosis_id, token) as beside:
            await beside.expect("snapshot")
            for number in range(3):
                await asyncio.to_thread(live.answer, f"Answer {number}")
                await all_at_the_top([reader], live.house.services)
            await beside.up_to(reader.seq)
        assert beside.seqs == list(range(beside.seqs[0], reader.seq + 1))
        assert sum(one.struck for one in line.lines) == 2, "both were half dead; a slow machine may need a line more"
        one_after_the_other(line)
