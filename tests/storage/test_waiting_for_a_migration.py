"""A start that meets the migration of another: it says it waits, gives up in the end, and is held up by none that stopped."""

import logging
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from storage import migrations, postgresql
from storage.busy import is_busy
from storage.database import Database
from storage.own_connection import conninfo
from tests.support.postgres import Postgres


@pytest.fixture
def database(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """An empty database, for which a start waits for a moment only."""
    monkeypatch.setattr(migrations, "SAID_AFTER_SECONDS", 0.1)
    monkeypatch.setattr(migrations, "LOOK_SECONDS", 0.02)
    made = Database(postgres.made())
    yield made
    made.close()
    postgres.drop(str(made.url.database))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.message for one in caplog.records if one.name == "storage.migrations" and one.levelno > logging.INFO]


def test_who_waits_says_so_once_and_gives_up_in_the_end(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(migrations, "GIVE_UP_SECONDS", 0.4)
    with psycopg.connect(conninfo(database.url, "test"), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [postgresql.MIGRATION])
        with pytest.raises(migrations.StillMigrating, match="Another process has been bringing") as given_up:
            migrations.upgrade(database)
    assert is_busy(given_up.value)
    assert said(caplog) == ["another process brings the database up to date: this one waits for it"]
    caplog.clear()
    migrations.upgrade(database)
    assert said(caplog) == []


@pytest.mark.parametrize("statement", ["CREATE TABLE begun (number int)", None], ids=["in a step", "between two"])
def test_a_migration_that_was_stopped_holds_up_no_start(
    database: Database, monkeypatch: pytest.MonkeyPatch, statement: str | None
) -> None:
    monkeypatch.setattr(postgresql, "MIGRATION_IDLE_SECONDS", 0.3)
    stopped = database.engine.connect()
    monkeypatch.setattr(postgresql, "MIGRATION_IDLE_SECONDS", 60)
    monkeypatch.setattr(migrations, "GIVE_UP_SECONDS", 20)
    with migrations._alone(stopped):
        if statement:
            stopped.exec_driver_sql(statement)
        migrations.upgrade(database)
        with pytest.raises(DBAPIError):
            stopped.exec_driver_sql("SELECT 1")
    stopped.invalidate()
    stopped.close()
    assert not migrations.behind(database)
