"""One schema on both databases, brought up to date by one process while others start, wait and work."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.util.exc import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import func, select

from domain.errors import Unavailable
from domain.hub import Hub
from domain.ledger import Change, Ledger, utc_now
from storage import marks, migrations
from storage.database import Database
from storage.tables import AuditEntry, EmergencyAccess, Event, Practice
from tests.support.databases import POSTGRESQL, Databases

ROOT = Path(__file__).parents[2]
START = "import sys; from storage import migrations; from storage.database import Database; "
START += "database = Database(sys.argv[1]); migrations.upgrade(database); database.close()"

ADDED = text("INSERT INTO practice (name, synthetic, created) VALUES (:name, false, :now) RETURNING id")
"""As a program adds a practice that knows no later column."""


@pytest.fixture
def empty(databases: Databases, kind: str, tmp_path: Path) -> Iterator[Database]:
    database = Database(databases.make(tmp_path, kind).database_url)
    yield database
    database.close()
    databases.drop(tmp_path)


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def note_in(ledger: Ledger, number: int) -> None:
    """Write an entry of the log, with a practice of its own."""

    def act(change: Change) -> None:
        practice_id = change.session.execute(ADDED, {"name": f"{number}", "now": change.now}).scalar_one()
        change.session.add(Event(id=f"{number}", practice_id=practice_id, type="note", created=change.now, data="{}"))

    ledger.write(act)


def pretend_newer(database: Database, *, oldest: str) -> None:
    """Let the schema be one that this program does not know."""
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        marks.put(session, migrations.OLDEST_PROGRAM, oldest)


def test_the_schema_is_the_one_that_the_code_has(empty: Database) -> None:
    migrations.upgrade(empty)
    migrations.upgrade(empty)
    migrations.check(empty)  # raises where the code's tables and the migrations' differ


def test_the_audit_is_append_only(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.write() as session:
        now = utc_now()
        practice = Practice(name="Here", created=now)
        session.add(practice)
        session.flush()
        about = AuditEntry(
            practice_id=practice.id or 0, action="read", thing="practice", thing_id=1, at=now, previous="", hash="x"
        )
        session.add(about)
    for statement in ("UPDATE audit_entry SET hash = 'y'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), empty.write() as session:
            session.execute(text(statement))


@pytest.mark.farm
def test_of_many_that_start_together_one_migrates(empty: Database) -> None:
    command = [sys.executable, "-c", START, address(empty)]
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    said = [one.communicate(timeout=100)[1] for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], said
    migrations.check(empty)


def test_an_older_program_works_on_while_a_newer_one_migrates(empty: Database) -> None:
    """This program stands for the older: what the newest migration adds, it does not touch here."""
    migrations.upgrade(empty, to=migrations.OLDEST)
    older = Database(address(empty))
    ledger = Ledger(older, Hub())
    for number in range(10):  # often enough for PostgreSQL to prepare what it is asked
        note_in(ledger, number)
    with ThreadPoolExecutor(1) as beside:
        migrating = beside.submit(migrations.upgrade, empty)
        written, refused = 10, 0
        while not migrating.done() or written < 20:
            try:
                note_in(ledger, written)
                written += 1
            except Unavailable:
                refused += 1
        migrating.result()
    migrations.check(empty)
    with older.read() as session:
        assert session.exec(select(func.count()).select_from(Event)).one() == written
    assert refused <= 1, "a column that has another type now costs a connection"
    older.close()


def test_a_program_starts_over_a_newer_schema_that_says_so(empty: Database) -> None:
    migrations.upgrade(empty)
    pretend_newer(empty, oldest="0020")
    migrations.upgrade(empty)
    with pytest.raises(CommandError):
        migrations.upgrade(empty, newer=False)
    pretend_newer(empty, oldest="9999")
    with pytest.raises(CommandError):
        migrations.upgrade(empty)


def test_moments_that_had_no_zone_stay_the_same(empty: Database, kind: str) -> None:
    migrations.upgrade(empty, to="0019")
    with empty.write() as session:
        rows = (
            "INSERT INTO practice (id, name, synthetic, created) VALUES (1, 'Here', {no}, '2026-01-01 00:00:00')",
            "INSERT INTO person (id, practice_id, role, name, demo, disabled, created)"
            " VALUES (1, 1, 'practitioner', 'Leila', {no}, {no}, '2026-01-01 00:00:00')",
            "INSERT INTO emergency_access (id, practice_id, person_id, reason, at)"
            " VALUES (1, 1, 1, '', '2026-07-01 12:00:00')",
        )
        for row in rows:
            session.execute(text(row.format(no="false" if kind == POSTGRESQL else 0)))
    migrations.upgrade(empty)
    with empty.read() as session:
        assert session.get_one(EmergencyAccess, 1).at.isoformat() == "2026-07-01T12:00:00+00:00"
