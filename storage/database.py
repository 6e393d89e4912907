"""The connection to the database: many readers, writers one after the other, of all processes.

Without that, concurrent updates are lost without an error. SQLite has ``BEGIN IMMEDIATE`` for it, PostgreSQL a lock of ours.
Within this process writers also queue on a lock, so that they wait in order instead of asking the database again and again.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from storage import postgresql, sqlite
from storage.busy import ENDED, Busy
from storage.busy import TransactionEnded as TransactionEnded
from storage.busy import is_busy as is_busy
from storage.committing import OutcomeUnknown, committed
from storage.private import FILE_MODE, make_folder, tighten
from storage.turns import Turns

JOURNAL_TRIES, JOURNAL_PAUSE_SECONDS = 25, 0.02

POOL_SIZE = 20
"""Readers at once on SQLite: the worker threads of the web framework are 40, most of them idle."""
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
        # Glances are not from the pool: who glances, the event loop among them, never waits for those who read at length.
        if self.is_sqlite:
            self._engine: Engine = sqlite.engine(url, pool_size=POOL_SIZE)
            self._write_engine: Engine = self._engine.execution_options(write=True)
            self._glance_engine = sqlite.engine(url, poolclass=NullPool)
        else:
            self._engine = postgresql.reading(self.url)
            self._write_engine = postgresql.writing(self.url).execution_options(write=True)
            self._glance_engine = postgresql.glancing(self.url)
        self.busy: Callable[[], Exception] = Busy
        """Makes what is raised where ``is_busy``; the domain puts its own word here."""
        self.unknown: Callable[[], Exception] = OutcomeUnknown
        """Makes what is raised where nobody can say whether a write was kept; the domain's own word too."""
        self._watcher: Any = None
        self._glances: deque[Connection] = deque()
        self._turns: AbstractContextManager[None] = (
            nullcontext() if self.is_sqlite else Turns(postgresql.GLANCES, seconds=postgresql.GLANCE_WAIT_SECONDS)
        )
        self._before_close: list[Callable[[], None]] = []
        self.carried: dict[str, Any] = {}
        """What every session for reading carries along (``session.info``): where it is noted who reads a record."""

    @property
    def is_sqlite(self) -> bool:
        """Whether the truth is a file of ours."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def engine(self) -> Engine:
        """An engine for migrations, which are bound to no limits of time."""
        return self._engine if self.is_sqlite else postgresql.building(self.url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one consistent state and changes nothing. Raises ``busy()``."""
        with self._in_words(), Session(self._engine, expire_on_commit=False, info=self.carried) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a write transaction for one change; commits at the end, rolls back on an error. Raises as ``together``."""
        with self.together() as together, together.one() as rows:
            yield rows.session

    @contextmanager
    def together(self) -> Iterator["Together"]:
        """Open a write transaction for several changes; commits at the end, rolls all of them back on an error.

        Raises ``busy()``, and then none of them is done; ``unknown()`` where the connection broke while they were committed and
        it cannot be found out in time whether they were.
        """
        with self._in_words(), self._writing, self._write_engine.connect() as connection, committed(connection):
            yield Together(connection)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except OutcomeUnknown as error:
            raise self.unknown() from error
        except Exception as error:
            if is_busy(error):
                raise self.busy() from error
            raise

    @contextmanager
    def glance(self, *, statements: int = 2) -> Iterator["Glance"]:
        """Read by prepared statements alone, which see one consistent state; a few microseconds on SQLite.

        A single statement sees one state by itself, and is not put between a beginning and an end.
        """
        with self._in_words(), self._turns:
            connection = self._rested()
            driver: Any = connection.connection.dbapi_connection
            try:
                if statements > 1:
                    driver.execute("BEGIN" if self.is_sqlite else postgresql.ONE_STATE)
                yield Glance(connection)
            finally:
                self._rest(connection, begun=statements > 1)

    @contextmanager
    def look(self) -> Iterator["Glance"]:
        """Read by prepared statements alone, more of them than a glance has: one consistent state, and changes nothing.

        Raises ``busy()``. Over PostgreSQL it is one of the long reads, so that no glance waits for its turn behind it.
        """
        if self.is_sqlite:
            with self.glance() as glance:
                yield glance
            return
        with self._in_words(), self._engine.connect() as connection:
            try:
                yield Glance(connection)
            finally:
                driver: Any = connection.connection.dbapi_connection
                if driver.closed:  # prepared statements go past the engine, so it does not know
                    connection.invalidate()

    def _rested(self) -> Connection:
        """Take a connection that is kept for glances, or open one."""
        while True:
            try:
                connection = self._glances.pop()
            except IndexError:
                return self._glance_engine.connect()
            if self.is_sqlite or not postgresql.is_dead(connection.connection.dbapi_connection):
                return connection
            _drop(connection)

    def _rest(self, connection: Connection, *, begun: bool) -> None:
        """Keep a connection for the next glance, unless it has broken or enough are kept."""
        driver: Any = connection.connection.dbapi_connection
        if not self.is_sqlite and driver.closed:
            _drop(connection)
            return
        if begun:
            driver.rollback()
        if len(self._glances) < GLANCES:
            self._glances.append(connection)
        else:
            connection.close()

    def version_seen_by_others(self) -> int:
        """Give a number that changes when another connection has committed to the file; costs microseconds. For SQLite."""
        if self._watcher is None:
            self._watcher = self._engine.connect()
        driver: Any = self._watcher.connection.dbapi_connection
        return int(driver.execute("PRAGMA data_version").fetchone()[0])

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
            _drop(self._glances.pop())
        for engine in (self._engine, self._write_engine, self._glance_engine):
            engine.dispose()


class Together:
    """One write transaction that several changes share, each in a savepoint: one that fails leaves nothing behind."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._say = connection.connection.cursor().execute

    @contextmanager
    def one(self) -> Iterator["Rows"]:
        """Open one of the changes: kept with the others, or undone alone where it raises.

        Raises TransactionEnded where nothing of the others is left either: a full disk makes SQLite roll back by itself, and
        PostgreSQL ends the transaction of a process that was stopped in the middle.
        """
        self._check()
        self._mark("SAVEPOINT one_change")
        rows = Rows(self._connection)
        try:
            yield rows
            rows.keep()
            self._say("RELEASE one_change")
        except BaseException:
            with suppress(DBAPIError):  # what it stood on may be gone, which the check says
                rows.drop()
            self._check()
            self._mark("ROLLBACK TO one_change")
            self._mark("RELEASE one_change")
            raise

    @contextmanager
    def all(self) -> Iterator["Rows"]:
        """Open what belongs to all its changes: where it raises, none of them may be kept. Raises TransactionEnded."""
        self._check()
        rows = Rows(self._connection)
        try:
            yield rows
            rows.keep()
        except BaseException:
            rows.drop()
            raise

    def _mark(self, statement: str) -> None:
        """Say where a change begins or ends, which fails only where the transaction has."""
        try:
            self._say(statement)
        except Exception as error:
            raise TransactionEnded(ENDED) from error

    def _check(self) -> None:
        """Stop where the database has ended the transaction: what came next would commit by itself."""
        is_sqlite = self._connection.dialect.name == "sqlite"
        if not (self._driver.in_transaction if is_sqlite else postgresql.in_transaction(self._driver)):
            raise TransactionEnded(ENDED)


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


def _drop(connection: Connection) -> None:
    """Close a connection without a word to the server, which may not be there any more."""
    connection.invalidate()
    connection.close()


def connection_of(through: Through) -> Connection:
    """Give the connection under it, with everything written that a session still held."""
    through.flush()
    return through.connection() if isinstance(through, Session) else through.connection
