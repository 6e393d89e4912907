"""What is printed of an error: where it happened and of what kind it is, and not what it says.

The words of an error are often the value that it is about: what a patient has typed, in a log that more people read than may read
the record. They are printed only for kinds whose words come from the program or the system.
"""

import sqlite3
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO

HARMLESS = (
    AttributeError,
    TypeError,
    NameError,
    ImportError,
    NotImplementedError,
    MemoryError,
    RecursionError,
    sqlite3.Error,
)
"""These name parts of the program, and SQLite's name tables and columns; PostgreSQL's name the values of a row."""
DEEPEST = 10
"""How many errors of a chain are printed."""
Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def without_words(error: BaseException) -> str:
    """Describe an error, its causes and its parts: a traceback without local variables and without what they say."""
    return "\n".join(_lines(error, DEEPEST))


def for_terminal(out: TextIO, raised: Any) -> None:
    """Print an error where people read along."""
    out.write("\n" + without_words(raised[1]))


def as_text(exc_info: Raised) -> str:
    """Describe an error for a line of JSON."""
    return without_words(exc_info[1])


def _lines(error: BaseException, left: int) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and left > 0:
        yield from _lines(cause, left - 1)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield _named(error)
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) and left > 0 else ():
        yield "and in it:"
        yield from _lines(part, left - 1)


def _named(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    of_the_driver = getattr(error, "orig", None)
    if isinstance(error, HARMLESS):
        return f"{kind}: {error}"
    if isinstance(error, OSError):
        return f"{kind}: {error.strerror}"
    if isinstance(of_the_driver, HARMLESS):
        return f"{kind}: {of_the_driver}"
    return kind
