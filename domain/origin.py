"""Where what is done comes from: the request, the connection and the person that every line of the log names.

It travels with the task that answers, into the threads that it asks, and with a change to the thread that writes. A person is
named in the log by a keyed hash (``Sealing.in_the_log``): the same one is seen to be the same, and nobody is named.
"""

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.tracing import Span

ID_BYTES = 8
"""Of an id of ours: it has to be told apart from the others of a few days, and opens nothing."""


@dataclass(slots=True)
class Origin:
    """What is known of it so far."""

    request: str = ""
    connection: str = ""
    """Of a live socket, or of a page and its socket."""
    person_id: int | None = None
    names: Callable[[int], str] | None = None
    """Names a person in the log."""
    trace: str = ""
    """The id of its trace; empty where it is not traced."""
    span: "Span | None" = None
    """What is done now begins from it, as long as the request is under way; None where it is not traced."""

    def named(self) -> dict[str, str]:
        """Write it for a line of the log; what is not known is left out."""
        said = {"request": self.request, "connection": self.connection, "trace": self.trace}
        if self.person_id is not None and self.names is not None:
            said["person"] = self.names(self.person_id)
        return {word: value for word, value in said.items() if value}


_HERE: ContextVar[Origin | None] = ContextVar("origin", default=None)


def here() -> Origin | None:
    """Say where what is being done just now comes from; None where nobody outside has asked for it."""
    return _HERE.get()


class coming_from:  # noqa: N801 - used as ``with coming_from(…)``; a generator would cost each request 2 µs more
    """Do what is inside on behalf of ``origin``."""

    __slots__ = ("_origin", "_token")

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def __enter__(self) -> Origin:
        self._token = _HERE.set(self._origin)
        return self._origin

    def __exit__(self, *_: object) -> None:
        _HERE.reset(self._token)


def known_as(person_id: int) -> None:
    """Note who it is that asks, now that it is known."""
    origin = _HERE.get()
    if origin is not None:
        origin.person_id = person_id


def page_of(person_id: int) -> None:
    """Note whose page it is: the request that builds it has a connection as well, and so has what follows for it."""
    origin = _HERE.get()
    if origin is not None and origin.person_id is None:
        origin.person_id = person_id
        origin.connection = origin.connection or new_id()


def new_id() -> str:
    """Make an id for a request or a connection."""
    return secrets.token_hex(ID_BYTES)
