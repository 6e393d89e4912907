"""A backup as one file: a tar of the database, the predictors' files and a manifest that says what they have to be.

No compression and nothing of our own: ``tar -xf`` and ``sqlite3`` open it without this program. The secret is not in it.
"""

import hashlib
import io
import os
import re
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from domain.errors import Conflict, Invalid
from storage.private import FILE_MODE

FORMAT = 1
DATABASE, MANIFEST = "vervain.db", "manifest.json"
PREDICTOR = re.compile(r"predictors/practice-\d+/[\w-][\w.-]*\.(skops|json)")
"""Nothing else is taken out of an archive, so that none can write where it likes."""
LARGEST_MANIFEST = 1024 * 1024
CHUNK = 1024 * 1024
TAKEN = "{} is there already: choose another name, or say --force to replace it."


class Content(BaseModel):
    """One file of a backup."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What is in a backup, and of when."""

    model_config = ConfigDict(frozen=True)

    format: int
    made: AwareDatetime
    revision: str
    """The schema."""
    epoch: str
    """The log's, which a restore changes."""
    audited: int
    """Entries of the audit."""
    audit_head: str
    """The hash of the newest of them: whoever writes it down can prove later that none was taken out."""
    files: dict[str, Content]


def measured(file: Path) -> Content:
    """Measure a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Content(size=file.stat().st_size, sha256=digest)


def pack(archive: Path, manifest: Manifest, files: dict[str, Path]) -> None:
    """Write an archive that is on the disk when this returns, for its owner alone. Raises OSError."""
    archive.touch(mode=FILE_MODE, exist_ok=False)
    with archive.open("wb") as opened:
        with tarfile.open(fileobj=opened, mode="w", format=tarfile.PAX_FORMAT) as tar:
            text = manifest.model_dump_json(indent=1).encode()
            tar.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
            for name, file in files.items():
                with file.open("rb") as content:
                    tar.addfile(_entry(name, manifest.files[name].size), content)
        opened.flush()
        os.fsync(opened.fileno())


def unpack(archive: Path, folder: Path) -> Manifest:
    """Take a backup apart into a folder; every file is what the manifest says. Raises Invalid, and OSError."""
    try:
        with tarfile.open(archive, "r:") as tar:
            manifest = _manifest(tar)
            for name, content in manifest.files.items():
                _take(tar, name, content, folder / name)
            return manifest
    except (tarfile.TarError, KeyError, EOFError):
        raise Invalid(f"{archive} is no backup of Vervain, or not a whole one.") from None


@contextmanager
def named_when_whole(file: Path, *, replace: bool) -> Iterator[Path]:
    """Give a name beside ``file`` to write to; what was written gets its own name at the end, or is gone.

    Raises Conflict where there is a file of that name already and it is not to be replaced.
    """
    if file.exists() and not replace:
        raise Conflict(TAKEN.format(file))
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        yield beside
        if not replace:
            _claim(file)
        beside.replace(file)
        sync(file.parent)
    finally:
        beside.unlink(missing_ok=True)


def _claim(file: Path) -> None:
    """Make sure that nobody has taken the name meanwhile; what replaces it is moved there in the next moment."""
    try:
        file.touch(mode=FILE_MODE, exist_ok=False)
    except FileExistsError:
        raise Conflict(TAKEN.format(file)) from None


def sync(folder: Path) -> None:
    """Have the names in a folder on the disk; Windows has no way to ask for it."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, FILE_MODE, int(time.time())
    return entry


def _manifest(tar: tarfile.TarFile) -> Manifest:
    content = _file(tar, MANIFEST)
    try:
        manifest = Manifest.model_validate_json(content.read(LARGEST_MANIFEST))
    except ValidationError:
        raise Invalid("The manifest of this backup cannot be read.") from None
    if manifest.format != FORMAT:
        raise Invalid("This backup was made by a newer version of Vervain: restore it with that one.")
    strange = [name for name in manifest.files if name != DATABASE and not PREDICTOR.fullmatch(name)]
    if strange or DATABASE not in manifest.files:
        raise Invalid("This backup has files that none of Vervain has, or lacks its database.")
    return manifest


def _take(tar: tarfile.TarFile, name: str, expected: Content, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=FILE_MODE)
    digest, source = hashlib.sha256(), _file(tar, name)
    with file.open("wb") as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != expected.sha256:
        raise Invalid(f"{name} in this backup is not what was written into it.")


def _file(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(tar.getmember(name)) if tar.getmember(name).isreg() else None
    if found is None:
        raise KeyError(name)
    return found
