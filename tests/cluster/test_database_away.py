"""A PostgreSQL that is away for a while costs nobody their socket, and nothing that was answered for."""

import asyncio
import re
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlmodel import select
from websockets.asyncio.client import ClientConnection, connect

from storage.tables import Feedback
from tests.cluster.test_delivery import readers_of
from tests.support.cluster import Cluster, cluster
from tests.support.house import House, bearer, signed_in
from tests.support.postgres import Postgres
from tests.support.problems import refused
from tests.support.reader import all_at_the_top, reading
from tests.support.waiting import ANSWER_SECONDS, eventually, ready

pytestmark = pytest.mark.farm

AWAY_SECONDS = 8.0
"""Longer than what is looked at each few seconds goes without its second look."""
SOCKETS, WRITERS = 12, 6
MOST_TOLD = 4
"""How often the same may be said: one line a job or a part, not one of each look, request or socket."""


@pytest.mark.timeout(900)  # a busy machine takes long to start processes
async def test_sockets_stay_requests_hear_503_and_all_goes_on(house: House, tmp_path: Path, postgres: Postgres) -> None:
    headers = await asyncio.to_thread(bearer, house.services, house.mina)
    token = (await asyncio.to_thread(signed_in, house.services, house.mina))[1]
    async with cluster(house, tmp_path, 1) as one, AsyncExitStack() as stack:
        readers = readers_of(one, one.http)
        await stack.enter_async_context(reading(readers))
        at = f"{one.addresses[0].replace('http', 'ws')}/ws/{house.diagnosis_id}"
        # Nobody reads them until the end: what comes has to be taken all the same, or no ping would be answered.
        how: dict[str, Any] = {"max_queue": None, "ping_interval": None, "open_timeout": ANSWER_SECONDS, "proxy": None}
        sockets = [
            await stack.enter_async_context(connect(at, additional_headers={"Authorization": f"Bearer {token}"}, **how))
            for _ in range(SOCKETS)
        ]
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=one.addresses[0], timeout=ANSWER_SECONDS))
        await eventually(lambda: all(reader.snapshots for reader in readers))
        taken = [f"before {number}" for number in range(3)]
        for comment in taken:
            await one.said(0, headers, comment)
        busy = [asyncio.create_task(saying(one, headers, number, taken)) for number in range(WRITERS)]
        await eventually(lambda: len(taken) > 3 + WRITERS)
        with postgres.stopped():
            await while_it_is_away(http, headers, house.diagnosis_id)
            await asyncio.sleep(AWAY_SECONDS)
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        for number in range(WRITERS):
            await one.said(0, headers, f"after {number}")
            taken.append(f"after {number}")
        await ready(http)
        await all_at_the_top(readers, house.services)
        assert all(reader.snapshots == 1 for reader in readers)
        for socket in sockets:
            await hears(socket, "after 5")
        found = Counter(await asyncio.to_thread(kept, house))
        assert set(taken) <= set(found), "nothing that was answered with 201 is lost"
        assert set(found.values()) == {1}, "nothing is there twice"
        printed = one.programs[0].printed
        told = Counter(re.findall(r"\[(?:warning|error) *\] (.*?) *\[", printed))
        assert max(told.values()) <= MOST_TOLD, printed


async def saying(one: Cluster, headers: dict[str, str], number: int, taken: list[str]) -> None:
    """Say one thing after the other, as somebody with no patience, and note what was taken."""
    at = 0
    while True:
        if await one.say(0, headers, comment := f"{number}/{at}") == 201:
            taken.append(comment)
            at += 1
        else:
            await asyncio.sleep(0.2)


async def while_it_is_away(http: httpx2.AsyncClient, headers: dict[str, str], diagnosis_id: int) -> None:
    """Ask for what is read and what is written."""
    said = {"rating": 4, "comment": "while it is away"}
    there = f"/api/diagnosis/{diagnosis_id}/feedback"
    for answer in await asyncio.gather(
        http.get(there, headers=headers), http.post(there, json=said, headers=headers), http.get(there, headers=headers)
    ):
        refused(answer, 503, "unavailable")
        assert int(answer.headers["Retry-After"]) >= 1
    ready = await http.get("/readyz")
    assert ready.status_code == 503, ready.text
    assert (await http.get("/healthz")).status_code == 200


async def hears(socket: ClientConnection, word: str) -> None:
    """Read on in a socket that was open all the time until somebody says this in it."""
    async with asyncio.timeout(ANSWER_SECONDS):
        while word not in str(await socket.recv()):
            pass


def kept(house: House) -> list[str]:
    """List what was said, as it is in the database."""
    with house.services.database.read() as session:
        return list(session.exec(select(Feedback.comment).where(Feedback.comment != "")))
