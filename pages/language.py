"""What people read: texts from catalogues, numbers and times as they are written in their language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from babel.dates import format_date, format_datetime, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "fa": "فارسی"}
DIGITS = {"fa": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")}


@dataclass(frozen=True)
class Language:
    """One person's language: ``_()`` translates, the rest writes numbers and times."""

    code: str

    def __call__(self, text: str, **values: object) -> str:
        """Translate a text and fill in its values; a text that nobody has translated stays English."""
        found = _catalogue(self.code).get(text) or text
        return found.format(**values) if values else found

    @property
    def pack(self) -> Literal["en-US", "fa-IR"]:
        """The name of Quasar's language pack, which sets the direction as well."""
        return "fa-IR" if self.code == "fa" else "en-US"

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with so many decimals."""
        return self.digits(
            format_decimal(value, format="#,##0" + ("." + "0" * digits if digits else ""), locale=self.code)
        )

    def percent(self, share: float) -> str:
        """Write a share of one as a percentage."""
        return self.digits(format_percent(share, locale=self.code))

    def time(self, moment: datetime) -> str:
        """Write a moment of today as its time, another as date and time; local to the server."""
        local = moment.astimezone()
        if local.date() == datetime.now().astimezone().date():
            return self.digits(format_time(local, "HH:mm", locale=self.code))
        return self.digits(format_datetime(local, "d MMM, HH:mm", locale=self.code))

    def clock(self, moment: datetime) -> str:
        """Write the time of day to the second."""
        return self.digits(format_time(moment.astimezone(), "HH:mm:ss", locale=self.code))

    def day(self, moment: datetime) -> str:
        """Write a date."""
        return self.digits(format_date(moment.astimezone(), "d MMM y", locale=self.code))

    def digits(self, text: str) -> str:
        """Write digits as the language does."""
        return text.translate(DIGITS[self.code]) if self.code in DIGITS else text


Translate = Callable[..., str]


def language_of(code: object) -> Language:
    """Give a language that we have; English for any other."""
    return Language(code if isinstance(code, str) and code in LANGUAGES else "en")


@cache
def _catalogue(code: str) -> dict[str, str]:
    path = CATALOGUES / f"{code}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {str(message.id): str(message.string) for message in catalogue if message.id and message.string}
