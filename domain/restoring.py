"""Restoring: a backup takes the place of the database, and nobody who was shut out or erased since comes back with it.

Everything is made ready beside the database; then one write transaction puts it in place. Whoever kills the program before
that moment finds the database as it was, and after it as it was to be.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy.engine import URL

from domain import archive
from domain.archive import DATABASE, Manifest
from domain.backup import Place, Progress, workshop
from domain.chain import Seal
from domain.coming_back import Ended, let_nobody_back
from domain.erasure_register import Erased, ErasureRegister
from domain.errors import Conflict, Invalid, Unavailable
from domain.hub import Hub
from domain.ledger import Change, Ledger
from storage import backup as copies
from storage import migrations
from storage.database import Database
from storage.private import make_folder


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has done."""

    manifest: Manifest
    kept: Path | None
    """Where the database is that was there before; None where there was none."""
    ended: Ended
    unreadable: int = 0
    """Lines of the register of erasures that say nothing."""
    nobody_knows: bool = False
    """Whether there was neither a register nor a database that could say who was erased since."""


def restore(place: Place, file: Path, *, progress: Progress) -> Restored:
    """Put a backup in the place of the database, which is kept beside it.

    Raises Invalid where the file is no backup of ours or one of a newer program, Conflict while another program has the
    database open, Unavailable where SQLite cannot do it, OSError. The database is as it was then.
    """
    database = place.database()
    make_folder(database.parent)
    with workshop(database.parent) as folder, _alone(database) as present, _or_nothing():
        progress("Reading", 0.0)
        manifest = archive.unpack(file, folder)
        progress("Checking", 0.2)
        ready = folder / DATABASE
        _check(ready, manifest)
        progress("Making ready", 0.4)
        register = ErasureRegister(place.erasures)
        registered, there = register.read(), _erased_in(present) if present else []
        gone = [*registered.erased, *there]
        shut, unlinked = (copies.shut_out(present), copies.unlinked(present)) if present else ([], [])
        done = _make_ready(ready, manifest, shut=shut, unlinked=unlinked, gone=gone, seal=place.seal())
        with closing(sqlite3.connect(ready)) as made:
            register.complete([*there, *_erased_in(made)])
        progress("Keeping what was there", 0.6)
        kept = _keep(database, present)
        _place_predictors(folder / "predictors", place.predictors)
        progress("Putting in place", 0.8)
        if present:
            copies.put_in_place(ready, present)
        else:
            ready.replace(database)
        archive.sync(database.parent)
        progress("Done", 1.0)
    nobody_knows = present is None and not registered.erased
    return replace(done, kept=kept, unreadable=registered.unreadable, nobody_knows=nobody_knows)


@contextmanager
def _alone(database: Path) -> Iterator[sqlite3.Connection | None]:
    """Have the database for oneself; None where there is none, or what is there is no database any more."""
    with ExitStack() as held:
        try:
            present = held.enter_context(copies.alone(database)) if database.exists() else None
        except copies.InUse as error:
            raise Conflict(str(error)) from None
        except sqlite3.DatabaseError:
            present = None
        yield present


@contextmanager
def _or_nothing() -> Iterator[None]:
    """Say in one sentence what SQLite could not do, such as for a full disk."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(f"Nothing was restored: {error}.") from None


def _check(ready: Path, manifest: Manifest) -> None:
    try:
        state = copies.check(ready)
    except copies.NotOurs as error:
        raise Invalid(str(error)) from None
    if (state.revision, state.epoch, state.audited, state.audit_head) != (
        manifest.revision,
        manifest.epoch,
        manifest.audited,
        manifest.audit_head,
    ):
        raise Invalid("The database in this backup is not the one that its manifest describes.")


def _make_ready(
    ready: Path,
    manifest: Manifest,
    *,
    shut: copies.Shut,
    unlinked: copies.Unlinked,
    gone: Sequence[Erased],
    seal: Seal | None,
) -> Restored:
    """Bring a database to this program's schema, and let nobody in by what the backup remembers of sign-ins."""
    database = Database(URL.create("sqlite", database=str(ready)).render_as_string())
    said = f"{manifest.made:%F %T}Z"

    def act(change: Change) -> Restored:
        ended = let_nobody_back(change, shut=shut, unlinked=unlinked, gone=gone, said=said)
        return Restored(manifest=manifest, kept=None, ended=ended)

    try:
        migrations.upgrade(database, newer=False)
        return Ledger(database, Hub(), seal=seal).write(act)
    except CommandError:
        raise Invalid("This backup was made by a newer version of Vervain: restore it with that one.") from None
    finally:
        database.close()


def _erased_in(database: sqlite3.Connection) -> list[Erased]:
    """List who was erased in a database, as the register has it."""

    def moment(stored: str) -> datetime:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)

    return [
        Erased(
            patient_id=patient_id,
            patient_created=moment(patient_created),
            practice_id=practice_id,
            practice_created=moment(practice_created),
            at=moment(at),
        )
        for patient_id, patient_created, practice_id, practice_created, at in copies.erased(database)
    ]


def _keep(database: Path, present: sqlite3.Connection | None) -> Path | None:
    """Keep what is there under another name beside it."""
    if not database.exists():
        return None
    aside = database.with_name(f"{database.name}-before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    if present:
        copies.copy_of(present, aside)
    else:
        copies.set_aside(database, aside)
    archive.sync(database.parent)
    return aside


def _place_predictors(from_here: Path, to_there: Path) -> None:
    """Put the predictors' files beside those that are there: a version's file is named by the version, and is never another."""
    for one in from_here.glob("practice-*/*"):
        target = to_there / one.parent.name / one.name
        make_folder(target.parent)
        one.replace(target)
