"""SQLite under the database: a file that is written by one at a time, each write on the disk before it is answered."""

from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import create_engine

BUSY_TIMEOUT_MS = 5_000
"""How long a write waits for another process; a longer wait is an error that the caller sees."""


def engine(url: str, **pool: Any) -> Engine:
    """Make an engine whose transactions begin with our words: ``IMMEDIATE`` where they write, so that none loses an update."""
    made = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False}, **pool)

    @event.listens_for(made, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a commit is on the disk before it is answered, also when the power goes
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted or replaced is overwritten, and not only forgotten
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return made
