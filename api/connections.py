"""The live sockets of this process: how many there are, and whether one more is taken in."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from domain.errors import TooOften

End = Callable[[int, str], None]
Leave = Callable[[], None]

PER_PERSON = 20
"""A person has a few devices with a few pages each; more is a client that has run wild."""
PER_PROCESS = 10_000
"""About 80 MiB of sockets at 8 KiB each."""
PER_SECOND = 1_000
"""New sockets a second, about half of what one process can take in: a herd that comes back is spread instead of served badly."""


@dataclass
class Accepting:
    """A bucket that fills with so many tokens a second, up to one second's worth."""

    per_second: int = PER_SECOND
    at: float = 0.0
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.per_second

    def take(self, now: float) -> bool:
        """Take one, where there is one."""
        self.left = min(self.per_second, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Connections:
    """Counts the live sockets, by diagnosis and by person; everything runs on the event loop."""

    def __init__(self, per_second: int = PER_SECOND) -> None:
        self.by_diagnosis: Counter[int] = Counter()
        self.by_kind: Counter[str] = Counter()
        """By what the one behind it is: ``patient``, ``practitioner``, ``service``."""
        self._by_person: Counter[int] = Counter()
        self._ends: dict[object, End] = {}
        self._arriving = 0
        self._accepting = Accepting(per_second, at=time.monotonic())

    def live(self) -> list[End]:
        """List what ends each of the sockets."""
        return list(self._ends.values())

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self._ends)

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """Count somebody who has not said yet who it is. Raises TooOften (1013) when it is full or many come at once."""
        if self.total + self._arriving >= PER_PROCESS or not self._accepting.take(time.monotonic()):
            raise TooOften("There are too many connections at the moment: try again later.", code="full", retry_after=5)
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    def enter(self, person_id: int, diagnosis_id: int, end: End, *, kind: str = "") -> Leave:
        """Count a socket of somebody until the function that is returned is called; ``end`` closes it with a code and a reason.

        Raises TooOften (1013) when this person has too many.
        """
        if self._by_person[person_id] >= PER_PERSON:
            raise TooOften("You have too many connections open: close one.", code="too_many_connections", retry_after=5)
        self._by_person[person_id] += 1
        self.by_diagnosis[diagnosis_id] += 1
        self.by_kind[kind] += 1
        key_of_this = object()
        self._ends[key_of_this] = end

        def leave() -> None:
            del self._ends[key_of_this]
            _leave(self._by_person, person_id)
            _leave(self.by_diagnosis, diagnosis_id)
            _leave(self.by_kind, kind)

        return leave


def _leave(counter: Counter[Any], key: Any) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]


def allow_descriptors() -> None:
    """Take as many descriptors as the system gives: each socket needs one, and 1,024 are a usual beginning."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
