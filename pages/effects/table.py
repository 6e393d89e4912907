"""What every way to look at what works has to say of itself, and where it stands on the page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from domain.events import LoggedEvent
from domain.sheet import Value
from pages.effects.drawing import Drawing
from pages.elements.live_table import Line, Row
from pages.language import N_

SHOWN = 40
"""Rows of one view; the search finds the others."""
AT_ONCE = 20
"""Rows that are read one by one for an update; where more changed, all are read anew."""
WAYS = {
    "": N_("Herb × condition"),
    "herb": N_("By herb"),
    "condition": N_("By condition"),
    "patient": N_("By patient"),
    "practitioner": N_("By practitioner"),
    "effects": N_("Side effects"),
}
"""By what ``?by=`` says."""


@dataclass(frozen=True)
class Rows:
    """Some rows, and of how many they are the first."""

    rows: list[Row]
    total: int


@dataclass(frozen=True)
class Sheet:
    """The same table in plain values, all of it."""

    columns: Sequence[str]
    rows: list[list[Value]]


@dataclass(frozen=True)
class Table:
    """One way to look; what is searched is part of a name, empty for all."""

    columns: list[dict[str, object]]
    title: str
    empty: str
    search: str
    """What the search field asks for; empty where there is nothing to search."""
    read: Callable[[str], Awaitable[Rows]]
    """The first rows."""
    changed: Callable[[list[LoggedEvent], str], Awaitable[list[Row] | None]]
    """The rows that an event touches, and that fit the search; None where all are to be read anew."""
    details: Callable[[str], Awaitable[list[Line]]]
    """What the row with this key tells when it is opened."""
    sheet: Callable[[str], Awaitable[Sheet]]
    drawing: Drawing | None = None
    """What is drawn above the table."""
    subtitle: str = ""
    """Of whom the numbers are; empty for all patients of the practice."""
    help: Sequence[str] = field(default_factory=tuple)
    """What this view has to explain beside what all have; to be translated."""
