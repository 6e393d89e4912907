"""Files that a practice brings in, whole or not at all, and takes out again: knowledge of its own, and its past cases."""

import hashlib
import stat
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import delete
from sqlmodel import Session, col

from domain.errors import Conflict, Invalid, NotFound, TooMuch, VervainError
from domain.events import file_brought_in
from domain.ledger import Change, utc_now
from domain.page_messages import FileBroughtIn
from domain.patient import key
from domain.permission import Actor
from domain.services import Services
from domain.text import LINE
from storage import practice_rows
from storage.tables import FileImport, PracticeRow

Kind = Literal["knowledge", "cases"]
Part = Callable[[Change, int], None]
"""Adds some of the rows of the file with this number."""
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. Half a million cases are about 20 MB."""
LARGEST_KNOWLEDGE = 4 * 1024 * 1024
"""Bytes; all that comes with the program is 0.8 MB, and checking takes a second for each."""
AT_ONCE = 250
"""Rows in one transaction: some 10 ms in which nobody else can write."""
REST_SECONDS = 0.05
"""Between two of them. Whoever waits for SQLite's lock looks some ten times a second, and would never find it free."""
LEFT_OVER = timedelta(hours=1)
"""A file that has not become whole, or gone, for so long was cut off."""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """A file that was brought in, by whom (empty: at a terminal) and when."""

    id: int
    kind: str
    name: str
    rows: int
    at: datetime
    person_id: int | None


def text_of(path: Path, *, most: int | None = None) -> str:
    """Read a text file of at most ``most`` bytes. Raises NotFound, Invalid, TooMuch."""
    most = LARGEST_FILE if most is None else most
    try:
        if path.is_dir():
            raise Invalid(f"{path} is a folder: name a file.")
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device may never end
            raise Invalid(f"{path} is no file that can be read whole.")
        with path.open("rb") as file:
            content = file.read(most + 1)  # it may grow meanwhile
        if len(content) > most:
            raise TooMuch(f"{path.name} is larger than {most // 1024 // 1024} MB: bring it in in parts.")
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.") from None
    except UnicodeDecodeError:
        raise Invalid(f"{path.name} is not text in UTF-8.") from None


def refuse_twice(services: Services, actor: Actor, kind: Kind, text: str) -> None:
    """Raise Conflict where a file with this content was brought in already; before it is checked against itself."""
    with services.database.read() as session:
        _refuse_twice(session, actor, kind, _digest(text))


def keep(
    services: Services, actor: Actor, kind: Kind, name: str, text: str, rows: int, add: Callable[[Change, int], None]
) -> BroughtIn:
    """Keep a file that was checked: ``add`` adds its rows, in the transaction that keeps the file. Raises Conflict."""
    digest = _digest(text)

    def act(change: Change) -> BroughtIn:
        row = _begun(change, actor, kind, name, digest, rows)
        add(change, key(row))
        return _made_whole(change, actor, row, digest)

    return services.ledger.write(act)


def keep_in_parts(
    services: Services, actor: Actor, kind: Kind, name: str, text: str, rows: int, parts: Iterable[Part]
) -> BroughtIn:
    """Keep a large file, a transaction for each part, so that others can write in between. Raises Conflict.

    Nobody sees any of it before it is whole. What is left of one that was cut off is taken away by ``clear_away``.
    """
    clear_away(services)
    digest = _digest(text)

    def begin(change: Change) -> int:
        _refuse_twice(change.session, actor, kind, digest)
        # Under a digest of its own: whoever tries again after a crash is not told that the file is there.
        return key(_begun(change, actor, kind, name, f"{digest} {uuid.uuid4().hex}", rows, whole=False))

    number = services.ledger.write(begin)

    def end(change: Change) -> BroughtIn:
        row = change.session.get(FileImport, number)
        if row is None:
            raise Conflict("What was brought in of this file was cleared away meanwhile: bring it in again.")
        return _made_whole(change, actor, row, digest)

    try:
        for part in parts:
            services.ledger.write(_to(part, number))
            time.sleep(REST_SECONDS)
        return services.ledger.write(end)
    except BaseException:
        _clear(services, number)
        raise


def _to(part: Part, number: int) -> Callable[[Change], None]:
    return lambda change: part(change, number)


