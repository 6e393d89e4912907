"""A commit whose answer is lost is settled on another connection, and told as what it was."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from signal import SIGKILL

import psycopg
import pytest
from sqlalchemy import delete
from sqlmodel import col

from domain.errors import OutcomeUnknown, Unavailable
from domain.hub import Hub
from domain.ledger import Change, Ledger
from storage import committing, migrations, postgresql
from storage.busy import Busy
from storage.database import Database
from storage.tables import Mark
from tests.support.cut_off import At, Way, way_to
from tests.support.postgres import Postgres, postgres_server
from tests.support.waiting import until


@dataclass(frozen=True)
class Place:
    """A ledger on a way that can break, and the database by another."""

    ledger: Ledger
    database: Database
    way: Way
    besides: Database

    def write(self, name: str, *, alone: bool = False) -> str:
        """Keep a mark, as a change of the ledger or in a transaction of its own; gives what it was told."""
        if alone:
            with self.database.write() as session:
                session.add(Mark(name=name, value=""))
            return f"{name} is kept"

        def act(change: Change) -> str:
            change.session.add(Mark(name=name, value=""))
            return f"{name} is kept"

        return self.ledger.write(act)

    def kept(self, name: str) -> bool:
        """Say whether the mark is there."""
        with self.besides.read() as session:
            return session.get(Mark, name) is not None


@pytest.fixture(scope="module")
def address(postgres: Postgres) -> str:
    """A database with its schema."""
    return with_schema(postgres)


def with_schema(server: Postgres) -> str:
    """Make a database with its schema; returns its address."""
    made = server.made()
    database = Database(made)
    migrations.upgrade(database)
    database.close()
    return made


@contextmanager
def placed(address: str) -> Iterator[Place]:
    """Come to a database by a way that can break."""
    besides = Database(address)
    with besides.write() as session:
        session.execute(delete(Mark).where(col(Mark.name).in_(("zero", "one", "two"))))
    with way_to(besides.url) as (way, url):
        database = Database(url.render_as_string(hide_password=False))
        yield Place(Ledger(database, Hub()), database, way, besides)
        database.close()
    besides.close()


@pytest.fixture
def place(address: str) -> Iterator[Place]:
    with placed(address) as one:
        yield one


@pytest.mark.parametrize("alone", [False, True], ids=["a change", "a transaction of its own"])
def test_what_was_committed_is_answered_though_the_connection_broke(place: Place, alone: bool) -> None:
    place.way.cut = "after it is done"
    assert place.write("one", alone=alone) == "one is kept"
    assert place.way.cut is None
    assert place.kept("one")
    assert place.write("two", alone=alone) == "two is kept"
    assert place.ledger.commits == (0 if alone else 2)


@pytest.mark.parametrize("alone", [False, True], ids=["a change", "a transaction of its own"])
@pytest.mark.parametrize("at", ["before it arrives", "before it arrives, unnoticed by the server"])
def test_what_was_not_committed_is_told_as_busy(place: Place, at: At, alone: bool) -> None:
    place.way.cut = at
    with pytest.raises(Unavailable, match="busy"):
        place.write("one", alone=alone)
    assert not place.kept("one")
    assert place.write("one", alone=alone) == "one is kept", "nothing holds the lock any more"


def unreachable(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SETTLE_SECONDS", 0.3)
    place.way.closed_after = True


def crashed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "HISTORY", "SELECT '2026-11-29'")
    place.write("zero")
    monkeypatch.undo()


@pytest.mark.parametrize("what", [unreachable, crashed])
def test_what_cannot_be_found_out_has_an_error_of_its_own(
    place: Place, monkeypatch: pytest.MonkeyPatch, what: Callable[[Place, pytest.MonkeyPatch], None]
) -> None:
    what(place, monkeypatch)
    place.way.cut = "after it is done"
    with pytest.raises(OutcomeUnknown, match="look before you repeat it") as told:
        place.write("one")
    assert (told.value.code, told.value.status) == ("outcome_unknown", 503)
    assert place.kept("one")


@pytest.mark.farm  # a server of its own, which stops and crashes
def test_a_server_that_goes_while_it_commits_is_asked_when_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SETTLE_SECONDS", 60)  # its start takes as long as a busy machine needs
    with postgres_server() as own, placed(with_schema(own)) as place:
        for name, alone in (("one", False), ("two", True)):
            place.way.cut, place.way.meanwhile = "after it is done", own.restart
            assert place.write(name, alone=alone) == f"{name} is kept"
            assert place.kept(name)
        for alone in (False, True):
            place.way.cut, place.way.meanwhile = "after it is done", lambda: crash(own)
            with pytest.raises(OutcomeUnknown, match="look before you repeat it"):
                place.write(f"nobody knows {alone}", alone=alone)
        assert place.write("zero") == "zero is kept", "and it goes on"


def history(server: Postgres) -> str | None:
    """Read what tells one life of the server from another; None while it starts."""
    try:
        with psycopg.connect(server.server.get_uri()) as connection:
            row = connection.execute(postgresql.HISTORY).fetchone()
            return None if row is None else str(row[0])
    except psycopg.OperationalError:
        return None


def crash(server: Postgres) -> None:
    """Kill one of its processes, whereupon it ends all of them and begins anew; returns when it has."""
    before = history(server)
    with psycopg.connect(server.server.get_uri()) as connection:
        os.kill(connection.info.backend_pid, SIGKILL)
    until(lambda: history(server) not in (None, before), what="the server after its crash")


@pytest.mark.farm  # a server of its own, whose queue is short
def test_a_commit_for_which_the_queue_of_notifications_is_full_is_told_as_busy() -> None:
    with postgres_server() as own:
        with psycopg.connect(own.server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET max_notify_queue_pages = 64")
        own.restart()
        database = Database(own.made())
        address = database.url.render_as_string(hide_password=False).replace("+psycopg", "")
        with psycopg.connect(address) as slow:
            slow.execute("LISTEN told")
            slow.commit()
            slow.execute("SELECT 1")  # a transaction in which it takes nothing
            with pytest.raises(Busy), database.together() as together, together.one() as rows:
                rows.connection.exec_driver_sql(
                    "SELECT pg_notify('told', repeat('x', 7900) || part) FROM generate_series(1, 100) AS part"
                )
        database.close()
