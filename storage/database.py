"""The connection to the database: many readers, writers one after the other.

SQLite without ``BEGIN IMMEDIATE`` loses concurrent updates without an error; with it none are lost. Within this process writers
also queue on a lock, so that they wait in order instead of polling SQLite's.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, create_engine

BUSY_TIMEOUT_MS = 5_000
"""How long a write waits for another process; a longer wait is an error that the caller sees."""

POOL_SIZE = 20
"""Readers at once: the worker threads of the web framework are 40, most of them idle."""


class Database:
    """One database, reached by ``read()`` and ``write()`` from any thread."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._writing = threading.Lock()
        if self.is_sqlite and self.url.database:
            file = Path(self.url.database).expanduser()
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)  # people's health is in it: nobody else on this machine reads it
        self._engine = (
            _sqlite_engine(url) if self.is_sqlite else create_engine(url, pool_size=POOL_SIZE, hide_parameters=True)
        )
        self._write_engine = self._engine.execution_options(write=True)
        self._watcher: Any = None

    @property
    def is_sqlite(self) -> bool:
        """Whether the truth is a file of ours."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def engine(self) -> Engine:
        """The engine itself, for migrations."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one consistent state and changes nothing."""
        with Session(self._engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open the one write transaction of this process; commits at the end, rolls back on an error."""
        with self._writing, Session(self._write_engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def version_seen_by_others(self) -> int:
        """Give a number that changes when another connection has committed; costs microseconds on SQLite."""
        if self._watcher is None:
            self._watcher = self._engine.connect()
        version = self._watcher.execute(text("PRAGMA data_version")).scalar_one()
        self._watcher.rollback()
        return int(version)

    def close(self) -> None:
        """Give back every connection."""
        if self._watcher is not None:
            self._watcher.close()
        self._engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=POOL_SIZE, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