def clear_away(services: Services, *, older_than: timedelta = LEFT_OVER) -> None:
    """Take away what is left of files that were cut off on their way in or out."""
    with services.database.read() as session:
        left = practice_rows.left_over(session, utc_now() - older_than)
    for number in left:
        _clear(services, number)


def _clear(services: Services, number: int) -> None:
    """Take a file away that is not whole, a part at a time."""

    def some(change: Change) -> int:
        row = change.session.get(FileImport, number)
        if row is None or row.whole:  # whoever made it whole may have been told that it failed: the answer was lost
            return 0
        return practice_rows.take_cases(change.session, number, AT_ONCE)

    def rest(change: Change) -> None:
        row = change.session.get(FileImport, number)
        if row is not None and not row.whole:
            change.session.delete(row)

    while services.ledger.write(some):
        time.sleep(REST_SECONDS)
    services.ledger.write(rest)


def _begun(
    change: Change, actor: Actor, kind: Kind, name: str, digest: str, rows: int, *, whole: bool = True
) -> FileImport:
    row = FileImport(
        practice_id=actor.practice_id,
        kind=kind,
        name=_shown(name),
        digest=digest,
        rows=rows,
        person_id=actor.person_id or None,
        whole=whole,
        at=change.now,
    )
    if whole:
        _refuse_twice(change.session, actor, kind, digest)
    change.session.add(row)
    change.session.flush()
    return row


def _made_whole(change: Change, actor: Actor, row: FileImport, digest: str) -> BroughtIn:
    if not row.whole:
        _refuse_twice(change.session, actor, row.kind, digest)
        row.whole, row.digest = True, digest
        change.session.add(row)
    _tell(change, row, "added")
    change.audit(actor, f"import {row.kind}", "file_import", key(row), row.name)
    return _described(row)


def take_out(services: Services, actor: Actor, kind: Kind, number: int) -> BroughtIn:
    """Take a file out again with all its rows. Raises NotFound."""

    def act(change: Change) -> BroughtIn:
        row = change.session.get(FileImport, number)
        if row is None or (row.practice_id, row.kind, row.whole) != (actor.practice_id, kind, True):
            raise NotFound(f"There is no file with the number {number}.")
        described = _described(row)
        change.session.execute(delete(PracticeRow).where(col(PracticeRow.import_id) == number))
        _tell(change, row, "removed")
        change.audit(actor, f"remove {kind}", "file_import", number, row.name)
        row.whole, row.digest, row.at = False, f"{row.digest} {uuid.uuid4().hex}", change.now
        change.session.add(row)  # from here on nobody reads it; what may be many rows goes a part at a time
        return described

    described = services.ledger.write(act)
    _clear(services, number)
    return described


def listing(services: Services, practice_id: int, kind: Kind | None = None) -> list[BroughtIn]:
    """List the files that a practice has brought in, oldest first."""
    with services.database.read() as session:
        return [_described(row) for row in practice_rows.imports(session, practice_id, kind)]


class Refused(VervainError):
    """A file of which nothing was kept: ``problems`` has a sentence for each place that is wrong."""

    code = "file_refused"
    status = 422

    def __init__(self, name: str, problems: list[str]) -> None:
        many = f"it has {len(problems)} problems" if len(problems) > 1 else "it has a problem"
        super().__init__(f"Nothing of {name} was kept: {many}", problems=problems)
        self.problems = problems


def _shown(name: str) -> str:
    """Give a file's name as it can be kept and shown: what is no letter in any writing is left out."""
    plain = name.encode("utf-8", "replace").decode()
    return "".join(one for one in plain if unicodedata.category(one)[0] != "C")[:LINE] or "?"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_twice(session: Session, actor: Actor, kind: str, digest: str) -> None:
    there = practice_rows.imported(session, actor.practice_id, kind, digest)
    if there is not None:
        raise Conflict(f"This file was brought in already, as {there.name} (number {there.id}).")


def _tell(change: Change, row: FileImport, what: Literal["added", "removed"]) -> None:
    update = FileBroughtIn(import_id=key(row), name=row.name, rows=row.rows, change=what)
    change.record(file_brought_in(row.kind, update), practice_id=row.practice_id)


def _described(row: FileImport) -> BroughtIn:
    return BroughtIn(key(row), row.kind, row.name, row.rows, row.at, row.person_id)
