"""The names of a practice's patients as a search compares them: folded once, and kept up to date from the log."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlmodel import Session

from domain.knowledge import fold
from storage import searching as rows

KEPT_SECONDS = 3_600.0
"""Then they are read anew: also what came into the database without the log, such as a restored backup, is found."""


@dataclass(frozen=True, slots=True)
class FoldedName:
    """One name: its words with a space before each, and without any, as somebody types it who leaves half spaces out."""

    words: str
    run_together: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What is searched for, in the form in which it is looked for in 10,000 names."""

    whole: str
    words: tuple[str, ...]
    run_together: str


@dataclass(slots=True)
class _Names:
    position: int
    read_at: float
    by_id: dict[int, FoldedName] = field(default_factory=dict)


class PatientNames:
    """Names by practice, in memory: 10,000 of them are about 3 MB and are looked through in 2 ms."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._practices: dict[int, _Names] = {}
        self._lock = threading.Lock()

    def fitting(self, session: Session, practice_id: int, text: str) -> list[int]:
        """List the patients whose name fits what was typed, the best first; one statement where no record has changed."""
        given = typed(text)
        with self._lock:
            names = self._up_to_date(session, practice_id)
            found = [
                (rank, name.words, patient_id)
                for patient_id, name in names.by_id.items()
                if (rank := fit(given, name)) is not None
            ]
        return [patient_id for _, _, patient_id in sorted(found)]

    def _up_to_date(self, session: Session, practice_id: int) -> _Names:
        now, position = self._clock(), rows.position(session, practice_id)
        names = self._practices.get(practice_id)
        if names is None or position < names.position or now - names.read_at >= KEPT_SECONDS:
            known = {patient_id: folded_name(name) for patient_id, name in rows.names(session, practice_id)}
            names = self._practices[practice_id] = _Names(position, now, known)
        elif position > names.position:
            changed = rows.changed_since(session, practice_id, names.position)
            if changed:
                for patient_id in changed:  # an erased one has no name any more
                    names.by_id.pop(patient_id, None)
                names.by_id.update((one, folded_name(name)) for one, name in rows.names_of(session, changed))
            names.position = position
        return names


def folded_name(name: str) -> FoldedName:
    """Fold a name: no case, accents, or variants of a Persian or Arabic letter."""
    folded = fold(name)
    return FoldedName(f" {folded}", folded.replace(" ", ""))


def typed(text: str) -> Typed:
    """Fold what somebody typed."""
    words = fold(text).split()
    return Typed(f" {' '.join(words)}", tuple(f" {word}" for word in words), "".join(words))


def fit(given: Typed, name: FoldedName) -> int | None:
    """Say how well it fits a name: 0 the name begins with it, 1 each word begins a word of it; None where it does not fit."""
    if not given.words:
        return None
    if name.words.startswith(given.whole) or name.run_together.startswith(given.run_together):
        return 0
    first, *others = given.words  # most names are left at the first word
    return 1 if first in name.words and all(word in name.words for word in others) else None
