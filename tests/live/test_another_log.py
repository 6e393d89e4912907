"""A database that holds another log than at the start: clients are sent away, and the program ends to be started anew."""

import asyncio
from pathlib import Path

import pytest

from storage.database import Database
from storage.restored import new_epoch
from tests.live.conftest import Live
from tests.support.house import House
from tests.support.phone import phone
from tests.support.server import program

pytestmark = pytest.mark.farm


async def test_it_sends_its_clients_away_and_ends_as_a_failure(house: House, tmp_path: Path) -> None:
    def rename() -> None:
        beside = Database(house.services.database.url.render_as_string(hide_password=False))
        with beside.write() as session:
            new_epoch(session)
        beside.close()

    with program(tmp_path, "run") as running:
        address = running.listening()
        live = Live(house, address.http, address.ws)
        async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
            await caller.expect("snapshot")
            await asyncio.to_thread(rename)
            assert (await caller.closing())[0] == 4001
        assert await asyncio.to_thread(running.process.wait, 30) == 1, (
            "what starts programs anew does so after a failure"
        )
        assert running.printed.count("the database holds another log than at the start") == 1
        assert "start the program anew" in running.printed
