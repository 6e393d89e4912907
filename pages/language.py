"""What people read: texts from catalogues, numbers and times as they are written in their language."""

# A new text of a page is put into the catalogues by `.venv/bin/python -m tests.pages.test_language`; then translate what is
# empty in pages/locale/*.po. `pybabel extract` is not enough: under Python 3.11 it does not look into f-strings.

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, get_args

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from nicegui.language import Language as Pack
from nicegui.translations import translations
from persiantools.jdatetime import MONTH_NAMES_EN, MONTH_NAMES_FA, JalaliDate

from domain.ledger import utc_now

CATALOGUES = Path(__file__).parent / "locale"
DIGITS = {"fa": str.maketrans("0123456789%", "۰۱۲۳۴۵۶۷۸۹٪")}
DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
HYPHEN = re.compile(r"(?<=\d) ?- ?(?=\d)")
COMMA = {"fa": "،"}
SOLAR, GREGORIAN = "solar", "gregorian"
"""The calendars: the Solar Hijri (Jalali) one of Iran and Afghanistan, and the Gregorian one."""
OWN, LATIN = "own", "latin"
"""The digits: those of the language, and 0 to 9."""
SOLAR_AT_FIRST = {"fa"}
PREFERRED_PACKS = ("en-US", "fa-IR")
"""Which pack of Quasar's is taken where there are several of a language."""


def found_in(folder: Path) -> dict[str, str]:
    """List the languages that have a catalogue, by code, each called as it calls itself; English needs none."""
    codes = ["en", *sorted(file.stem for file in folder.glob("*.po"))]
    return {code: Locale.parse(code).get_language_name(code) or code for code in codes}


LANGUAGES = found_in(CATALOGUES)


def N_(text: str) -> str:  # noqa: N802 - what gettext calls it
    """Mark a text that is translated later, where it is shown: a constant."""
    return text


@dataclass(frozen=True)
class Language:
    """One person's language: ``_()`` translates, the rest writes numbers and times.

    ``calendar`` and ``numerals`` are what the person has chosen; where they are empty, the language's own hold.
    """

    code: str
    calendar: str = ""
    numerals: str = ""

    def written(self, chosen: Mapping[str, object]) -> "Language":
        """Give the same language with the ``calendar`` and the ``numerals`` that were chosen; others are left out."""
        calendar, numerals = chosen.get("calendar"), chosen.get("numerals")
        return Language(
            self.code,
            calendar if isinstance(calendar, str) and calendar in (SOLAR, GREGORIAN) else "",
            numerals if isinstance(numerals, str) and numerals in (OWN, LATIN) else "",
        )

    @property
    def solar(self) -> bool:
        """Whether dates are written in the Solar Hijri calendar."""
        return self.calendar == SOLAR or (not self.calendar and self.code in SOLAR_AT_FIRST)

    @property
    def own_digits(self) -> bool:
        """Whether numbers are written in digits of the language's own."""
        return self.code in DIGITS and self.numerals != LATIN

    def __call__(self, text: str, **values: object) -> str:
        """Translate a text and fill in its values; a text that nobody has translated stays English."""
        found = _catalogue(self.code).get(text) or text
        return found.format(**values) if values else found

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Translate a text that has a form for one and a form for every other count, which becomes ``{count}``."""
        return self(one if count == 1 else many, count=self.number(count), **values)

    @property
    def pack(self) -> Pack:
        """The name of Quasar's language pack, which sets the direction as well; English where it has none."""
        return _pack(self.code)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(Locale.parse(self.code).text_direction)

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with so many decimals."""
        return _number(self, value, digits)

    def percent(self, share: float) -> str:
        """Write a share of one as a percentage."""
        return _percent(self, share)

    def time(self, moment: datetime) -> str:
        """Write a moment of today as its time, another as date and time; local to the server."""
        local = moment.astimezone()
        if local.date() == utc_now().astimezone().date():
            return self.digits(f"{local:%H:%M}")
        return _day_and_time(self, local.date(), f"{local:%H:%M}")

    def clock(self, moment: datetime) -> str:
        """Write the time of day to the second."""
        return self.digits(f"{moment.astimezone():%H:%M:%S}")

    def day(self, moment: datetime) -> str:
        """Write the date of a moment."""
        return self.date(moment.astimezone().date())

    def without_year(self, day: date) -> str:
        """Write a day and its month."""
        return self.digits(_of_month(self, day))

    def date(self, day: date) -> str:
        """Write a date."""
        return _day(self, day)

    def digits(self, text: str) -> str:
        """Write digits, decimal points and percent signs as the language does."""
        return DECIMAL_POINT.sub("٫", text).translate(DIGITS[self.code]) if self.own_digits else text

    def span(self, text: str) -> str:
        """Write a number, or two as ``1-3``: with a dash, since a hyphen would have them read from 3 to 1 in Persian."""
        return self.digits(HYPHEN.sub("–", text))


# Babel takes 10 to 20 µs for a number, and a change is written anew for every page that is open: these remember.
REMEMBERED = 4_096


@lru_cache(REMEMBERED)
def _number(language: Language, value: float, digits: int) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return language.digits(
        format_decimal(value, format=pattern, locale=language.code, numbering_system=_numbering(language))
    )


@lru_cache(REMEMBERED)
def _percent(language: Language, share: float) -> str:
    return language.digits(format_percent(share, locale=language.code, numbering_system=_numbering(language)))


@lru_cache(REMEMBERED)
def _day(language: Language, day: date) -> str:
    if language.solar:
        of_month, month, year = _solar(language, day)
        return language.digits(f"{of_month} {month} {year}")
    return language.digits(format_skeleton("yMMMd", day, locale=_dated(language)))


@lru_cache(REMEMBERED)
def _day_and_time(language: Language, day: date, clock: str) -> str:
    return language.digits(f"{_of_month(language, day)}{COMMA.get(language.code, ',')} {clock}")


@lru_cache(REMEMBERED)
def _of_month(language: Language, day: date) -> str:
    if language.solar:
        of_month, month, _ = _solar(language, day)
        return f"{of_month} {month}"
    return format_skeleton("MMMd", day, locale=_dated(language))


def _solar(language: Language, day: date) -> tuple[int, str, int]:
    """Give day, month by name and year; the months are called as in Iran, in Latin letters where another language is read."""
    found = JalaliDate(day)  # type: ignore[no-untyped-call]  # its constructor says no types
    names = MONTH_NAMES_FA if language.code == "fa" else MONTH_NAMES_EN
    return found.day, str(names[found.month]), found.year


def _dated(language: Language) -> str:
    return "en_GB" if language.code == "en" else language.code


def _numbering(language: Language) -> Literal["default", "latn"]:
    return "default" if language.own_digits else "latn"


@cache
def _pack(code: str) -> Pack:
    own: list[Pack] = [pack for pack in get_args(Pack) if pack.partition("-")[0] == code]
    return next((pack for pack in own if pack in PREFERRED_PACKS), own[0] if own else "en-US")


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
for _code in LANGUAGES:
    if _code != "en":
        translations[_pack(_code)] = {name: Language(_code)(text) for name, text in CONNECTION.items()}
