"""Text that people type: bounded, without control characters, in one Unicode form."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

LINE = 200
_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
COMMENT = 2_000
REPLY = 1_000
REASON = 500
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters without 0, 1, I and O, which people mistake for one another: eight of them are 40 bits."""


def clean(text: str) -> str:
    """Bring text to NFC; the line ends of a text pasted from Windows become those of all others.

    Raises ValueError for control characters, which no keyboard sends and terminals obey.
    """
    text = text.replace("\r\n", "\n")
    for character in text:
        if unicodedata.category(character) == "Cc" and character not in "\n\t":
            raise ValueError(f"the text contains a control character (U+{ord(character):04X})")
        if unicodedata.category(character) == "Cs":
            raise ValueError("the text contains half of a character pair")
    return unicodedata.normalize("NFC", text)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("this cannot be empty")
    return text


def latin_digits(text: str) -> str:
    """Write Persian and Arabic digits as Latin ones; everything else stays."""
    return text.translate(_LATIN)


def number(typed: str) -> float | None:
    """Read a number as it is typed in English, Persian or Arabic; None for anything else, and for what is read in two ways.

    ``2.5``, ``۲٫۵``, ``2,5`` and ``۲،۵`` are one number; ``۱٬۲۰۰`` is 1200. ``1,200`` is 1200 to some and 1.2 to others: none.
    """
    plain = latin_digits("".join(letter for letter in typed if not _stands_apart(letter)))
    if re.fullmatch(r"\d{1,3}(٬\d{3})+([.٫]\d+)?", plain):
        plain = plain.replace("٬", "")
    found = re.fullmatch(r"(\d+)(?:[.٫](\d+)|[,،](?!\d{3}$)(\d+))?", plain, re.ASCII)
    return float(f"{found[1]}.{found[2] or found[3] or 0}") if found else None


def _stands_apart(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) == "Cf"


Line = Annotated[str, StringConstraints(max_length=LINE), AfterValidator(_one_line)]
"""A name or a short label: one line of at most 200 characters."""
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=LINE), AfterValidator(_one_line), AfterValidator(_not_empty)
]
"""A line that may not be empty, nor blank."""
Words = Annotated[str, StringConstraints(max_length=LINE), AfterValidator(clean)]
"""At most 200 characters, on one line or several."""
Comment = Annotated[str, StringConstraints(max_length=COMMENT, strip_whitespace=True), AfterValidator(clean)]
"""Free text of at most 2,000 characters."""
ReplyText = Annotated[str, AfterValidator(clean), AfterValidator(str.strip), Field(min_length=1, max_length=REPLY)]
"""Free text of 1 to 1,000 characters, counted once it is cleaned."""
Reason = Annotated[
    str, StringConstraints(min_length=3, max_length=REASON, strip_whitespace=True), AfterValidator(clean)
]
"""Why something is done against advice: typed, at least three characters."""
