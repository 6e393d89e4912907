"""The connection to the database: many readers, writers one after the other.

SQLite without ``BEGIN IMMEDIATE`` loses concurrent updates without an error; with it none are lost. Within this process writers
also queue on a lock, so that they wait in order instead of polling SQLite's.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, create_engine

from storage.private import FILE_MODE, make_folder, tighten

BUSY_TIMEOUT_MS = 5_000
"""How long a write waits for another process; a longer wait is an error that the caller sees."""
JOURNAL_TRIES, JOURNAL_PAUSE_SECONDS = 25, 0.02

POOL_SIZE = 20
"""Readers at once: the worker threads of the web framework are 40, most of them idle."""
GLANCES = 4
"""Connections that are kept open for short reads."""


def files_of(file: Path) -> tuple[Path, Path, Path]:
    """Name the files of an SQLite database: itself, what was committed to it last, and the index of that."""
    return file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")


class Database:
    """One database, reached by ``read()``, ``write()`` and ``together()`` from any thread."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self._writing = threading.Lock()
        if self.is_sqlite and self.url.database:
            file = Path(self.url.database).expanduser()
            make_folder(file.parent)
            file.touch(mode=FILE_MODE)
            for one in files_of(file):
                tighten(one)
        self._engine = (
            _sqlite_engine(url) if self.is_sqlite else create_engine(url, pool_size=POOL_SIZE, hide_parameters=True)
        )
        self._write_engine = self._engine.execution_options(write=True)
        # Not from the pool: who glances, the event loop among them, never waits for those who read at length.
        self._glance_engine = _sqlite_engine(url, poolclass=NullPool) if self.is_sqlite else self._engine
        self._watcher: Any = None
        self._glances: deque[Connection] = deque()
        self._before_close: list[Callable[[], None]] = []
        self.carried: dict[str, Any] = {}
        """What every session for reading carries along (``session.info``): where it is noted who reads a record."""

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
        with Session(self._engine, expire_on_commit=False, info=self.carried) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a write transaction for one change; commits at the end, rolls back on an error."""
        with self._writing, Session(self._write_engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def together(self) -> Iterator["Together"]:
        """Open a write transaction for several changes; commits at the end, rolls all of them back on an error."""
        with self._writing, self._write_engine.connect() as connection, connection.begin():
            yield Together(connection)

    @contextmanager
    def glance(self, *, statements: int = 2) -> Iterator["Glance"]:
        """Read by prepared statements alone, which see one consistent state; a few microseconds on SQLite.

        A single statement sees one state by itself, and is not put between a beginning and an end.
        """
        try:
            connection = self._glances.pop()
        except IndexError:
            connection = self._glance_engine.connect()
        driver: Any = connection.connection.dbapi_connection
        try:
            if self.is_sqlite and statements > 1:
                driver.execute("BEGIN")
            yield Glance(connection)
        finally:
            if statements > 1 or not self.is_sqlite:
                driver.rollback()
            if len(self._glances) < GLANCES:
                self._glances.append(connection)
            else:
                connection.close()

    def version_seen_by_others(self) -> int:
        """Give a number that changes when another connection has committed; costs microseconds on SQLite."""
        if self._watcher is None:
            self._watcher = self._engine.connect()
        version = self._watcher.execute(text("PRAGMA data_version")).scalar_one()
        self._watcher.rollback()
        return int(version)

    def clean_journal(self) -> bool:
        """Empty SQLite's journal, which holds what rows said before; says whether it is done, or somebody reads an old state.

        It is tried for half a second and waits for no reader with the file in its hand: one who waits for a write of their
        own (that they read is written down) would wait for each other with it.
        """
        if not self.is_sqlite:
            return True
        with self._glance_engine.connect() as connection:
            driver: Any = connection.connection.dbapi_connection
            driver.execute("PRAGMA busy_timeout=0")
            for _ in range(JOURNAL_TRIES):
                with self._writing:
                    if driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                        return True
                sleep(JOURNAL_PAUSE_SECONDS)
        return False

    def before_close(self, end: Callable[[], None]) -> None:
        """Call ``end`` when the database is closed, while it can still be written."""
        self._before_close.append(end)

    def close(self) -> None:
        """End what works on it, and give back every connection."""
        while self._before_close:
            self._before_close.pop()()
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        while self._glances:
            self._glances.pop().close()
        self._engine.dispose()


class Together:
    """One write transaction that several changes share, each in a savepoint: one that fails leaves nothing behind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._say = connection.connection.cursor().execute

    @contextmanager
    def one(self) -> Iterator["Rows"]:
        """Open one of the changes: kept with the others, or undone alone where it raises.

        Raises TransactionEnded where nothing of the others is left either: a full disk makes SQLite roll back by itself.
        """
        self._check()
        self._say("SAVEPOINT one_change")
        rows = Rows(self._connection)
        try:
            yield rows
            rows.keep()
        except BaseException:
            with suppress(DBAPIError):  # what it stood on may be gone, which the check says
                rows.drop()
            self._check()
            self._say("ROLLBACK TO one_change")
            self._say("RELEASE one_change")
            raise
        self._say("RELEASE one_change")

    def _check(self) -> None:
        """Stop where the database has ended the transaction: what came next would commit by itself."""
        if getattr(self._driver, "in_transaction", True) is False:
            raise TransactionEnded("The database has ended the transaction.")


class TransactionEnded(Exception):
    """Nothing that was done in this transaction is kept."""


class Rows:
    """What one change reads and writes by: the connection, and a session over it that is opened when it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The session; it stands on a savepoint of its own, so that a flush that fails undoes no other change."""
        if self._session is None:
            self._session = Session(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        return self._session

    @property
    def opened(self) -> Session | None:
        """The session where it was asked for already."""
        return self._session

    def flush(self) -> None:
        """Write what the session holds, so that what is written beside it comes after it."""
        if self._session is not None:
            self._session.flush()

    def keep(self) -> None:
        """End the session; what it holds is written."""
        if self._session is not None:
            self._session.commit()
            self._session.close()

    def drop(self) -> None:
        """Forget what the session still holds."""
        if self._session is not None:
            self._session.close()


class Glance:
    """A short read: a connection and nothing else."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def flush(self) -> None:
        """Write nothing: nothing is held."""


Through = Session | Rows | Glance
"""What prepared statements are run through: somebody's session, a change, a short read."""


def connection_of(through: Through) -> Connection:
    """Give the connection under it, with everything written that a session still held."""
    through.flush()
    return through.connection() if isinstance(through, Session) else through.connection


def _sqlite_engine(url: str, **pool: Any) -> Engine:
    sharing = {"check_same_thread": False}
    engine = create_engine(url, hide_parameters=True, connect_args=sharing, **(pool or {"pool_size": POOL_SIZE}))

    @event.listens_for(engine, "connect")
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

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
