"""PostgreSQL under the database: connections for each purpose, and one writer at a time in the whole cluster.

A sequence gives out its numbers before the commit. Only where writers come one after the other is the order of the log the
order of the commits, and only then is nothing lost between what a change reads and what it writes.
"""

import select
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Engine, Integer, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool
from sqlmodel import create_engine

WRITER = 7235906113
"""The lock that whoever writes holds until the end of the transaction. The number is ours and means nothing, as are the next."""
MIGRATION = 7235906112
"""The lock of whoever brings the schema up to date: of many processes that start together, the others wait."""
IDLE_SECONDS: float = 6
"""A write transaction in which nothing is done for so long is ended by PostgreSQL: its process was stopped or cut off."""
WAIT_SECONDS: float = 8
"""How long a write waits for the others; longer than one that was stopped can hold them up."""
GLANCES = 10
"""Short reads at once, each over a connection of its own."""
GLANCE_WAIT_SECONDS: float = 1
"""How long a short read waits for its turn, and for a lock, which only a migration takes from readers."""
READ_SECONDS = 30
"""The longest a single statement may take."""
READ_IDLE_SECONDS = 600
"""A reader that does nothing for so long is gone; until then PostgreSQL keeps for it what was deleted since."""
MIGRATION_IDLE_SECONDS: float = 60
"""A migration in which nothing is done for so long is ended by PostgreSQL, so that the next start can go on."""
LIVELINESS = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""For every connection: a server that vanished without a word is noticed after about ten seconds."""
UNREAD_SECONDS: float = 6
"""For so long the server keeps a result that nobody takes from it: who stopped while reading would keep the lock for ever."""
READERS, MORE_READERS = 10, 10
"""Connections for reading that a process keeps, and how many it opens beside them: PostgreSQL has 100 for all processes."""
HOLD = f"SELECT pg_advisory_xact_lock({WRITER}), pg_current_xact_id()::text"
"""Waits for the lock and reads the transaction's number, by which it is found again (``storage/committing.py``)."""
HISTORY = "SELECT stats_reset::text FROM pg_stat_bgwriter"
"""Another answer than before: the server has crashed meanwhile, or is another."""
NUMBER, SERVER = "number", "history"
"""Where a connection for writing keeps them."""
ONE_STATE = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
ENCODING = "UTF8"
"""Of every database: what a person is called, in any script, has its place in it."""
IN_TRANSACTION = (2, 3)
"""libpq's words for a transaction that is open, and for one in which a statement has failed."""


def reading(url: URL) -> Engine:
    """Make an engine whose transactions see one state and can change nothing."""
    made = _engine(url, READ_IDLE_SECONDS, pool_size=READERS, max_overflow=MORE_READERS, pool_timeout=WAIT_SECONDS)

    @event.listens_for(made, "connect")
    def configure(driver: Any, _record: Any) -> None:
        driver.isolation_level = 3  # psycopg's number for REPEATABLE READ, said in its BEGIN
        driver.read_only = True

    return made


def writing(url: URL) -> Engine:
    """Make an engine whose transactions begin when no other process writes."""
    made = _engine(url, IDLE_SECONDS, pool_size=1, max_overflow=1)

    @event.listens_for(made, "connect")
    def ask(driver: Any, record: Any) -> None:
        driver.autocommit = True
        record.info[SERVER] = driver.execute(HISTORY).fetchone()[0]
        driver.autocommit = False
        # Said in its BEGIN. With more, as a role may have it, a change would see what was there before it had the lock.
        driver.isolation_level = 2

    @event.listens_for(made, "begin")
    def begin(connection: Any) -> None:
        connection.info[NUMBER] = connection.exec_driver_sql(HOLD).one()[1]

    return made


def glancing(url: URL) -> Engine:
    """Make an engine for single statements, each its own transaction."""
    limits = {"lock_timeout": GLANCE_WAIT_SECONDS}
    return _engine(url, READ_IDLE_SECONDS, limits, poolclass=NullPool, isolation_level="AUTOCOMMIT")


def building(url: URL) -> Engine:
    """Make an engine for migrations: beside the writers, and with no limit but on doing nothing."""
    idle = {
        "idle_in_transaction_session_timeout": MIGRATION_IDLE_SECONDS,
        "idle_session_timeout": MIGRATION_IDLE_SECONDS,
    }
    made = create_engine(
        url, hide_parameters=True, poolclass=NullPool, connect_args={**LIVELINESS, "options": _options(url, idle)}
    )
    event.listen(made, "do_connect", _connect)
    return made


