"""Many threads write to one file, and nothing is lost."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from domain import feedback
from domain.feedback import FeedbackInput
from domain.services import Services
from storage import events
from storage.database import POOL_SIZE, Database
from storage.prepared import Prepared
from storage.tables import Mark
from tests.support.house import House

WRITERS, TIMES = 8, 50


@pytest.fixture
def counted(services: Services) -> Database:
    with services.database.write() as session:
        session.add(Mark(name="count", value="0"))
    return services.database


def increment(session: Session) -> None:
    mark = session.get_one(Mark, "count")
    mark.value = str(int(mark.value) + 1)
    session.add(mark)


def count(database: Database) -> int:
    with database.read() as session:
        return int(session.get_one(Mark, "count").value)


def test_no_update_is_lost_between_threads(counted: Database) -> None:
    def work(_writer: int) -> None:
        for _ in range(TIMES):
            with counted.write() as session:
                increment(session)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    assert count(counted) == WRITERS * TIMES


def test_no_update_is_lost_between_processes(counted: Database) -> None:
    # Two Database objects share nothing but the file, as two processes do.
    others = [Database(str(counted.url)) for _ in range(4)]

    def work(database: Database) -> None:
        for _ in range(TIMES):
            with database.write() as session:
                increment(session)

    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(work, others))
    for database in others:
        database.close()
    assert count(counted) == len(others) * TIMES


def test_seq_is_contiguous_while_many_answer(house: House) -> None:
    services = house.services

    def answer(number: int) -> None:
        said = FeedbackInput(recommendation_id=house.ginger, rating=1 + number % 5, comment=f"Answer {number}")
        feedback.submit(services, house.mina, house.diagnosis_id, said)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(answer, range(3 * WRITERS)))
    with services.database.read() as session:
        log = events.after(session, house.diagnosis_id, 0, limit=1_000)
        assert [one.seq for one in log] == list(range(1, events.top_seq(session, house.diagnosis_id) + 1))
    assert sum(one.type == "feedback_update" for one in log) == 3 * WRITERS


def test_what_fails_leaves_nothing_behind(counted: Database) -> None:
    def fails() -> None:
        with counted.write() as session:
            increment(session)
            session.flush()
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        fails()
    assert count(counted) == 0
    with counted.write() as session:
        increment(session)
    assert count(counted) == 1


def test_readers_see_one_state_while_somebody_writes(counted: Database) -> None:
    with counted.read() as reader:
        assert reader.get_one(Mark, "count").value == "0"
        with counted.write() as writer:
            increment(writer)
        reader.expire_all()
        assert reader.get_one(Mark, "count").value == "0", "what it saw first, it sees to the end"
    assert count(counted) == 1


@pytest.mark.sqlite
def test_the_journal_waits_for_a_reader_and_holds_up_no_writer(counted: Database) -> None:
    with counted.write() as writer:
        increment(writer)
    with counted.read() as reader, ThreadPoolExecutor(1) as beside:
        assert reader.get_one(Mark, "count").value == "1"
        cleaning = beside.submit(counted.clean_journal)
        while not cleaning.done():
            with counted.write() as writer:
                increment(writer)
        assert not cleaning.result(), "somebody reads an old state"
    written = count(counted)
    assert written > 5, "they took turns"
    assert counted.clean_journal()
    assert count(counted) == written


@pytest.mark.sqlite
def test_a_file_in_wal_mode_with_foreign_keys(counted: Database) -> None:
    connection = sqlite3.connect(str(counted.url.database))
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    with counted.engine.connect() as ours:
        assert ours.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.sqlite
def test_it_is_noticed_that_another_process_has_written(counted: Database) -> None:
    before = counted.version_seen_by_others()
    assert counted.version_seen_by_others() == before
    other = Database(str(counted.url))
    with other.write() as session:
        increment(session)
    other.close()
    assert counted.version_seen_by_others() != before


@pytest.mark.sqlite
def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'vervain.db'}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    database.close()
    assert (tmp_path / "a" / "b" / "vervain.db").exists()


@pytest.mark.sqlite  # of PostgreSQL: test_one_writer
def test_a_glance_sees_one_state_and_waits_for_nobody(counted: Database) -> None:
    mark = Prepared(select(col(Mark.value)).where(col(Mark.name) == bindparam("name")))
    with ExitStack() as readers:
        for _ in range(2 * POOL_SIZE):  # more than the pool has
            readers.enter_context(counted.glance())
        with counted.glance() as glance:
            assert mark.value(glance.connection, name="count") == "0"
            with counted.write() as writer:
                increment(writer)
            assert mark.value(glance.connection, name="count") == "0", "what it saw first, it sees to the end"
    with counted.glance() as glance:
        assert mark.value(glance.connection, name="count") == "1"


@pytest.mark.sqlite
def test_a_commit_is_on_the_disk(counted: Database) -> None:
    with counted.engine.connect() as ours:
        assert ours.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2, "FULL"
