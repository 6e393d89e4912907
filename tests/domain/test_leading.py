"""Of many processes one does the work that is to be done once, and another takes over."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from domain import leading
from domain.leading import Leading
from storage import leadership
from storage.database import Database
from storage.own_connection import conninfo
from tests.support.busy_threads import busy_threads
from tests.support.postgres import Postgres
from tests.support.waiting import eventually

LEADERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vervain leading' AND datname = %s"
)


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty database, whose leaders look at it often."""
    monkeypatch.setattr(leading, "RENEWED_EVERY_SECONDS", 0.05)
    made = Database(postgres.made())
    yield made
    made.close()
    postgres.drop(str(made.url.database))


class Work:
    """What is to be done once, and who does it at present."""

    def __init__(self) -> None:
        self.by: list[str] = []

    async def done_by(self, name: str) -> None:
        self.by.append(name)
        try:
            await asyncio.Event().wait()
        finally:
            self.by.remove(name)


@asynccontextmanager
async def process(database: Database, work: Work, name: str) -> AsyncIterator[Leading]:
    """Run one process for as long as the ``with`` lasts."""
    one = Leading.over(database)
    task = asyncio.create_task(one.run([lambda: work.done_by(name)]))
    try:
        yield one
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_one_leads_and_when_it_ends_another_does(database: Database) -> None:
    work = Work()
    async with process(database, work, "second") as second:
        async with process(database, work, "first") as first:
            await eventually(lambda: work.by)
            assert first.leads != second.leads
            leader = work.by[0]
        if leader == "first":
            await eventually(lambda: work.by == ["second"])
        assert (work.by, second.leads) == (["second"], True)
    assert work.by == []


async def test_a_leader_whose_connection_is_cut_leads_no_more(database: Database) -> None:
    work = Work()
    async with process(database, work, "one") as one, process(database, work, "other") as other:
        for _ in range(3):
            await eventually(lambda: len(work.by) == 1)
            with psycopg.connect(conninfo(database.url, "test"), autocommit=True) as connection:
                connection.execute(LEADERS, [database.url.database])
            await eventually(lambda: len(work.by) == 1 and one.leads != other.leads)


async def test_a_leader_that_was_stopped_holds_up_nobody(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leadership, "LEASE_SECONDS", 1)
    stopped = leadership.Claim(database.url)
    assert await asyncio.to_thread(stopped.renew)
    work = Work()
    async with process(database, work, "other"):
        assert work.by == []
        await eventually(lambda: work.by == ["other"], what="the end of the lease")
        with pytest.raises(psycopg.Error):
            await asyncio.to_thread(stopped.renew)
        assert await asyncio.to_thread(stopped.renew) is False, "it asks anew, and another has it"
    await asyncio.to_thread(stopped.end)


async def test_it_leads_for_seconds_only_after_it_was_confirmed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with process(database, Work(), "one") as one:
        await eventually(lambda: one.leads)
        monkeypatch.setattr(leading, "SURE_SECONDS", 0.0)
        assert not one.leads, "as after it was stopped: it knows without asking"


async def test_who_leads_is_settled_whatever_the_other_threads_do(database: Database) -> None:
    work = Work()
    async with busy_threads(), process(database, work, "one"):
        await eventually(lambda: work.by == ["one"])


async def test_a_leader_whose_question_hangs_does_no_more_work_than_it_may(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, ends, renew = Work(), threading.Event(), leadership.Claim.renew
    async with process(database, work, "one") as one:
        await eventually(lambda: one.leads and work.by == ["one"])
        monkeypatch.setattr(leading, "SURE_SECONDS", 0.5)
        monkeypatch.setattr(leadership.Claim, "renew", lambda claim: bool(ends.wait(60)) and renew(claim))
        await eventually(lambda: not one.leads)
        await eventually(lambda: work.by == [], what="the end of its work")
        ends.set()
        monkeypatch.setattr(leading, "SURE_SECONDS", 5.0)
        await eventually(lambda: work.by == ["one"])


async def test_a_process_over_a_file_always_leads() -> None:
    work = Work()
    alone = Leading()
    task = asyncio.create_task(alone.run([lambda: work.done_by("alone")]))
    await eventually(lambda: work.by == ["alone"])
    assert alone.leads
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert work.by == []
