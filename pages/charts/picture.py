"""What a chart shows: marks that can change one by one, the option that ECharts draws them by, the same as a table and a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.sheet import Value, sheet

REMEMBERED = 64
"""Pictures of a kind: a change is drawn once for all pages in one language, and not once for each."""
Option = dict[str, Any]
"""As ECharts has it, without colours and sizes, which the browser knows. A series of it names what it draws (``draws``)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing in a chart: a row, a bar, a week."""

    key: str
    name: str
    """What stands at the axis; a second line after a line break."""
    drawn: dict[str, Any]
    """What the drawing needs: numbers, and texts as they are read."""
    says: str
    """All of it in a sentence."""
    cells: Sequence[str]
    """Its row of the table."""
    values: Sequence[Value]
    """Its row of the file."""

    def sent(self) -> dict[str, Any]:
        """Give what the browser is told."""
        return {"key": self.key, "name": self.name, "says": self.says, "cells": list(self.cells), **self.drawn}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which of many marks are shown."""

    first: int
    shown: int
    total: int
    weakest: bool
    said: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, its table and its file; with no mark it says instead what will be seen there."""

    name: str
    """Of the file, and of what the browser remembers."""
    title: str
    note: str
    sentence: str
    """What somebody is told who does not see it; ``leads``: and then what the first mark says."""
    empty: str
    marks: tuple[Mark, ...]
    option: Option
    columns: Sequence[str]
    """Heads of the table."""
    fields: Sequence[str]
    """Heads of the file."""
    legend: Sequence[tuple[str, str]] = ()
    """Each a kind of mark and what it means."""
    height: int = 0
    """In CSS pixels; 0 for a square."""
    stretch: Stretch | None = None
    leads: bool = False
    link: tuple[str, str] | None = field(default=None)
    """Where an empty one sends to, and what that is called."""

    @property
    def frame(self) -> tuple[object, ...]:
        """All but the marks and the words: where it is the same, a change is a change of marks."""
        return (
            self.name,
            self.title,
            self.empty,
            self.link,
            self.option,
            self.columns,
            self.height,
            self.stretch,
            self.leads,
        )

    @property
    def words(self) -> tuple[object, ...]:
        """What is said of the marks together."""
        return self.sentence, self.note, self.legend

    def sent(self) -> dict[str, Any]:
        """Give what the browser is told."""
        stretch = self.stretch
        return {
            "name": self.name,
            "title": self.title,
            "note": self.note,
            "sentence": self.sentence,
            "leads": self.leads,
            "empty": self.empty,
            "link": None if self.link is None else list(self.link),
            "marks": [mark.sent() for mark in self.marks],
            "option": self.option,
            "columns": list(self.columns),
            "legend": [list(one) for one in self.legend],
            "height": self.height,
            "stretch": None
            if stretch is None
            else {
                "said": stretch.said,
                "weakest": stretch.weakest,
                "back": stretch.first > 0,
                "on": stretch.first + stretch.shown < stretch.total,
                "choice": stretch.total > stretch.shown,
            },
        }

    def file(self) -> bytes:
        """Write exactly what is drawn."""
        return sheet(self.fields, [mark.values for mark in self.marks])


def rounded(value: float | None) -> float | None:
    """Give a number as a file has it."""
    return None if value is None else round(value, 4)
