"""English sentences that the program has kept, found again by their form and said in the reader's language."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


Reading = dict[str, str]
"""What is said for each name of a form."""


def only_reading(
    sentence: str, forms: Sequence[str], ways: Callable[[str, str], Sequence[str]], naming: frozenset[str], _: Language
) -> str | None:
    """Say a sentence by its one form and the one way to take it apart; None where none fits, or more than one.

    ``ways`` gives all that can stand for a name, from the name and what stood there: nothing where that is not known. Of several
    forms the first holds, as the closer one, where the others say the same under the ``naming`` names.
    """
    found: list[tuple[str, Reading]] = []
    for text in forms:
        read: list[Reading] = []
        for one in _taken_apart(_parts(text), sentence, ways):
            if one not in read:
                read.append(one)
            if len(read) > 1:
                return None
        found += [(text, one) for one in read]
    if not found or any(_named(one, naming) != _named(found[0][1], naming) for _text, one in found):
        return None
    text, values = found[0]
    return _(text, **values)


def _taken_apart(parts: Sequence[str], left: str, ways: Callable[[str, str], Sequence[str]]) -> Iterator[Reading]:
    """Yield what the names of a form can stand for; ``parts`` are fixed text and names in turn, fixed text at both ends."""
    if not left.startswith(parts[0]):
        return
    left = left[len(parts[0]) :]
    if len(parts) == 1:
        if not left:
            yield {}
        return
    name, rest = parts[1], parts[2:]
    for at in _ends(left, rest[0], last=len(rest) == 1):
        for said in ways(name, left[:at]):
            for others in _taken_apart(rest, left[at:], ways):
                yield {name: said, **others}


def _ends(left: str, following: str, *, last: bool) -> Iterator[int]:
    """Yield where a name can end, which is one letter long at least."""
    at = len(left) - len(following) if last else left.find(following, 1)
    while at > 0:
        yield at
        at = -1 if last else left.find(following, at + 1)


def _named(read: Mapping[str, str], naming: frozenset[str]) -> list[str]:
    return sorted(said for name, said in read.items() if name in naming)


def unturned(text: str) -> str:
    """Write Latin letters and digits so that they are not turned round in a text from right to left."""
    return f"\u2066{text}\u2069"


def foreign(text: str) -> str:
    """Write a text that the catalogue does not have: as English where its letters are Latin, as typed where it has others."""
    return unturned(text) if LATIN.search(text) and not RIGHT_TO_LEFT.search(text) else typed(text)


def quoted(text: str, _: Language) -> str:
    """Write a text that there is in English only, for a reader of any language."""
    return text if _.code == "en" or not text else foreign(text)


def typed(text: str) -> str:
    """Write what somebody typed so that its direction is its own and not its surroundings'."""
    return f"\u2068{text}\u2069"


def side_by_side(names: Iterable[str], between: str, _: Language) -> str:
    """Join names that are written from either side, so that they stand in the order in which the page is read."""
    if _.direction == "ltr":
        return between.join(names)
    return between.join(name if RIGHT_TO_LEFT.search(name) else typed(name) for name in names)


ENGLISH = re.compile("\u2066[^\u2069]*[A-Za-z][^\u2069]*\u2069")
"""What ``unturned`` leaves in a text; ``static/english.js`` marks it as English on a page."""
HALF_SPACE = "\u200c"
"""It joins the parts of a Persian word."""
LATIN, RIGHT_TO_LEFT = re.compile("[A-Za-z]"), re.compile("[\u0590-\u08ff]")
MARKS = re.compile("[\u2066\u2068\u2069]")


def shortened(text: str, most: int) -> str:
    """Write a text in one line of at most ``most`` letters and a mark; a word is cut only where it is longer than all of it."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept, within = line[:most], line[most].isalnum() or line[most] == HALF_SPACE
    kept = (kept.rpartition(" ")[0] or kept) if within else kept
    return f"{kept.rstrip(' ,;:.،؛')}…"


def drawn(text: str) -> str:
    """Take the marks off that tell a browser how to turn a text: for where it is drawn."""
    return MARKS.sub("", text)


NAME = re.compile(r"\{(\w+)\}")


@cache
def form(text: str) -> re.Pattern[str]:
    """Give the pattern of a catalogue text; what stands for a name may hold the end of a line."""
    escaped = re.escape(text).replace(r"\{", "{").replace(r"\}", "}")
    return re.compile(NAME.sub(r"(?P<\1>.+?)", escaped), re.DOTALL)


@cache
def _parts(text: str) -> Sequence[str]:
    return tuple(NAME.split(text))
