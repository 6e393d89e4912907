"""Text that people type: bounded, without control characters, in one Unicode form."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

LINE = 200
COMMENT = 2_000
REASON = 500


def clean(text: str) -> str:
    """Bring text to NFC; raises ValueError for control characters, which no keyboard sends and terminals obey."""
    for character in text:
        if unicodedata.category(character) == "Cc" and character not in "\n\t":
            raise ValueError(f"the text contains a control character (U+{ord(character):04X})")
        if unicodedata.category(character) == "Cs":
            raise ValueError("the text contains half of a character pair")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("this cannot be empty")
    return text


Line = Annotated[str, StringConstraints(max_length=LINE), AfterValidator(_one_line)]
"""A name or a short label: one line of at most 200 characters."""
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=LINE), AfterValidator(_one_line), AfterValidator(_not_empty)
]
"""A line that may not be empty, nor blank."""
Comment = Annotated[str, StringConstraints(max_length=COMMENT, strip_whitespace=True), AfterValidator(clean)]
"""Free text of at most 2,000 characters."""
Reason = Annotated[
    str, StringConstraints(min_length=3, max_length=REASON, strip_whitespace=True), AfterValidator(clean)
]
"""Why something is done against advice: typed, at least three characters."""
