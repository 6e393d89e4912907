"""Find words in what people write that mean: refer, do not treat.

A false alarm costs a phone call, a missed one may cost a life. So a phrase counts unless it is plainly denied ("no chest pain",
"درد سینه ندارم"), plainly long past ("history of stroke", "stroke 5 years ago") or plainly somebody else's ("my father died of a
heart attack"); a clause that also speaks of now counts whatever else it says.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

from domain.knowledge import fold
from storage.knowledge import Knowledge

COUNTS_WHENEVER = frozenset({"mental-crisis"})
"""Red flags that count also as history: an attempt in the past is the best-known risk for another."""

# fmt: off
_CLAUSE_END = re.compile(
    r"[.;,!?\n،؛؟۔。，；！？]"
    r"|\b(?:but|however|although|though|yet)\b"
    r"|(?<!\w)(?:اما|ولی|لیکن)(?!\w)"
)
_NOT = (
    r"(?:no|not|without|denies|denied|deny|denying|never|nor|neither|negative for|absence of"
    r"|dont|doesnt|didnt|hasnt|havent|isnt|بدون)"
)
_NOT_NOT = re.compile(rf"(?<!\w){_NOT}\s+(?:\w+\s+)?{_NOT}(?!\w)")
_BETWEEN = frozenset((
    "a", "an", "the", "any", "of", "or", "nor", "have", "has", "had", "having", "been", "is", "are", "there", "more", "new",
    "current", "known", "recent", "other", "sign", "signs", "symptom", "symptoms", "complaint", "complaints", "feel",
    "feeling", "got", "getting", "experienced", "experiencing", "evidence",
    "thoughts", "ideas",
    "cough", "nausea", "vomiting", "dizziness", "dizzy", "headache", "rash", "palpitations", "cold", "sweats", "chills",
    "یا", "و", "هیچ", "هم", "دیگر", "اصلا", "را", "گونه", "علامت", "علایم", "احساس",
))
"""Words that may stand between a denial and what it denies; any other ends its reach ("no sleep because of chest pain")."""
_JOINING = frozenset((
    "and", "with", "that", "after", "in", "my", "to", "too", "without", "no", "not", "cannot", "does", "less", "little",
    "با", "پس", "از",
))
"""Words inside listed phrases that begin something new when they stand alone ("no fever and chest pain")."""
_DENIED_AFTER = re.compile(r"\s*[:=–-]?\s*(?:is\s+|was\s+)?(?:no|none|nil|denied|absent|negative|خیر|نه|منفی)\s*$")
_PERSIAN_NOT = frozenset((
    "ندارم", "ندارد", "نداره", "نداریم", "ندارند", "نداشتم", "نداشت", "نداشته", "نیست", "نبود", "نبوده",
))
_NO_DENIAL_AFTER = re.compile(r"\s*(?:before|until|except|like (?:this|that)|so|as|this|that)\b")
"""What turns a denial into its opposite: "never had chest pain before today", "no chest pain except at night"."""
_CANNOT_BEAR = re.compile(r"(?<!\w)(?:طاقت|تحمل|تاب)")
_PAST_BEFORE = re.compile(
    r"(?:\b(?:(?:family|past|previous|prior|medical|known) )*history of|\bhx of|\bh[/ ]o|\bprevious|\bprior|\bpast"
    r"|(?<!\w)سابقه(?: ی| خانوادگی)?)"
    r"(?:\s+(?:a|an|the|any|my|of))*\s*$"
)
_LONG = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|many|several|a few)"
_PAST_AFTER = re.compile(
    rf"^(?:\s+\w+){{0,2}}\s+(?:(?:about |over |some )?{_LONG} (?:years?|decades?) ago|years ago|in (?:19|20)\d\d"
    r"|as a child|in childhood|(?:\d+ |چند )?سال (?:پیش|قبل))"
)
_SOMEBODY = re.compile(
    r"(?:\b(?:father|mother|dad|mum|mom|grandfather|grandmother|grandpa|grandma|uncle|aunt)s?"
    r"\s+(?:had|has had|died of|died from|died after|suffered|with)|(?<!\w)(?:پدر|مادر|عمو|عمه|خاله|دایی)\w*)"
    r"(?:\s+(?:a|an|the|his|her))*\s*$"
)
_NOW = re.compile(
    r"\b(?:now|today|tonight|currently|again|since|yesterday|worse|worsening|sudden|suddenly|still|ongoing"
    r"|c[ao]mes? back|coming back|return(?:s|ed|ing)|recurring"
    r"|this (?:morning|afternoon|evening|week)|\d+ (?:minutes?|hours?|days?|weeks?))\b"
    r"|(?<!\w)(?:الان|امروز|امشب|دیشب|دیروز|دوباره|هنوز|از صبح|اکنون|ناگهان)"
)
_SHORT_HISTORY = re.compile(
    r"\b(?:\d+|one|two|three|few|short|recent|acute|brief)[ -]*(?:\w+[ -])?history of\s*$"
)
_DENIED_LIST = re.compile(
    r"\b(?:denies|denied|denying|negative for|(?:no|without)(?= [^.;!?:\n]*\bor\b))"
    r"(?:(?!\b(?:but|however|although|though|yet|has|have|reports|complains|now|admits|nothing)\b)[^.;!?:\n])*"
)
"""A list that is denied as a whole: its commas read "or"."""
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


@dataclass(frozen=True, slots=True)
class RedFlagHit:
    """A red flag (``id``), what to do (``advice``) and the listed words that the text is read as (``words``)."""

    id: str
    advice: str
    words: str


def red_flags(text: str, knowledge: Knowledge) -> tuple[RedFlagHit, ...]:
    """Find the red flags of a text in any of the knowledge base's languages, each at most once, ordered by id.

    Over-triggers rather than misses; handles denial, history and other people in English and Persian only.
    """
    clauses = [clause for clause in _CLAUSE_END.split(_plain(text)) if clause and clause.strip()]
    if not clauses:
        return ()
    words = _words(tuple(term for flag in knowledge.red_flags.values() for term in _terms(flag.terms.values())))
    hits = []
    for flag in sorted(knowledge.red_flags.values(), key=lambda one: one.id):
        term = next((term for term in _terms(flag.terms.values()) if _raised(flag.id, term, clauses, words)), None)
        if term is not None:
            hits.append(RedFlagHit(flag.id, flag.advice, term))
    return tuple(hits)


def _raised(flag: str, term: str, clauses: Iterable[str], words: frozenset[str]) -> bool:
    needed, pattern = _needed(term), _pattern(term)
    return any(
        not _set_aside(clause[: found.start()], clause[found.end() :], words, flag)
        for clause in clauses
        if all(part in clause for part in needed)
        for found in pattern.finditer(clause)
    )


def _set_aside(before: str, after: str, words: frozenset[str], flag: str) -> bool:
    """Say whether what stands around a phrase plainly denies it, or gives it to the past or to somebody else."""
    if (
        (_denied_before(before, words) and not _NO_DENIAL_AFTER.match(after))
        or _DENIED_AFTER.match(after)
        or _denied_in_persian(before, after, words)
    ):
        return True
    if flag in COUNTS_WHENEVER or _NOW.search(before) or _NOW.search(after) or _SHORT_HISTORY.search(before):
        return False
    return bool(_PAST_BEFORE.search(before) or _PAST_AFTER.match(after) or _SOMEBODY.search(before))


def _denied_before(before: str, words: frozenset[str]) -> bool:
    found = list(re.finditer(rf"(?<!\w){_NOT}(?!\w)", before))
    if not found or _NOT_NOT.search(before):
        return False
    between = re.findall(r"\w+", before[found[-1].end() :])
    return all(word in _BETWEEN or word in words for word in between)


def _denied_in_persian(before: str, after: str, words: frozenset[str]) -> bool:
    if _CANNOT_BEAR.search(before):
        return False
    for word in re.findall(r"\w+", after):
        if word in _PERSIAN_NOT:
            return True
        if word not in _BETWEEN and word not in words:
            return False
    return False


def _plain(text: str) -> str:
    # Clauses are cut at punctuation, which folding may take away: fold between the marks only.
    marked = text.replace("’", "'").replace("\u200c", " ")
    marked = re.sub(r"(?i)\bcan(?:'t|t| not)\b", "cannot", marked)
    parts = re.split(r"([.;,!?\n،؛؟۔。，；！？:])", marked)
    plain = "".join(part if index % 2 else _folded(part) for index, part in enumerate(parts))
    return _DENIED_LIST.sub(lambda found: re.sub(r",(?!\s*$)", " or ", found[0]), plain)


def _folded(part: str) -> str:
    # Folding trims; a space at either end keeps words apart from their neighbours.
    inside = fold(part)
    return f"{' ' if part[:1].isspace() else ''}{inside}{' ' if part[-1:].isspace() and inside else ''}"


def _terms(languages: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for terms in languages:
        yield from terms


@lru_cache(maxsize=2048)
def _pattern(term: str) -> re.Pattern[str]:
    """Match a phrase as listed or with its two or three telling words in another order, with a little between them."""
    words = _plain(term).split()
    telling = [word for word in words if word not in _LINKING]
    orders = [words]
    if 2 <= len(telling) <= 3 and not _JOINED.intersection(words):
        orders += [list(order) for order in permutations(telling)]
    ways = [(r"\s+" + _FILLERS).join(map(_stem, order)) for order in orders]
    start = r"(?<!\w)" if re.match(r"\w", term) and not re.search(r"[\u3040-\u9fff]", term) else ""
    return re.compile(f"{start}(?:{'|'.join(dict.fromkeys(ways))})")


@lru_cache(maxsize=2048)
def _needed(term: str) -> tuple[str, ...]:
    """List letters without which no way of saying a phrase can be in a clause: looking for them is far cheaper than reading."""
    words = _plain(term).split()
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


@lru_cache(maxsize=4)
def _words(terms: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for term in terms for word in re.findall(r"\w+", _plain(term))) - _JOINING
