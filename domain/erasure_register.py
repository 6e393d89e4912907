"""The register of erasures: who was erased, in a file beside the database, so that an older backup does not bring them back.

A line of JSON for each, on the disk before the erasure is committed: the numbers of patient and practice and the moments at
which both were taken in, which no other patient shares, and when it was. No words. Lines are only added; what a crash has cut
off is passed over, for then the erasure was not committed either.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlmodel import Session

from domain.archive import sync
from storage.private import FILE_MODE, make_folder, tighten
from storage.tables import Patient, Practice


class Erased(BaseModel):
    """One patient who was erased. A restore gives numbers out again; the same number with the same beginning is one patient."""

    model_config = ConfigDict(frozen=True)

    patient_id: int
    patient_created: AwareDatetime
    practice_id: int
    practice_created: AwareDatetime
    at: AwareDatetime

    @property
    def who(self) -> tuple[object, ...]:
        """Whom it names, whenever it was."""
        return self.practice_id, self.practice_created, self.patient_id, self.patient_created


class _Line(Erased):
    done: bool = True
    """False for an erasure that was not committed after all: it takes the line before back."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a register says."""

    erased: frozenset[Erased]
    unreadable: int
    """Lines that say nothing: cut off, or damaged."""


def erased_now(session: Session, patient: Patient, at: AwareDatetime) -> Erased:
    """Describe a patient for the register."""
    practice = session.get_one(Practice, patient.practice_id)
    return Erased(
        patient_id=patient.id or 0,
        patient_created=patient.created,
        practice_id=patient.practice_id,
        practice_created=practice.created,
        at=at,
    )


class ErasureRegister:
    """The register in one file, which is made with the first erasure."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._writing = threading.Lock()

    def read(self) -> Registered:
        """Read who was erased; nobody, where there is no file. Raises OSError."""
        erased: set[Erased] = set()
        unreadable = 0
        for text in self._lines():
            try:
                line = _Line.model_validate_json(text)
            except ValidationError:
                unreadable += 1
                continue
            one = Erased.model_validate(line.model_dump(exclude={"done"}))
            erased = erased | {one} if line.done else erased - {one}
        return Registered(frozenset(erased), unreadable)

    def note(self, erased: Iterable[Erased]) -> None:
        """Write down who is erased; on the disk when this returns. Raises OSError."""
        self._add([_Line(**one.model_dump()) for one in erased])

    def take_back(self, erased: Erased) -> None:
        """Write down that an erasure was not done after all. Raises OSError."""
        self._add([_Line(**erased.model_dump(), done=False)])

    def complete(self, erased: Iterable[Erased]) -> int:
        """Write down those who are not in it yet, such as who was erased before there was a register; counts them."""
        known = {one.who for one in self.read().erased}
        first = {one.who: one for one in sorted(erased, key=lambda one: one.at, reverse=True)}
        missing = [one for who, one in first.items() if who not in known]
        self.note(missing)
        return len(missing)

    def _lines(self) -> Iterator[bytes]:
        try:
            content = self.file.read_bytes()
        except FileNotFoundError:
            return
        yield from (line for line in content.split(b"\n") if line)

    def _add(self, lines: list[_Line]) -> None:
        if not lines:
            return
        text = b"".join(line.model_dump_json().encode() + b"\n" for line in lines)
        with self._writing:
            make_folder(self.file.parent)
            tighten(self.file)
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE)
            with os.fdopen(descriptor, "r+b", buffering=0) as file:
                end = file.seek(0, os.SEEK_END)
                if end and os.pread(descriptor, 1, end - 1) != b"\n":
                    text = b"\n" + text  # behind a line that was cut off
                if file.write(text) != len(text):
                    raise OSError(f"{self.file}: there is no room left")
                os.fsync(descriptor)
            sync(self.file.parent)
