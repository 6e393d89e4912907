"""Read a text into clauses, and find a listed phrase in one however it bends or is turned round."""

import re
from functools import lru_cache
from itertools import permutations

from domain.knowledge import fold

# fmt: off
_CLAUSE_END = re.compile(
    r"[.;,!?\n،؛؟۔。，；！？]"
    r"|\b(?:but|however|although|though|yet)\b"
    r"|(?<!\w)(?:اما|ولی|لیکن)(?!\w)"
)
_DENIED_LIST = re.compile(
    r"\b(?:denies|denied|denying|negative for|(?:no|without)(?= [^.;!?:\n]*\bor\b))"
    r"(?:(?!\b(?:but|however|although|though|yet|has|have|reports|complains|now|admits|nothing)\b)[^.;!?:\n])*"
)
"""A list that is denied as a whole: its commas read "or"."""
_HISTORY_LIST = re.compile(
    r"\b(?:(?:family |past |medical )*history(?: of)?|hx of|pmh|background|known (?=heart|stroke))"
    r"(?:(?!\b(?:but|however|although|now|today|currently|presents?|complains|reports|denies|no)\b)[^.;!?\n])*"
)
"""A list of somebody's history: one clause, so that its last entry is history, too."""
_FILLERS = (
    r"(?:(?:a|an|the|in|on|of|my|his|her|their|this|is|are|was|were|very|so|really|feels?|felt|looks?|up|turned|turning|bad|severe|sharp|left|right"
    r"|ی|ام|م|ات|اش|شدید|خیلی)\s+){0,3}"
)
"""Words that people put between the words of a phrase: "pain in my chest", "urine is dark"."""
_LINKING = frozenset(("in", "the", "of", "on", "my", "to", "a"))
_JOINED = frozenset(("and", "with", "that", "after", "not", "no", "cannot", "without"))
"""Words that make the order of a phrase part of its sense."""
_BENT = {
    "swell": r"sw[eo]ll\w*",
    "swollen": r"sw[eo]ll\w*",
    "droop": r"droop\w*",
    "bleed": r"ble+d\w*",
    "abdom": r"abdom\w*",
}
"""Words that change inside: swelling, swollen."""
_ROOTS = {"swell": "sw", "swollen": "sw", "droop": "droop", "bleed": "ble", "abdom": "abdom"}
"""What all their forms have in common."""
# fmt: on


def clauses_of(text: str) -> list[str]:
    """Part a text into folded clauses; a list that is denied as a whole, or is history, stays in one."""
    return [clause for clause in _CLAUSE_END.split(plain(text)) if clause and clause.strip()]


@lru_cache(maxsize=2048)
def pattern_of(term: str) -> re.Pattern[str]:
    """Match a phrase as listed or with its two or three telling words in another order, with a little between them."""
    words = plain(term).split()
    telling = [word for word in words if word not in _LINKING]
    orders = [words]
    if 2 <= len(telling) <= 3 and not _JOINED.intersection(words):
        orders += [list(order) for order in permutations(telling)]
    ways = [(r"\s+" + _FILLERS).join(map(_stem, order)) for order in orders]
    start = r"(?<!\w)" if re.match(r"\w", term) and not re.search(r"[\u3040-\u9fff]", term) else ""
    return re.compile(f"{start}(?:{'|'.join(dict.fromkeys(ways))})")


@lru_cache(maxsize=2048)
def needed_for(term: str) -> tuple[str, ...]:
    """List letters without which no way of saying a phrase can be in a clause: looking for them is far cheaper than reading."""
    words = plain(term).split()
    return tuple(_root(word) for word in words if word not in _LINKING)


def _root(word: str) -> str:
    """Give the letters that stay however a word bends (``_stem``)."""
    if not word.isascii():
        return word
    known = next((stem for stem in _BENT if word.startswith(stem)), None)
    if known:
        return _ROOTS[known]
    return re.sub(r"(?:ing|ed)$", "", word) if len(word) > 6 else word


def _stem(word: str) -> str:
    """Let a word bend: "stools", "vomited" for "vomiting", "swollen" for "swelling"; other scripts hang endings on."""
    if not word.isascii():
        return rf"{re.escape(word)}\w{{0,3}}"
    known = next((bent for stem, bent in _BENT.items() if word.startswith(stem)), None)
    if known:
        return rf"{known}(?!\w)"
    base = re.sub(r"(?:ing|ed)$", "", word) if len(word) > 6 else word
    return rf"{re.escape(base)}(?:s|es|ed|ing)?(?!\w)"


def plain(text: str) -> str:
    """Fold a text and keep the marks that part its clauses."""
    # Clauses are cut at punctuation, which folding may take away: fold between the marks only.
    marked = text.replace("’", "'").replace("\u200c", " ")
    marked = re.sub(r"(?i)\bcan(?:'t|t| not)\b", "cannot", marked)
    parts = re.split(r"([.;,!?\n،؛؟۔。，；！？:])", marked)
    marked = "".join(part if index % 2 else _folded(part) for index, part in enumerate(parts))
    marked = _DENIED_LIST.sub(lambda found: re.sub(r",(?!\s*$)", " or ", found[0]), marked)
    return _HISTORY_LIST.sub(lambda found: re.sub(r",(?!\s*$)", " and ", found[0]), marked)


def _folded(part: str) -> str:
    # Folding trims; a space at either end keeps words apart from their neighbours.
    inside = fold(part)
    return f"{' ' if part[:1].isspace() else ''}{inside}{' ' if part[-1:].isspace() and inside else ''}"
