"""Where the tests' programs keep their rows: an SQLite file in their folder, or a PostgreSQL whose address lies there."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from settings import Settings
from tests.support.postgres import Postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE, ADDRESS, SECRET = "vervain.db", "address", "secret"
ON_BOTH = (
    "api/test_no_words_outside.py",
    "domain/test_audit.py",
    "domain/test_erasing.py",
    "domain/test_evidence.py",
    "domain/test_erasure_register.py",
    "domain/test_feedback.py",
    "domain/test_patient_views.py",
    "domain/test_searching.py",
    "domain/test_service.py",
    "domain/test_writer.py",
    "storage/test_events.py",
    "storage/test_many_processes.py",
    "storage/test_migrations_on_both.py",
    "storage/test_overview.py",
    "storage/test_prepared.py",
)
"""The tests that run over both in every run: what differs between them would be lost or wrong. The others, with --postgresql."""


def address_in(folder: Path) -> str:
    """Say where the database of a program is that keeps everything in a folder."""
    elsewhere = folder / ADDRESS
    return elsewhere.read_text() if elsewhere.exists() else f"sqlite:///{folder / FILE}"


def settings_in(folder: Path) -> Settings:
    """Keep everything of one program in a folder."""
    return Settings(
        database_url=address_in(folder),
        secret_file=folder / SECRET,
        demo=True,
        allowed_hosts="test",
    )


@dataclass(frozen=True)
class Databases:
    """Makes, copies and drops them."""

    postgres: Callable[[], Postgres]
    """Starts the server with its first use."""

    def make(self, folder: Path, kind: str) -> Settings:
        """Begin with an empty one."""
        if kind == POSTGRESQL:
            (folder / ADDRESS).write_text(self.postgres().made())
        return settings_in(folder)

    def copy(self, source: Path, folder: Path) -> Settings:
        """Begin with a copy of another program's, which has to be closed, and its secret."""
        if (source / ADDRESS).exists():
            like = make_url((source / ADDRESS).read_text()).database
            (folder / ADDRESS).write_text(self.postgres().made(like=str(like)))
        else:
            shutil.copy(source / FILE, folder)
        shutil.copy(source / SECRET, folder)
        return settings_in(folder)

    def ruin(self, folder: Path) -> None:
        """Let it be no database any more."""
        self.drop(folder)
        (folder / FILE).write_bytes(b"no database at all" * 1_000)

    def drop(self, folder: Path) -> None:
        """Take a copy away; SQLite's goes with its folder."""
        if (folder / ADDRESS).exists():
            self.postgres().drop(str(make_url((folder / ADDRESS).read_text()).database))
