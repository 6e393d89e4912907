"""Many changes, one commit: each alone in what goes wrong, all together on the disk."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from domain import writer
from domain.errors import Unavailable
from domain.hub import Hub
from domain.ledger import Change, Ledger
from domain.services import Services
from storage import postgresql, sqlite
from storage.database import Database, TransactionEnded
from storage.tables import Mark
from tests.support.waiting import ANSWER_SECONDS, until

Act = Callable[[Change], Any]


@pytest.fixture
def ledger(services: Services) -> Ledger:
    return services.ledger


def mark(name: str, value: str = "") -> Act:
    def act(change: Change) -> str:
        change.session.add(Mark(name=name, value=value))
        return name

    return act


def marks(services: Services) -> list[str]:
    with services.database.read() as session:
        names = session.exec(
            select(Mark.name).where(col(Mark.name).not_in(("epoch", "oldest_program"))).order_by(Mark.name)
        )
        return list(names)


class Held:
    """A change that stays in its transaction until it is let go: what comes meanwhile has to queue."""

    def __init__(self, ledger: Ledger, waiting: int) -> None:
        self._go = threading.Event()
        self._within = threading.Event()
        self._threads = ThreadPoolExecutor(waiting + 1)
        self._ledger = ledger
        self._first = self._threads.submit(ledger.write, self._act)
        assert self._within.wait(ANSWER_SECONDS)

    def _act(self, _change: Change) -> None:
        self._within.set()
        assert self._go.wait(ANSWER_SECONDS)

    def behind(self, *acts: Act) -> list[Any]:
        """Queue these, let go, and give what came of each: a result or an error."""
        futures: list[Future[Any]] = []
        for number, act in enumerate(acts):
            futures.append(self._threads.submit(self._ledger.write, act))
            until(lambda: self._ledger._writer._queue.qsize() > number, what="the queue")  # noqa: B023
        self._go.set()
        self._first.exception(10)
        outcomes = [future.exception(10) or future.result() for future in futures]
        self._threads.shutdown()
        return outcomes


@pytest.fixture
def transactions(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each transaction that is opened."""
    opened: list[int] = []
    original = Database.together

    def counted(self: Database) -> object:
        opened.append(1)
        return original(self)

    monkeypatch.setattr(Database, "together", counted)
    monkeypatch.setattr(writer, "LONGEST_SECONDS", 10.0)
    return opened


def test_what_has_queued_is_committed_together(services: Services, ledger: Ledger, transactions: list[int]) -> None:
    names = [f"m{number}" for number in range(8)]
    assert Held(ledger, 8).behind(*map(mark, names)) == names
    assert marks(services) == names
    assert len(transactions) == 1


