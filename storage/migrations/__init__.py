"""Bring a database to the newest schema; run at every start, a few milliseconds when there is nothing to do."""

import secrets
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlmodel import Session

from storage.database import Database
from storage.tables import Mark

HERE = Path(__file__).parent
EPOCH = "epoch"


def upgrade(database: Database) -> None:
    """Apply every migration that is missing, and give a new database its epoch."""
    with database.engine.execution_options(write=True).connect() as connection:
        command.upgrade(_config(connection), "head")
        connection.commit()
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


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
