"""Bring a database to the newest schema; run at every start, a few milliseconds when there is nothing to do."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlmodel import Session

from storage.database import Database
from storage.tables import Mark

HERE = Path(__file__).parent
EPOCH = "epoch"


def upgrade(database: Database, *, to: str = "head") -> None:
    """Apply every migration that is missing, and give a new database its epoch."""
    with database.engine.execution_options(write=True).connect() as connection, _rebuilding(connection):
        command.upgrade(_config(connection), to)
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


def behind(database: Database) -> bool:
    """Say whether the tables are older than this program; those of a newer program, which only adds to them, are not."""
    with database.engine.connect() as connection:
        revision = _revision(connection)
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
    raw = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or raw is None:
        with connection.begin():
            yield
        return
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


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
