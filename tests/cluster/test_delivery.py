"""Several processes behind a proxy are as one: what happens in any of them is told in all, in order, once, within a second."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest

from domain.events import Audience
from tests.support.cluster import WRONG_CLOCK, Cluster, cluster
from tests.support.house import House, bearer, signed_in
from tests.support.nats import Nats
from tests.support.phone import phone
from tests.support.reader import CALM, Reader, all_at_the_top, reading
from tests.support.waiting import ANSWER_SECONDS, eventually, promptly

pytestmark = pytest.mark.farm

READERS = 6
OVER_PROCESSES = 10.0
"""Seconds of our turns, in which two other processes and a database have theirs; one second is promised."""


def readers_of(one: Cluster, http: str, many: int = READERS) -> list[Reader]:
    """Let patient and practitioner follow, by turns."""
    services, house = one.house.services, one.house
    whose = [(house.mina, Audience.PATIENT), (house.leila, Audience.PRACTICE)]
    return [
        Reader(http, house.diagnosis_id, signed_in(services, whose[n % 2][0])[1], whose[n % 2][1], patience=CALM)
        for n in range(many)
    ]


async def everybody_has_everything(one: Cluster, readers: list[Reader], wanted: list[str]) -> None:
    """See that each reader has the same log, whole and in order, and all that was said in it."""
    await all_at_the_top(readers, one.house.services)
    for reader in readers:
        assert reader.seqs == list(range(reader.seqs[0], reader.seqs[0] + len(reader.seqs)))
        assert sorted(told["comment"] for told in (reader.state or {})["feedback"].values()) == sorted(wanted)


@pytest.mark.timeout(900)  # a busy machine takes long to start processes
async def test_all_of_it_over_processes(house: House, tmp_path: Path, broker: Nats | None) -> None:
    many = 2 if broker is None else 3
    modules = [None, WRONG_CLOCK]
    async with cluster(house, tmp_path, many, broker=broker, modules=modules) as one, AsyncExitStack() as stack:
        readers = readers_of(one, one.http)
        await stack.enter_async_context(reading(readers))
        await eventually(lambda: all(reader.snapshots for reader in readers))
        assert set(one.proxy.taken) == set(one.addresses), "each process has some"
        mina = bearer(house.services, house.mina)

        async def many_times(number: int) -> None:
            for again in range(6):
                await one.said(number, mina, f"{number}/{again}")

        await asyncio.gather(*map(many_times, range(many)))
        wanted = [f"{number}/{again}" for number in range(many) for again in range(6)]
        await everybody_has_everything(one, readers, wanted)
        assert all(reader.snapshots == 1 for reader in readers), "nobody was cut off"
        one.proxy.cut(one.addresses[0])
        await one.said(1, mina, "cut")
        await everybody_has_everything(one, readers, [*wanted, "cut"])
        await signed_out_elsewhere(one)
        await taken_away_elsewhere(one)


async def signed_out_elsewhere(one: Cluster) -> None:
    """Sign out in one process: the socket in the other is closed."""
    _, token = signed_in(one.house.services, one.house.mina)
    async with phone(one.addresses[1].replace("http", "ws"), one.house.diagnosis_id, token) as caller:
        await caller.expect("snapshot")
        async with httpx2.AsyncClient(base_url=one.addresses[0], timeout=ANSWER_SECONDS) as http:
            answer = await http.post("/api/auth/sign-out", headers={"Authorization": f"Bearer {token}"})
            assert answer.is_success, answer.text
        async with promptly(OVER_PROCESSES):
            assert await caller.closing() == (1008, "signed_out")


async def taken_away_elsewhere(one: Cluster) -> None:
    """Share a record and take it away in one process: the socket in the other is closed."""
    house = one.house
    leila = bearer(house.services, house.leila)
    _, token = signed_in(house.services, house.chen)
    path = f"/api/patients/{house.mina.patient_id}/shares"
    async with httpx2.AsyncClient(base_url=one.addresses[0], headers=leila, timeout=ANSWER_SECONDS) as http:
        shared = await http.post(path, json={"person_id": house.chen.person_id})
        assert shared.is_success, shared.text
        async with phone(one.addresses[1].replace("http", "ws"), house.diagnosis_id, token) as caller:
            await caller.expect("snapshot")
            ended = await http.delete(f"{path}/{house.chen.person_id}")
            assert ended.is_success, ended.text
            async with promptly(OVER_PROCESSES):
                assert await caller.closing() == (1008, "not_found")
