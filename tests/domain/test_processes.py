"""The processes of the cluster: each says that it is there, is marked when it goes silent, and is forgotten a day later."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain import processes
from domain.ledger import Change, Ledger, utc_now
from domain.processes import FORGOTTEN_AFTER, SILENT_AFTER, reporting
from domain.running import Running
from domain.services import Services
from storage import migrations, observed
from storage import processes as rows
from storage.database import Database
from storage.tables import RunningProcess
from tests.support.house import House
from tests.support.postgres import Postgres
from tests.support.waiting import eventually


def another(services: Services) -> Services:
    """Another process over the same database."""
    return replace(services, ledger=Ledger(services.database, services.hub), running=Running("2.0"))


def row(name: str, *, said: datetime | None = None, connections: int = 0) -> RunningProcess:
    now = utc_now()
    counted = {"connections": connections, "pages": 0, "position": 0}
    return RunningProcess.model_validate({"name": name, "version": "1", "started": now, "said": said or now, **counted})


async def test_each_process_shows_all_of_them(house: House) -> None:
    one, other = house.services, another(house.services)
    one.running.counts_by("live", lambda: {"connections_by_kind": {"patient": 2, "service": 1}, "leads": 1})
    one.running.counts_by("pages", lambda: {"pages_open": 4})
    one.running.sampled(0.25)
    tasks = [asyncio.create_task(reporting(one)), asyncio.create_task(reporting(other))]
    await eventually(lambda: len(processes.read(one)) == 2)
    for services in (one, other):
        by_name = {here.name: here for here in processes.read(services)}
        assert set(by_name) == {one.running.name, other.running.name}
        assert [name for name, here in by_name.items() if here.here] == [services.running.name]
        said = by_name[one.running.name]
        assert (said.connections, said.pages, said.loop_lag_seconds, said.leads) == (3, 4, 0.25, True)
        assert said.position == one.ledger.position > 0
        assert by_name[other.running.name].leads is None, "not known is not no"
        assert by_name[other.running.name].version == "2.0"
        assert all(here.alive for here in by_name.values())
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert processes.read(one) == [], "who stops in order takes it back"


@pytest.mark.parametrize(
    ("silent", "alive"), [(SILENT_AFTER - timedelta(seconds=5), True), (SILENT_AFTER + timedelta(seconds=1), False)]
)
def test_who_has_gone_silent_is_marked(house: House, silent: timedelta, alive: bool) -> None:
    gone = row("gone", said=utc_now() - silent)
    house.services.ledger.write(lambda change: rows.put(change.session, gone))
    assert [here.alive for here in processes.read(house.services)] == [alive]


async def test_who_was_silent_for_a_day_is_forgotten_by_the_next_that_speaks(house: House) -> None:
    services, now = house.services, utc_now()

    def act(change: Change) -> None:
        rows.put(change.session, row("long ago", said=now - FORGOTTEN_AFTER - timedelta(minutes=1)))
        rows.put(change.session, row("today", said=now - FORGOTTEN_AFTER + timedelta(minutes=1)))

    services.ledger.write(act)
    task = asyncio.create_task(reporting(services))
    await eventually(lambda: {one.name for one in processes.read(services)} == {"today", services.running.name})
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_nothing_of_anybody_is_in_a_row() -> None:
    texts = {name for name, field in RunningProcess.model_fields.items() if field.annotation is str}
    assert texts == {"name", "version"}
    assert len({Running().name for _ in range(50)}) == 50


def test_postgresql_takes_the_same_statements(postgres: Postgres) -> None:
    database = Database(postgres.made())
    try:
        migrations.upgrade(database)
        with database.write() as session:
            rows.put(session, row("one", connections=1))
            rows.put(session, row("one", connections=2))
            rows.put(session, row("other"))
            rows.forget(session, "other")
            rows.forget_silent(session, utc_now() - timedelta(days=1))
        with database.read() as session:
            assert [(one.name, one.connections) for one in rows.all_of_them(session)] == [("one", 2)]
            assert observed.undelivered(session, utc_now()) == observed.alarms(session) == observed.Waiting(0, None)
            assert observed.audit_entries(session) == 0
    finally:
        database.close()
