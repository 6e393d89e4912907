"""Several processes in a storm, and each of them ended and started again in turn under load: all is told, in order and once."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import pytest

from tests.support.cluster import Cluster, cluster
from tests.support.herd import PER_PERSON, a_herd
from tests.support.house import House, bearer
from tests.support.nats import Nats
from tests.support.reader import Reader
from tests.support.storm import SEEDS, a_storm
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.farm,
    pytest.mark.timeout(900),
]  # each process is started twice, on a machine that may be busy

CLIENTS, MANY_CLIENTS = 5 * PER_PERSON, 50 * PER_PERSON
WRITERS = 2
PAUSE_SECONDS = 0.4
"""Between two answers of one writer: who comes back after its five seconds misses fewer than the 300 that are replayed."""


async def test_a_storm_and_a_herd_over_processes(
    house: House, tmp_path: Path, broker: Nats | None, request: pytest.FixtureRequest
) -> None:
    many, how = (2, SIGKILL) if broker is None else (3, SIGTERM)
    long = request.config.getoption("--long")
    async with cluster(house, tmp_path, many, broker=broker) as one:
        for seed in SEEDS if long else SEEDS[:1]:
            await a_storm(house, one.http, one.addresses, f"{many} processes/{seed}")
        await a_herd(
            house, one.http, MANY_CLIENTS if long else CLIENTS, how, lambda readers: in_turn(one, readers, how)
        )
        for number in range(many):
            await one.end(number, SIGTERM)


async def in_turn(one: Cluster, readers: Sequence[Reader], how: Signals) -> None:
    """End each process and start it again, one after the other, while patients go on answering."""
    house, taken = one.house, list[str]()
    mina = await asyncio.to_thread(bearer, house.services, house.mina)
    busy = [asyncio.create_task(saying(one, mina, writer, taken)) for writer in range(WRITERS)]
    try:
        for number in range(len(one.programs)):
            await one.end(number, how)
            await going_on(taken)
            await one.begin(number)
        await eventually(lambda: all(reader.follower.closed for reader in readers), what="every close")
    finally:
        for task in busy:
            task.cancel()
        ended = await asyncio.gather(*busy, return_exceptions=True)
    assert all(isinstance(error, asyncio.CancelledError) for error in ended), ended


async def going_on(taken: Sequence[str]) -> None:
    """Wait until some more was answered."""
    enough = len(taken) + 2 * WRITERS
    await eventually(lambda: len(taken) >= enough, what="answers while one is away")


async def saying(one: Cluster, headers: dict[str, str], writer: int, taken: list[str]) -> None:
    """Answer again and again, each time in the next process, and where that one is away until it is back."""
    number = 0
    while True:
        comment = f"{writer}/{number}"
        while await one.say(number % len(one.programs), headers, comment) != 201:
            number += 1
        taken.append(comment)
        number += 1
        await asyncio.sleep(PAUSE_SECONDS)