def test_a_transaction_takes_so_many_and_no_more(
    services: Services, ledger: Ledger, transactions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_TOGETHER", 3)
    Held(ledger, 8).behind(*(mark(f"m{number}") for number in range(8)))
    assert len(transactions) == 3, "the one that was held with two, and twice three"
    assert len(marks(services)) == 8


def test_one_that_fails_is_undone_alone(services: Services, ledger: Ledger, transactions: list[int]) -> None:
    def fails(change: Change) -> None:
        change.session.add(Mark(name="undone", value=""))
        change.session.flush()
        raise LookupError("half way")

    def breaks_a_rule(change: Change) -> None:
        change.session.add(Mark(name="also undone", value=""))
        change.session.flush()
        change.session.add(Mark(name="before", value=""))  # there is one of this name

    before, failed, broke, after = Held(ledger, 4).behind(mark("before"), fails, breaks_a_rule, mark("behind"))
    assert (before, after) == ("before", "behind")
    assert isinstance(failed, LookupError)
    assert isinstance(broke, IntegrityError)
    assert marks(services) == ["before", "behind"]
    assert len(transactions) == 1


def test_where_the_database_ends_the_transaction_nobody_is_told_that_it_was_kept(
    services: Services, ledger: Ledger, transactions: list[int]
) -> None:
    def disk_is_full(change: Change) -> None:
        change.rows.connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself
        raise sqlite3.OperationalError("database or disk is full")

    outcomes = Held(ledger, 3).behind(mark("before"), disk_is_full, mark("behind"))
    assert [type(outcome) for outcome in outcomes[:2]] == [TransactionEnded, TransactionEnded]
    assert outcomes[2] == "behind", "what had not begun goes into the next"
    assert marks(services) == ["behind"]
    assert ledger.write(mark("afterwards")) == "afterwards"


def test_a_change_within_a_change_fails_at_once(services: Services, ledger: Ledger) -> None:
    with pytest.raises(RuntimeError, match="cannot wait for another change"):
        ledger.write(lambda _change: ledger.write(mark("inner")))
    assert marks(services) == []


async def test_the_loop_waits_without_a_thread(services: Services, ledger: Ledger) -> None:
    names = [f"m{number:02}" for number in range(50)]
    before = threading.active_count()
    results = asyncio.gather(*(ledger.written(mark(name)) for name in names))
    await asyncio.sleep(0)
    assert threading.active_count() <= before + 1, "the writer's own"
    assert await results == names
    assert marks(services) == names
    with pytest.raises(IntegrityError):
        await ledger.written(mark(names[0]))


async def test_what_the_loop_asks_for_in_one_turn_is_one_transaction(
    services: Services, ledger: Ledger, transactions: list[int]
) -> None:
    names = [f"m{number:02}" for number in range(20)]
    assert await asyncio.gather(*(ledger.written(mark(name)) for name in names)) == names
    assert len(transactions) <= 2, "the thread may begin while the turn is handed over"
    assert marks(services) == names


async def test_who_comes_to_the_loop_too_late_is_told(services: Services) -> None:
    database = Database(str(services.database.url))
    ledger = Ledger(database, Hub())
    database.close()
    with pytest.raises(Unavailable):
        await ledger.written(mark("late"))
    assert marks(services) == []


async def test_who_stops_waiting_does_not_stop_the_change(services: Services, ledger: Ledger) -> None:
    waits = asyncio.create_task(ledger.written(mark("given up")))
    await asyncio.sleep(0)
    waits.cancel()
    await asyncio.gather(waits, return_exceptions=True)
    await ledger.written(mark("next"))
    assert marks(services) == ["given up", "next"]


def test_the_queue_is_bounded(services: Services, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_WAITING", 1)
    held = Held(ledger, 2)

    def one_too_many() -> None:
        with pytest.raises(Unavailable, match="try again in a moment") as refused:
            ledger.write(mark("refused"))
        assert refused.value.details == {"retry_after": 1}

    queued = held._threads.submit(ledger.write, mark("queued"))
    until(lambda: ledger._writer._queue.qsize() == 1, what="the queue")
    one_too_many()
    held.behind()
    assert queued.result(10) == "queued"
    assert marks(services) == ["queued"]


@pytest.fixture
def hurried(services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """Over the same rows, by a database that does not wait long for others."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    monkeypatch.setattr(postgresql, "WAIT_SECONDS", 0.05)
    database = Database(str(services.database.url))
    yield Ledger(database, Hub())
    database.close()


def test_all_who_wait_for_a_busy_database_are_told_together(services: Services, hurried: Ledger) -> None:
    with services.database.write() as other, ThreadPoolExecutor(4) as threads:
        other.add(Mark(name="another process", value=""))
        other.flush()
        errors = [threads.submit(hurried.write, mark(f"m{number}")).exception(10) for number in range(4)]
    assert [type(error) for error in errors] == [Unavailable] * 4
    assert [error.details for error in errors if isinstance(error, Unavailable)] == [{"retry_after": 1}] * 4
    assert marks(services) == ["another process"]


def test_closing_the_database_does_what_has_queued_and_ends_the_thread(tmp_path: Path, services: Services) -> None:
    before = set(threading.enumerate())
    database = Database(str(services.database.url))
    ledger = Ledger(database, Hub())
    held = Held(ledger, 2)
    queued = held._threads.submit(ledger.write, mark("queued"))
    until(lambda: ledger._writer._queue.qsize() == 1, what="the queue")
    closing = threading.Thread(target=database.close)
    closing.start()
    held.behind()
    closing.join(10)
    assert queued.result(10) == "queued"
    assert marks(services) == ["queued"]
    with pytest.raises(Unavailable):
        ledger.write(mark("late"))
    until(lambda: set(threading.enumerate()) <= before, what="the end of every thread")