def is_dead(driver: Any) -> bool:
    """Say whether a connection that nobody has used meanwhile is closed, or about to be; a microsecond.

    The server says goodbye before it closes, and to a connection at rest it says nothing else.
    """
    if driver.closed:
        return True
    look = select.poll()
    look.register(driver.pgconn.socket, select.POLLIN)
    return bool(look.poll(0))


def in_transaction(driver: Any) -> bool:
    """Say whether the transaction is still open."""
    return driver.pgconn.transaction_status in IN_TRANSACTION


def is_away(said: BaseException) -> bool:
    """Say whether what psycopg said means that nothing was done and that it may be tried again."""
    if not hasattr(said, "sqlstate"):
        return False
    state: str | None = said.sqlstate
    if state is None:  # not the server's words: the connection could not be made, or has broken
        return type(said).__name__ == "OperationalError"
    return state[:2] in ("08", "57") or state in _PASSING or is_outdated(said) or _is_full(said)


def is_cut_off(said: BaseException | None) -> bool:
    """Say whether what psycopg said of a commit leaves open whether it was done: the connection ended meanwhile."""
    if said is None or not hasattr(said, "sqlstate"):
        return False
    state: str | None = said.sqlstate
    return state is None or state[:2] in ("08", "57")


def is_outdated(said: BaseException) -> bool:
    """Say whether a connection has statements prepared for columns that a migration has given another type meanwhile."""
    return getattr(said, "sqlstate", None) == "0A000" and "cached plan" in str(said)


def _is_full(said: BaseException) -> bool:
    """Say whether a commit was refused because somebody who listens has not taken what was told before; nothing is kept of it."""
    return getattr(said, "sqlstate", None) == "54000" and "NOTIFY" in str(said)


def without_values(error: BaseException) -> None:
    """Leave of what the server said its first line: in those below it repeats the values of a row."""
    error.args = tuple(str(said).split("\n", 1)[0] for said in error.args[:1])


_PASSING = frozenset({"25P03", "25P04", "40001", "40P01", "53300", "55P03"})
"""Idle for too long, lasted too long, not in order, a deadlock, too many connections, a lock that was not had."""


class _Number(BigInteger):
    """Bound with 64 bits: one that no row can have is found nowhere, and is not an error as where PostgreSQL makes 32 of them."""

    render_bind_cast = True


def _engine(url: URL, idle_seconds: float, shorter: Mapping[str, float] | None = None, **pool: Any) -> Engine:
    limits = {
        "statement_timeout": READ_SECONDS,
        "lock_timeout": WAIT_SECONDS,
        "idle_in_transaction_session_timeout": idle_seconds,
        "tcp_user_timeout": UNREAD_SECONDS,
        **(shorter or {}),
    }
    made = create_engine(
        url, hide_parameters=True, connect_args={**LIVELINESS, "options": _options(url, limits)}, **pool
    )
    dialect: Any = made.dialect
    dialect.colspecs = {**dialect.colspecs, Integer: _Number}
    event.listen(made, "do_connect", _connect)

    @event.listens_for(made, "checkout")
    def alive(driver: Any, _record: Any, _given: Any) -> None:
        if is_dead(driver):
            raise DisconnectionError

    @event.listens_for(made, "handle_error")
    def hide(failure: Any) -> None:
        failure.is_disconnect |= is_outdated(failure.original_exception)  # another connection begins anew
        for error in (failure.original_exception, failure.sqlalchemy_exception):
            if error is not None:
                without_values(error)

    return made


def _connect(dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
    """Connect to a database that keeps text as we write it; in others a name has other letters, or no lower case."""
    driver = dialect.connect(*arguments, **named)
    encoding = driver.info.parameter_status("server_encoding")
    if encoding != ENCODING:
        driver.close()
        raise dialect.loaded_dbapi.NotSupportedError(
            f"it keeps text as {encoding}, and has to keep it as {ENCODING} (CREATE DATABASE … ENCODING '{ENCODING}')"
        )
    return driver


def _options(url: URL, limits: Mapping[str, float]) -> str:
    """Say the limits of a connection (seconds) as PostgreSQL takes them; what the address says of its own goes before them."""
    ours = " ".join(f"-c {name}={int(seconds * 1000)}" for name, seconds in limits.items())
    return f"{ours} {url.query.get('options', '')}"
