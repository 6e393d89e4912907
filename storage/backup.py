"""Whole copies of an SQLite database, taken beside whoever writes to it, and put in its place.

Both ways go through SQLite's own backup, which knows what else has the file open. A copy is taken inside one read
transaction, so that it is one state, and in steps; in WAL mode a reader holds up no writer. What is put in place is one write
transaction: a process that dies meanwhile leaves the database as it was.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.database import files_of
from storage.private import FILE_MODE

PAGES_AT_ONCE = 256
"""A mebibyte; then the other threads of this process have a turn, and the bar moves."""
PLACES_SHOWN = 3

Shut = list[tuple[int, Any]]
"""People who may not come in: number and beginning, as they stand in the table (text on SQLite)."""
Tombstones = list[tuple[int, str, int, str, str]]
"""Patients who were erased: number and beginning, those of the practice, and when, as they stand in the tables."""
ERASED = """
SELECT patient.id, patient.created, practice.id, practice.created, patient.erased
FROM patient JOIN practice ON practice.id = patient.practice_id WHERE patient.erased IS NOT NULL
"""
Unlinked = list[tuple[int, Any, str, str, bool, Any, Any]]
"""Accounts at providers that let nobody in any more: the person's number and beginning, then the row."""
UNLINKED = """
SELECT person.id, person.created, issuer, subject, by_email, identity.created, unlinked
FROM identity JOIN person ON person.id = person_id WHERE unlinked IS NOT NULL
"""
Progress = Callable[[float], None]
"""Is told how much is done, 0–1."""


class NotOurs(ValueError):
    """This is no database of Vervain, or not a whole one; one sentence says why."""


class InUse(RuntimeError):
    """Another program has the database open."""


@dataclass(frozen=True, slots=True)
class State:
    """What a database says of itself: its schema, its log, and how far its audit goes."""

    revision: str
    epoch: str
    audited: int
    """Entries of the audit."""
    audit_head: str
    """The hash of the newest of them; empty where there is none."""


def copy(source: Path, target: Path, progress: Progress) -> None:
    """Copy a database, as it stands now, into a new file for its owner alone; the copy is one file, and on the disk.

    Raises OSError, and sqlite3.Error where the source cannot be read.
    """
    target.touch(mode=FILE_MODE, exist_ok=False)
    with closing(_opened(source)) as from_here, closing(_opened(target)) as to_there:
        from_here.execute("BEGIN")
        from_here.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees one state

        def told(_status: int, remaining: int, total: int) -> None:
            progress(1 - remaining / total if total else 1.0)

        from_here.backup(to_there, pages=PAGES_AT_ONCE, progress=told, sleep=0)
        from_here.rollback()
        to_there.execute("PRAGMA journal_mode=DELETE")


def check(file: Path) -> State:
    """Read a copy through from end to end. Raises NotOurs with the first things that are wrong."""
    try:
        with closing(_opened(file)) as connection:
            wrong = [row[0] for row in connection.execute(f"PRAGMA integrity_check({PLACES_SHOWN})")]
            if wrong != ["ok"]:
                raise NotOurs(f"The database is damaged: {'; '.join(wrong)}.")
            if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise NotOurs("The database has rows that point nowhere.")
            return _state(connection)
    except sqlite3.DatabaseError as error:
        raise NotOurs(f"The database is damaged, or none of Vervain: {error}.") from None


@contextmanager
def alone(file: Path) -> Iterator[sqlite3.Connection]:
    """Have a database for oneself. Raises InUse while another program has it open, and sqlite3.DatabaseError where it is none.

    Whoever has a database in WAL mode open holds a lock on its file; whoever wants it alone gets none beside that.
    """
    with closing(_opened(file)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise InUse("The database is open in another program: stop the server first.") from None
            raise
        connection.execute("PRAGMA synchronous=FULL")
        yield connection


def copy_of(source: sqlite3.Connection, target: Path) -> None:
    """Copy a database that one has for oneself into a new file for its owner alone."""
    target.touch(mode=FILE_MODE, exist_ok=False)
    with closing(_opened(target)) as to_there:
        source.backup(to_there)
        to_there.execute("PRAGMA journal_mode=DELETE")


def put_in_place(source: Path, target: sqlite3.Connection) -> None:
    """Replace what is in a database that one has for oneself by what is in a file, all of it or nothing."""
    with closing(_opened(source)) as from_here:
        from_here.backup(target)
    target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def note(file: Path, name: str, value: str) -> None:
    """Set a mark in a database that others may have open. Raises sqlite3.Error where they hold it, or it has no marks."""
    with closing(_opened(file)) as connection:
        connection.execute("INSERT OR REPLACE INTO mark (name, value) VALUES (?, ?)", (name, value))


def shut_out(connection: sqlite3.Connection) -> Shut:
    """List who may not come in."""
    return _listed(connection, "SELECT id, created FROM person WHERE disabled")


def erased(connection: sqlite3.Connection) -> Tombstones:
    """List who was erased."""
    return _listed(connection, ERASED)


def unlinked(connection: sqlite3.Connection) -> Unlinked:
    """List the accounts at providers that were unlinked."""
    return _listed(connection, UNLINKED)


def _listed(connection: sqlite3.Connection, statement: str) -> list[Any]:
    """Read rows; none, where the tables are others, as in what is no database of ours or of an older program."""
    try:
        return connection.execute(statement).fetchall()
    except sqlite3.DatabaseError:
        return []


def set_aside(file: Path, aside: Path) -> None:
    """Move the files of what is no database (any more) out of the way."""
    for one, other in zip(files_of(file), files_of(aside), strict=True):
        if one.exists():
            one.replace(other)


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, timeout=1)


def _state(connection: sqlite3.Connection) -> State:
    try:
        [revision] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        [epoch] = connection.execute("SELECT value FROM mark WHERE name = 'epoch'").fetchone()
        [audited] = connection.execute("SELECT count(*) FROM audit_entry").fetchone()
        head = connection.execute("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1").fetchone()
    except (sqlite3.OperationalError, TypeError):
        raise NotOurs("This is no database of Vervain: its tables are others.") from None
    return State(revision, epoch, audited, head[0] if head else "")
