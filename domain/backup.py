"""Backing up: the database as it stands, beside a running server, and what belongs to it, in one file."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from domain import archive
from domain.archive import DATABASE, FORMAT, Manifest
from domain.chain import Seal
from domain.errors import Invalid, NotFound, Unavailable
from storage import backup as copies

BACKED_UP = "backed_up"
"""The mark that says when the last backup was made."""
Progress = Callable[[str, float], None]
"""Is told what is done at present and how much of it all, 0–1."""


@dataclass(frozen=True)
class Place:
    """Where a program keeps what it keeps."""

    database_url: str = field(repr=False)
    predictors: Path
    erasures: Path
    """The register of who was erased; not part of a backup, which is older than it."""
    seal: Callable[[], Seal | None] = lambda: None
    """Makes the seal of the audit from the program's secret, which a restore writes with."""

    def database(self) -> Path:
        """Name the database's file. Raises Invalid where it is none."""
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite" or not url.database:
            raise Invalid("This is for SQLite: back up a PostgreSQL with pg_dump, and restore it with pg_restore.")
        return Path(url.database).expanduser()


def back_up(place: Place, file: Path, *, replace: bool, progress: Progress) -> Manifest:
    """Write a backup, checked and on the disk, under its name only when it is whole.

    Raises NotFound without a database, Conflict where the name is taken, Unavailable where the database is damaged, OSError.
    """
    database = place.database()
    if not database.is_file():
        raise NotFound(f"There is no database {database} yet.")
    with archive.named_when_whole(file, replace=replace) as beside, workshop(file.parent) as folder:
        copied = folder / DATABASE
        try:
            copies.copy(database, copied, lambda done: progress("Copying", done * 0.6))
            progress("Checking", 0.6)
            state = copies.check(copied)
        except (copies.NotOurs, sqlite3.DatabaseError) as error:
            raise Unavailable(f"No backup was made. {str(error).rstrip('.')}.") from None
        progress("Writing", 0.8)
        files = {DATABASE: copied} | _kept(place.predictors, folder)
        manifest = Manifest(
            format=FORMAT,
            made=datetime.now(UTC),
            revision=state.revision,
            epoch=state.epoch,
            audited=state.audited,
            audit_head=state.audit_head,
            files={name: archive.measured(one) for name, one in files.items()},
        )
        archive.pack(beside, manifest, files)
        progress("Written", 1.0)
    with suppress(sqlite3.Error):  # the backup is whole all the same; the Operations page knows of an older one
        copies.note(database, BACKED_UP, manifest.made.isoformat())
    return manifest


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """Give a folder for its owner alone, on the same disk; gone at the end, and recognisable where a process died."""
    with tempfile.TemporaryDirectory(prefix=".vervain-", dir=beside) as folder:
        yield Path(folder)


def _kept(predictors: Path, folder: Path) -> dict[str, Path]:
    """Copy the predictors' files, which a running server may replace meanwhile; one that has just gone is left out."""
    found: dict[str, Path] = {}
    for one in sorted(predictors.glob("practice-*/*")):
        name = f"predictors/{one.parent.name}/{one.name}"
        if archive.PREDICTOR.fullmatch(name):
            copied = folder / name
            copied.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                shutil.copyfile(one, copied)
            except FileNotFoundError:
                continue
            found[name] = copied
    return found
