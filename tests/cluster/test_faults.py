"""What breaks between and in the processes costs time, and no client a message."""

import asyncio
import re
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.cluster.test_delivery import everybody_has_everything, readers_of
from tests.support.cluster import Cluster, cluster
from tests.support.house import House, bearer
from tests.support.nats import Nats
from tests.support.postgres import Postgres
from tests.support.reader import reading
from tests.support.waiting import eventually

pytestmark = pytest.mark.farm

STOPPED_SECONDS, STOPPED_LONG_SECONDS = 10.0, 30.0
"""Longer than a transaction may be idle, than the leader's lease, and than a write waits."""

HERD = 16
"""Clients that are told, and come back together when their process is gone."""


class Story:
    """What was said so far, in the order in which it was answered."""

    def __init__(self, one: Cluster, headers: dict[str, str]) -> None:
        self._one = one
        self._headers = headers
        self.said: list[str] = []

    async def say(self, number: int, comment: str) -> None:
        """Say something in one process, until it is taken."""
        await self._one.said(number, self._headers, comment)
        self.said.append(comment)


@pytest.mark.timeout(900)  # a busy machine takes long to start processes
async def test_one_fault_after_the_other(
    house: House, tmp_path: Path, broker: Nats | None, postgres: Postgres, request: pytest.FixtureRequest
) -> None:
    stopped = STOPPED_LONG_SECONDS if request.config.getoption("--long") else STOPPED_SECONDS
    async with cluster(house, tmp_path, 2, broker=broker) as one, AsyncExitStack() as stack:
        readers = readers_of(one, one.http, HERD)
        await stack.enter_async_context(reading(readers))
        await eventually(lambda: all(reader.snapshots for reader in readers))
        story = Story(one, await asyncio.to_thread(bearer, house.services, house.mina))
        await story.say(0, "before")
        if broker is not None:
            await the_broker_is_killed(one, story, broker)
            await everybody_has_everything(one, readers, story.said)
        await a_process_is_stopped(one, story, stopped)
        await everybody_has_everything(one, readers, story.said)
        await the_database_is_restarted(one, story, postgres)
        await everybody_has_everything(one, readers, story.said)
        await a_process_is_killed_while_it_tells(one, story)
        await everybody_has_everything(one, readers, story.said)
        assert all(reader.snapshots == 1 for reader in readers), "each was resumed, every time"
        assert not [one.printed for one in one.programs if "Traceback" in one.printed]


async def the_broker_is_killed(one: Cluster, story: Story, broker: Nats) -> None:
    broker.kill()
    await eventually(lambda: all("not connected to the broker" in program.printed for program in one.programs))
    for number in (0, 1):
        await story.say(number, f"without a broker {number}")
    broker.start()
    await eventually(
        lambda: all(program.printed.count("connected to the broker") >= 3 for program in one.programs),
        what="coming back",
    )
    await story.say(0, "with a broker again")


async def a_process_is_stopped(one: Cluster, story: Story, seconds: float) -> None:
    """Stop the one that leads, and let it go on; meanwhile the other takes everything, and over."""
    await eventually(lambda: leaders(one), what="one that leads")
    leader = leaders(one)[0]
    busy = [asyncio.create_task(story.say(leader, f"cut off {number}")) for number in range(3)]
    one.signal(leader, signal.SIGSTOP)
    try:
        await story.say(1 - leader, "while one is stopped")
        await eventually(lambda: 1 - leader in leaders(one), what="taking over")
        await asyncio.sleep(seconds)
        await story.say(1 - leader, "before it goes on")
    finally:
        one.signal(leader, signal.SIGCONT)
    await asyncio.gather(*busy)
    await eventually(lambda: "leads no more" in one.programs[leader].printed, what="knowing it")
    await story.say(leader, "going on")


def leaders(one: Cluster) -> list[int]:
    """Say which lead, by what they have said last of it; none while it is handed over."""
    said = [re.findall(r"this process leads( no more)?", program.printed) for program in one.programs]
    return [number for number, found in enumerate(said) if found and not found[-1]]


async def the_database_is_restarted(one: Cluster, story: Story, postgres: Postgres) -> None:
    """Restart it while both are told something."""
    busy = [asyncio.create_task(story.say(number % 2, f"in the restart {number}")) for number in range(4)]
    await asyncio.to_thread(postgres.restart)
    await asyncio.gather(*busy)
    for number in (0, 1):
        await story.say(number, f"after the restart {number}")


async def a_process_is_killed_while_it_tells(one: Cluster, story: Story) -> None:
    """Kill it among its answers; what had none is said again to the other, with the same key."""

    async def until_killed() -> str:
        number = 0
        while await one.say(0, story._headers, comment := f"killed {number}") == 201:
            story.said.append(comment)
            number += 1
        return comment

    busy = asyncio.create_task(until_killed())
    await eventually(lambda: "killed 4" in story.said)
    one.signal(0, signal.SIGKILL)
    await story.say(1, await busy)
