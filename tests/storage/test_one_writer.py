"""One writer at a time in the whole cluster, and what happens to one that stops in the middle."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from domain.ledger import utc_now
from storage import migrations, postgresql
from storage.busy import Busy
from storage.database import Database, Rows
from storage.events import End, end, top_position
from storage.prepared import Prepared
from storage.tables import Event, Mark, Practice
from tests.support.postgres import Postgres

VALUE = Prepared(select(col(Mark.value)).where(col(Mark.name) == bindparam("name")))
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture(scope="module")
def empty(postgres: Postgres) -> str:
    """Name a database that has the schema and nothing in it, to be copied."""
    database = Database(postgres.made())
    migrations.upgrade(database)
    database.close()
    return str(database.url.database)


@pytest.fixture
def database(postgres: Postgres, empty: str) -> Iterator[Database]:
    database = Database(postgres.made(like=empty))
    with database.write() as session:
        session.add(Mark(name="count", value="0"))
    yield database
    database.close()
    postgres.drop(str(database.url.database))


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The same database in another process, which shares nothing else."""
    other = Database(database.url.render_as_string(hide_password=False))
    yield other
    other.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a tenth of the time."""
    monkeypatch.setattr(postgresql, "WAIT_SECONDS", 0.5)
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 0.4)


def increment(session: Session) -> None:
    mark = session.get_one(Mark, "count")
    mark.value = str(int(mark.value) + 1)


def increment_and(rows: Rows, statement: str) -> None:
    increment(rows.session)
    rows.session.flush()
    rows.connection.execute(text(statement))


def count(database: Database) -> int:
    with database.read() as session:
        return int(session.get_one(Mark, "count").value)


def end_connections(database: Database) -> None:
    """End every connection to a database, as a restart of the server does."""
    with psycopg.connect(database.url.render_as_string(hide_password=False).replace("+psycopg", "")) as own:
        own.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({BACKENDS}) AS others".encode())


def test_no_update_is_lost_between_processes(database: Database, other: Database) -> None:
    def work(one: Database) -> None:
        for _ in range(25):
            with one.write() as session:
                increment(session)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [database, other] * 2))
    assert count(database) == 100


def test_a_look_that_is_cut_off_is_no_error_of_ours(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    def look_twice() -> None:
        with database.look() as look:
            assert VALUE.value(look.connection, name="count") == "0"
            end_connections(database)
            VALUE.value(look.connection, name="count")

    with pytest.raises(Busy):
        look_twice()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    with database.look() as look:
        assert VALUE.value(look.connection, name="count") == "0"


def test_a_reader_sees_one_state_and_changes_nothing(database: Database, other: Database) -> None:
    with database.read() as reader, database.glance() as glance, database.look() as look:
        assert reader.get_one(Mark, "count").value == "0"
        assert VALUE.value(glance.connection, name="count") == "0"
        assert VALUE.value(look.connection, name="count") == "0"
        with other.write() as session:
            increment(session)
        reader.expire_all()
        assert reader.get_one(Mark, "count").value == "0"
        assert VALUE.value(glance.connection, name="count") == "0"
        assert VALUE.value(look.connection, name="count") == "0"
    with database.glance() as glance:
        assert VALUE.value(glance.connection, name="count") == "1"
    with database.read() as reader:
        increment(reader)
        with pytest.raises(DBAPIError, match="read-only"):
            reader.flush()


def test_a_write_that_waits_too_long_is_told_that_it_is_busy(
    quick: None, database: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 6)
    slow = Database(database.url.render_as_string(hide_password=False))
    with slow.write() as session:
        increment(session)
        session.flush()
        with pytest.raises(Busy) as refused, other.write():
            pass
        with pytest.raises(Busy), other.together():
            pass
    assert "LockNotAvailable" in str(refused.value.__cause__)
    slow.close()
    assert count(database) == 1


def test_a_writer_that_stops_in_the_middle_holds_nobody_up(quick: None, database: Database) -> None:
    stopped = Database(database.url.render_as_string(hide_password=False))

    def stop() -> None:
        with stopped.together() as together:
            with together.one() as rows:
                increment(rows.session)
            with database.write() as session:  # the other waits until PostgreSQL has ended this one
                increment(session)
            with together.one() as rows:
                increment(rows.session)

    with pytest.raises(Busy):
        stop()
    assert count(database) == 1, "what it had done is undone"
    with stopped.write() as session:
        increment(session)
    assert count(database) == 2
    stopped.close()


def test_a_change_sees_what_there_is_once_it_has_the_lock(database: Database) -> None:
    with psycopg.connect(database.url.render_as_string(hide_password=False).replace("+psycopg", "")) as own:
        own.execute(
            f"ALTER DATABASE \"{database.url.database}\" SET default_transaction_isolation = 'repeatable read'".encode()
        )
    wary = Database(database.url.render_as_string(hide_password=False))
    with wary.write() as session:
        assert session.connection().exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"
    with wary.together() as together, together.one() as rows:
        assert rows.connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"
    wary.close()


def test_one_change_that_fails_leaves_the_others(database: Database) -> None:
    with database.together() as together:
        with together.one() as rows:
            increment(rows.session)
        with pytest.raises(DBAPIError, match="zero"), together.one() as rows:
            increment_and(rows, "SELECT 1 / 0")
        with pytest.raises(DBAPIError, match="nothing"), together.one() as rows:
            increment_and(rows, "SELECT nothing")
        with together.one() as rows:
            increment(rows.session)
    assert count(database) == 2


def test_connections_that_the_server_has_closed_are_replaced(database: Database) -> None:
    with database.glance(statements=1) as first, database.glance() as second:
        assert [VALUE.value(one.connection, name="count") for one in (first, second)] == ["0", "0"]
    with database.read() as one, database.read() as another:
        assert [session.get_one(Mark, "count").value for session in (one, another)] == ["0", "0"]
    end_connections(database)
    assert count(database) == 0
    with database.glance(statements=1) as glance:
        assert VALUE.value(glance.connection, name="count") == "0"
    with database.glance() as glance:
        assert VALUE.value(glance.connection, name="count") == "0"
    with database.write() as session:
        increment(session)
    assert count(database) == 1


@pytest.mark.parametrize("statements", [1, 2])
def test_who_is_cut_off_in_the_middle_is_told_that_it_is_busy(database: Database, statements: int) -> None:
    def read() -> None:
        with database.read() as session:
            session.get_one(Mark, "count")
            end_connections(database)
            session.expire_all()
            session.get_one(Mark, "count")

    def glance() -> None:
        with database.glance(statements=statements) as glance:
            end_connections(database)
            VALUE.value(glance.connection, name="count")

    def write() -> None:
        with database.write() as session:
            increment(session)
            end_connections(database)

    for act in (read, glance, write):
        with pytest.raises(Busy):
            act()
    assert count(database) == 0


def test_it_is_noticed_that_another_process_has_written(database: Database, other: Database) -> None:
    def seen() -> End:
        with database.glance(statements=1) as glance:
            return end(glance)

    first = seen()
    assert first.top == 0
    assert len(first.epoch) == 16
    with other.write() as session:
        practice = Practice(name="Here", created=utc_now())
        session.add(practice)
        session.flush()
        session.add(Event(id="x", practice_id=practice.id or 0, type="note", created=utc_now(), data="{}"))
    with database.read() as session:
        top = top_position(session)
    assert seen() == End(top, first.epoch) == End(1, first.epoch)


def test_so_many_glance_at_once_and_the_others_wait_a_moment(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "GLANCES", 2)
    monkeypatch.setattr(postgresql, "GLANCE_WAIT_SECONDS", 0.1)
    few = Database(database.url.render_as_string(hide_password=False))
    with few.glance(), few.glance(statements=1), pytest.raises(Busy), few.glance():
        pass
    with pytest.raises(ZeroDivisionError), few.glance():
        raise ZeroDivisionError
    with few.glance(), few.glance() as glance:
        assert VALUE.value(glance.connection, name="count") == "0"
    few.close()
