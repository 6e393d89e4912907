"""What the database says is told apart: held by others, not to be read at present, or an error like any other."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from storage.busy import is_away, is_busy


def held(file: Path) -> None:
    """Write while somebody else does."""
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as other:
        one.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN IMMEDIATE")


def gone(file: Path) -> None:
    """Read where no folder is."""
    sqlite3.connect(file.parent / "nowhere" / file.name)


def no_database(file: Path) -> None:
    """Read what is something else."""
    file.write_bytes(b"no database at all" * 1_000)
    with closing(sqlite3.connect(file)) as one:
        one.execute("SELECT * FROM sqlite_master")


def misspelt(file: Path) -> None:
    """Read a table that is not there."""
    with closing(sqlite3.connect(file)) as one:
        one.execute("SELECT * FROM nothing")


@pytest.mark.parametrize(
    ("act", "busy", "away"),
    [(held, True, True), (gone, False, True), (no_database, False, True), (misspelt, False, False)],
)
def test_what_a_file_says(act: Callable[[Path], None], busy: bool, away: bool, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.DatabaseError) as said:
        act(tmp_path / "some.db")
    for error in (said.value, DatabaseError("SELECT 1", None, said.value)):
        assert (is_busy(error), is_away(error)) == (busy, away)


def test_a_connection_that_is_lost_may_be_tried_again() -> None:
    lost = DatabaseError("SELECT 1", None, Exception("the connection is closed"), connection_invalidated=True)
    assert is_busy(lost)
    assert is_away(lost)
