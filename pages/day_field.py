"""A field for a day in the person's calendar: the browser's own for Gregorian dates, typed as year/month/day for Solar Hijri.

Browsers know only Gregorian dates. Whoever chose the other calendar types theirs, from any keyboard, and reads which day was
understood when they leave the field, in both calendars.
"""

import re
from datetime import date

from nicegui import ui
from persiantools.jdatetime import JalaliDate

from domain.text import latin_digits
from pages.language import GREGORIAN, Language

TYPED = re.compile(
    r"(\d{4})(?:\s*[-/.٫،]\s*|\s+)(\d{1,2})(?:\s*[-/.٫،]\s*|\s+)(\d{1,2})|(\d{4})(\d{2})(\d{2})", re.ASCII
)
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks of direction, which come along where a date is copied from a text."""
SOLAR_BEFORE = 1700
"""A year below is one of the Solar Hijri calendar, as nobody's date is from so long ago; another is Gregorian."""


NO_DATE = "no date"


class DayField(ui.input):
    """An input whose ``day`` is what was typed in it as ``YYYY-MM-DD``."""

    def __init__(self, label: str, *, language: Language, testid: str) -> None:
        super().__init__(label)
        self._ = language
        self.props(f"outlined data-testid={testid}")
        if language.solar:
            self.props("inputmode=numeric autocomplete=off maxlength=20 input-class=vv-typed-day")
            # When it is left, and not at each letter: an element that is sent again puts back what stood in it a moment ago.
            self.on("blur", self._look)
            self._say()
        else:
            self.props("type=date stack-label")

    @property
    def day(self) -> str:
        """What to record; empty where nothing is typed, and a text that nobody reads as a date where none is.

        A reader of dates would take 1405-12-30, a day that there is not, for one of the Gregorian year 1405, and 86400 for
        seconds.
        """
        typed = (self.value or "").strip()
        found = day_of(typed) if self._.solar else _iso(typed)
        return found.isoformat() if found else typed and NO_DATE

    def show(self, typed: date | str | None) -> None:
        """Show a day, or what was typed before, maybe in another calendar."""
        found = day_of(typed) if isinstance(typed, str) else typed
        self.value = self._written(found) if found else str(typed or "")
        if self._.solar:
            self._say()

    def _written(self, day: date) -> str:
        if not self._.solar:
            return day.isoformat()
        solar = JalaliDate(day)  # type: ignore[no-untyped-call]  # its constructor says no types
        return self._.digits(f"{solar.year:04}/{solar.month:02}/{solar.day:02}")

    def _say(self) -> None:
        """Say which day it is; how it is typed, where it is none yet."""
        _, found = self._, day_of(self.value or "")
        gregorian = Language(_.code, GREGORIAN, _.numerals)
        said = f"{_.date(found)} · {gregorian.date(found)}" if found else _("Year/month/day")
        if self._props.get("hint") != said:
            self._props["hint"] = said
            self.update()

    def _look(self) -> None:
        self._say()
        if self.value and day_of(self.value) is None:
            self.error = self._("This is not a date.")


def _iso(typed: str) -> date | None:
    """Read what a browser's own field gives."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def day_of(typed: str) -> date | None:
    """Read a day as year, month and day, in digits of any keyboard, in either calendar by its year; None for anything else."""
    found = TYPED.fullmatch(latin_digits(DIRECTIONS.sub("", typed).strip()))
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        if year >= SOLAR_BEFORE:
            return date(year, month, day)
        return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    except ValueError:
        return None
