"""English sentences that the program has kept, found again by their form and said in the reader's language."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from pages.language import Language


def said_as(sentence: str, forms: Sequence[str], value: Callable[[str, str], str], _: Language) -> str:
    """Say a sentence by the first of the forms (catalogue texts with ``{names}``) that it has; one that has none stays as it is.

    ``value`` gives what stands for a name, from the name and what stood there.
    """
    for text in forms:
        found = form(text).fullmatch(sentence)
        if found is not None:
            return _(text, **{name: value(name, stood) for name, stood in found.groupdict().items()})
    return sentence


def unturned(text: str) -> str:
    """Write Latin letters and digits so that they are not turned round in a text from right to left."""
    return f"\u2066{text}\u2069"


def typed(text: str) -> str:
    """Write what somebody typed so that its direction is its own and not its surroundings'."""
    return f"\u2068{text}\u2069"


ENGLISH = re.compile("\u2066[^\u2069]*[A-Za-z][^\u2069]*\u2069")
"""What ``unturned`` leaves in a text; ``static/english.js`` marks it as English on a page."""
MARKS = re.compile("[\u2066\u2068\u2069]")


def drawn(text: str) -> str:
    """Take the marks off that tell a browser how to turn a text: for where it is drawn."""
    return MARKS.sub("", text)


@cache
def form(text: str) -> re.Pattern[str]:
    """Give the pattern of a catalogue text."""
    escaped = re.escape(text).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>.+?)", escaped))
