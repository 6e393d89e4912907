"""What people read: texts from catalogues, numbers and times as they are written in their language."""

# A new text of a page is put into the catalogues by `.venv/bin/python -m tests.pages.test_language`; then translate what is
# empty in pages/locale/*.po. `pybabel extract` is not enough: under Python 3.11 it does not look into f-strings.

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from nicegui.translations import translations

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "fa": "فارسی"}
DIGITS = {"fa": str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")}
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")
"""Of the Solar Hijri calendar, which the phone page shows in Persian as well."""
EPOCH = 356_032
"""Days from the beginning of a cycle of the Solar Hijri calendar to the beginning of Python's."""


def N_(text: str) -> str:  # noqa: N802 - what gettext calls it
    """Mark a text that is translated later, where it is shown: a constant."""
    return text


@dataclass(frozen=True)
class Language:
    """One person's language: ``_()`` translates, the rest writes numbers and times."""

    code: str

    def __call__(self, text: str, **values: object) -> str:
        """Translate a text and fill in its values; a text that nobody has translated stays English."""
        found = _catalogue(self.code).get(text) or text
        return found.format(**values) if values else found

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Translate a text that has a form for one and a form for every other count, which becomes ``{count}``."""
        return self(one if count == 1 else many, count=self.number(count), **values)

    @property
    def pack(self) -> Literal["en-US", "fa-IR"]:
        """The name of Quasar's language pack, which sets the direction as well."""
        return "fa-IR" if self.code == "fa" else "en-US"

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with so many decimals."""
        return _number(self, value, digits)

    def percent(self, share: float) -> str:
        """Write a share of one as a percentage."""
        return _percent(self, share)

    def time(self, moment: datetime) -> str:
        """Write a moment of today as its time, another as date and time; local to the server."""
        local = moment.astimezone()
        if local.date() == datetime.now().astimezone().date():
            return self.digits(f"{local:%H:%M}")
        return _day_and_time(self, local.date(), f"{local:%H:%M}")

    def clock(self, moment: datetime) -> str:
        """Write the time of day to the second."""
        return self.digits(f"{moment.astimezone():%H:%M:%S}")

    def day(self, moment: datetime) -> str:
        """Write the date of a moment."""
        return self.date(moment.astimezone().date())

    def date(self, day: date) -> str:
        """Write a date."""
        return _day(self, day)

    def digits(self, text: str) -> str:
        """Write digits, decimal points and percent signs as the language does."""
        return DECIMAL_POINT.sub("٫", text).translate(DIGITS[self.code]) if self.code in DIGITS else text


# Babel takes 10 to 20 µs for a number, and a change is written anew for every page that is open: these remember.
REMEMBERED = 4_096


@lru_cache(REMEMBERED)
def _number(language: Language, value: float, digits: int) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return language.digits(format_decimal(value, format=pattern, locale=language.code, numbering_system="default"))


@lru_cache(REMEMBERED)
def _percent(language: Language, share: float) -> str:
    return language.digits(format_percent(share, locale=language.code))


@lru_cache(REMEMBERED)
def _day(language: Language, day: date) -> str:
    if language.code == "fa":
        year, month, of_month = solar_hijri(day)
        return language.digits(f"{of_month} {MONTHS[month - 1]} {year}")
    return format_date(day, "d MMM y", locale=language.code)


@lru_cache(REMEMBERED)
def _day_and_time(language: Language, day: date, clock: str) -> str:
    if language.code == "fa":
        _, month, of_month = solar_hijri(day)
        return language.digits(f"{of_month} {MONTHS[month - 1]}، {clock}")
    return f"{format_date(day, 'd MMM', locale=language.code)}, {clock}"


Translate = Callable[..., str]


def language_of(code: object) -> Language:
    """Give a language that we have; English for any other."""
    return Language(code if isinstance(code, str) and code in LANGUAGES else "en")


def chosen_language(chosen: object, accepted: str) -> Language:
    """Give the language that was chosen in this browser; at first the one it asks for (``Accept-Language``) that we have."""
    if isinstance(chosen, str) and chosen in LANGUAGES:
        return Language(chosen)
    wanted = []
    for place, part in enumerate(accepted[:MOST_ACCEPTED].split(",")):
        tag, _, weight = part.partition(";q=")
        code = tag.strip().lower().partition("-")[0]
        with suppress(ValueError):
            wanted.append((-float(weight or 1), place, code))
    return language_of(next((code for _, _, code in sorted(wanted) if code in LANGUAGES), None))


MOST_ACCEPTED = 500
"""Letters of a browser's wishes that are read: no browser sends as many."""


def solar_hijri(day: date) -> tuple[int, int, int]:
    """Give year, month and day in the calendar of Iran, for the years 1799 to 2256."""
    cycles, days = divmod(day.toordinal() + EPOCH, 12_053)  # 33 years, eight of them leap years
    fours, days = divmod(days, 1_461)
    ones, days = divmod(max(days - 1, 0), 365) if days > 365 else (0, days)
    year = -1595 + 33 * cycles + 4 * fours + ones
    return (
        (year, 1 + days // 31, 1 + days % 31) if days < 186 else (year, 7 + (days - 186) // 30, 1 + (days - 186) % 30)
    )


@cache
def _catalogue(code: str) -> dict[str, str]:
    path = CATALOGUES / f"{code}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}


CONNECTION = {
    "connection_lost": N_("Connection lost."),
    "trying_to_reconnect": N_("Trying to reconnect… What you have typed is kept."),
    "message_too_long": N_("Too much at once"),
    "message_too_long_body": N_("What was entered is too long to be sent."),
}
"""What is said about the connection, in the place of NiceGUI's words, which are of no use to whoever has just typed something."""
translations["en-US"] = dict(CONNECTION)
translations["fa-IR"] = {name: Language("fa")(text) for name, text in CONNECTION.items()}
