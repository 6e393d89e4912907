"""Bring a database to the newest schema; run at every start, a few milliseconds when there is nothing to do.

Of many processes that start together over one PostgreSQL one does it, and the others wait. Those that run already go on:
see "How the schema changes" in docs/data-model.md.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from storage import postgresql
from storage.busy import Busy, is_busy
from storage.database import Database
from storage.tables import Mark

HERE = Path(__file__).parent
EPOCH = "epoch"
OLDEST = "0019"
"""The oldest program, by the last migration it has, that works over the newest schema. A migration that takes something away,
or asks for what an older program does not write, raises it; one that only adds does not."""
OLDEST_PROGRAM = "oldest_program"
"""The mark that says so in the database, where a program finds it that does not know the migration."""
TRIES, PAUSE_SECONDS = 20, 0.25
"""A change to a table that somebody is reading waits a moment, then lets those behind it through and tries again."""

LOOK_SECONDS = 0.1
SAID_AFTER_SECONDS: float = 5
"""A start that waits for another's migration says so after this."""
GIVE_UP_SECONDS: float = 600
"""A start that waits for longer gives up: somebody has to look."""

log = logging.getLogger(__name__)


class StillMigrating(Busy):
    """Another process holds the lock of whoever migrates, and does not give it back."""

    def __init__(self) -> None:
        Exception.__init__(
            self,
            f"Another process has been bringing the database up to date for {GIVE_UP_SECONDS / 60:.0f} minutes: "
            "see what became of it, then start this one again.",
        )


def upgrade(database: Database, *, to: str = "head", newer: bool = True) -> None:
    """Apply every migration that is missing, and give a new database its epoch.

    Raises CommandError for the schema of a newer program, unless (``newer``) that says that this one still works with it, and
    StillMigrating where another process does not end doing the same.
    """
    with database.engine.execution_options(write=True).connect() as connection, _alone(connection) as config:
        there, newest = _revision(connection), _known_revisions()[0]
        if newer and _works_with_newer(connection, there or "", newest):
            return
        connection.rollback()
        if (there, to) != (newest, "head"):  # Alembic takes 7 ms to find nothing to do
            _apply(connection, config, to)
    with database.write() as session:
        if session.get(Mark, EPOCH) is None:
            session.add(Mark(name=EPOCH, value=secrets.token_hex(8)))


def check(database: Database) -> None:
    """Raise when the tables in the code differ from what the migrations make."""
    with database.engine.connect() as connection:
        command.check(_config(connection))


def epoch(session: Session) -> str:
    """Name this log; it changes only when the log could have been recreated, as after a restore."""
    mark = session.get(Mark, EPOCH)
    if mark is None:
        raise LookupError("The database has no epoch: run its migrations first.")
    return mark.value


def _works_with_newer(connection: Connection, there: str, newest: str) -> bool:
    """Say whether the schema is of a newer program which says that this one still works with it."""
    if there <= newest:
        return False
    oldest = connection.execute(text("SELECT value FROM mark WHERE name = :name"), {"name": OLDEST_PROGRAM}).scalar()
    return oldest is not None and oldest <= newest


@contextmanager
def _alone(connection: Connection) -> Iterator[Config]:
    """Be the only process that migrates; on SQLite the transaction itself sees to that."""
    if connection.dialect.name != "sqlite":
        _take_turn(connection)
        connection.exec_driver_sql(f"SET lock_timeout = '{postgresql.WAIT_SECONDS / 2:.3f}s'")
        connection.commit()
    yield _config(connection)


def _take_turn(connection: Connection) -> None:
    """Take the lock of whoever migrates, which is kept until the connection is closed. Raises StillMigrating.

    It is asked for again and again: who waited in a statement would hold an old state of the tables meanwhile.
    """
    began, said = time.monotonic(), False
    while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({postgresql.MIGRATION})").scalar_one():
        connection.commit()
        waited = time.monotonic() - began
        if waited >= GIVE_UP_SECONDS:
            raise StillMigrating
        if waited >= SAID_AFTER_SECONDS and not said:
            log.warning("another process brings the database up to date: this one waits for it")
            said = True
        time.sleep(LOOK_SECONDS)


def _apply(connection: Connection, config: Config, to: str) -> None:
    """Apply what is missing: on SQLite in one transaction, on PostgreSQL each migration in its own, so that others work on."""
    if connection.dialect.name == "sqlite":
        with _rebuilding(connection):
            command.upgrade(config, to)
        return
    for left in reversed(range(TRIES)):
        try:
            command.upgrade(config, to)
            return
        except OperationalError as error:
            connection.rollback()
            if not left or not is_busy(error):
                raise
        time.sleep(PAUSE_SECONDS)


def behind(database: Database) -> bool:
    """Say whether the tables are older than this program; those of a newer program, which only adds to them, are not."""
    with database.read() as session:
        revision = _revision(session.connection())
    order = _known_revisions()
    return revision is None or (revision in order and revision != order[0])


@lru_cache
def _known_revisions() -> list[str]:
    """List the revisions that this program knows, the newest first."""
    return [one.revision for one in ScriptDirectory.from_config(_config(None)).walk_revisions()]


@contextmanager
def _rebuilding(connection: Connection) -> Iterator[None]:
    """Run what is done inside in one transaction, which may rebuild a table that others point to.

    With foreign keys on, SQLite would not let the old table go: they are off meanwhile, and checked before the commit.
    Raises RuntimeError, and changes nothing, when a row would point nowhere.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    raw: Any = connection.connection.dbapi_connection
    before = _revision(connection)
    connection.rollback()  # reading it has begun a transaction, inside which the next line would do nothing
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            if _revision(connection) != before and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("A migration would leave rows that point nowhere: nothing was changed.")
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    config.attributes["oldest"] = OLDEST_PROGRAM, OLDEST
    return config
