"""Find herbs, formulas, medicines, findings and conditions by any of their names, and never guess which one is meant."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from rapidfuzz import fuzz, process

from storage.knowledge import Advice, Condition, Drug, Finding, Formula, Herb, Knowledge, SideEffectTerm

Kind = Literal["herb", "formula", "drug", "finding", "condition"]
Named = Herb | Formula | Drug | Finding | Condition | Advice | SideEffectTerm

KINDS: tuple[Kind, ...] = get_args(Kind)

# Below this likeness (0–100) a hit is noise: measured with misspelt pinyin and Latin names.
LIKENESS = 70.0
REMEMBERED = 2_000
"""Searches whose result is kept, per index."""

LETTERS_KNOWN = 5_000
"""Letters of which it is remembered what becomes of them; the names have 800 of them, and people type anything."""
_APOSTROPHES = "'’‘ʼ`´"
_SAME_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ھ": "ه"})


@dataclass(frozen=True)
class Hit:
    """One row that a search found, by the name that was most like the words."""

    kind: Kind
    id: str
    name: str
    score: float
    """0–100; 100 is the same name after folding."""


@dataclass(frozen=True)
class Identified:
    """Exactly one row has this name."""

    kind: Kind
    id: str
    name: str


@dataclass(frozen=True)
class Ambiguous:
    """Several rows have this name: whoever asked has to say which one."""

    name: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Unidentified:
    """No row has this name; the suggestions are near names to offer, never to accept."""

    name: str
    suggestions: tuple[Hit, ...]


class NameIndex:
    """All names of the knowledge base, folded once; build one at start and share it."""

    def __init__(self, knowledge: Knowledge) -> None:
        names = [name for name in _names(knowledge) if name.folded]
        self._names: dict[Kind | None, list[_Name]] = {None: names, **{kind: [] for kind in KINDS}}
        self._exact: dict[tuple[Kind, str], dict[str, str]] = {}
        for name in names:
            self._names[name.kind].append(name)
            if name.identifies:
                self._exact.setdefault((name.kind, _key(name.folded)), {}).setdefault(name.id, name.text)
        # A medicine that nobody recognises is looked for again with each item of each plan, and a search takes 10 ms.
        self._searched = lru_cache(maxsize=REMEMBERED)(self._search)
        self._folded = {kind: [name.folded for name in names] for kind, names in self._names.items()}

    def search(self, text: str, kind: Kind | None = None, limit: int = 10) -> list[Hit]:
        """List the rows whose names are most like a text, best first, each row once."""
        words = fold(text)
        return list(self._searched(words, kind)[:limit]) if words else []

    def _search(self, words: str, kind: Kind | None) -> tuple[Hit, ...]:
        best: dict[tuple[Kind, str], Hit] = {}
        names = self._names[kind]
        for folded, likeness, at in process.extract(
            words, self._folded[kind], scorer=fuzz.WRatio, score_cutoff=LIKENESS, limit=None
        ):
            name = names[at]
            hit = Hit(name.kind, name.id, name.text, _score(words, folded, likeness))
            known = best.get((hit.kind, hit.id))
            if known is None or hit.score > known.score:
                best[hit.kind, hit.id] = hit
        # A short prefix is less "like" a long name than chance is, but it is what somebody typing means.
        for name in names:
            if words in name.folded and (name.kind, name.id) not in best and f" {words}" in f" {name.folded}":
                best[name.kind, name.id] = Hit(name.kind, name.id, name.text, _score(words, name.folded, LIKENESS))
        return tuple(sorted(best.values(), key=lambda hit: (-hit.score, len(hit.name), hit.name, hit.id)))

    def identify(self, name: str, kind: Kind) -> Identified | Ambiguous | Unidentified:
        """Say which row of a kind a name means; only the same name after folding counts, and one name of two rows is none."""
        found = self._exact.get((kind, _key(fold(name))), {})
        if not found:
            return Unidentified(name, tuple(self.search(name, kind, limit=5)))
        if len(found) > 1:
            return Ambiguous(name, tuple(sorted(found)))
        [(id_, known_as)] = found.items()
        return Identified(kind, id_, known_as)


def fold(text: str) -> str:
    """Reduce a text to what identifies it: no case, accents, tone marks, punctuation or variants of a letter or digit.

    Folding twice is folding once. Zero-width non-joiners and hyphens part words, as a space does.
    """
    plain = _without_marks(text.translate(_SAME_LETTER)).casefold()
    plain = _without_marks(plain).translate(_SAME_LETTER)
    return " ".join(plain.translate(_LETTERS).split())


def names_of(row: Named, language: str) -> str:
    """Pick the name to show in a language (``fa`` or ``en``), falling back to English, then to any, then to the id."""
    if isinstance(row, Drug):
        persian = [name for name in row.names if _is_persian(name)]
        return persian[0] if language == "fa" and persian else row.names[0]
    for wanted in (language, "en", *row.names):
        names = row.names.get(wanted)
        if names:
            return names if isinstance(names, str) else names[0]
    return row.id


@dataclass(frozen=True)
class _Name:
    kind: Kind
    id: str
    text: str
    folded: str
    identifies: bool = True
    """False for a word that only leads a search to it, such as insomnia to light sleep."""


def _names(knowledge: Knowledge) -> Iterator[_Name]:
    for herb in knowledge.herbs.values():
        latin = (part.strip() for part in herb.latin.split(";"))
        yield from _all("herb", herb.id, (herb.id, *latin, *(name for names in herb.names.values() for name in names)))
    for formula in knowledge.formulas.values():
        yield from _all("formula", formula.id, (formula.id, *(n for names in formula.names.values() for n in names)))
    for drug in knowledge.drugs.values():
        yield from _all("drug", drug.id, (drug.id, *drug.names))
    for finding in knowledge.findings.values():
        yield from _all("finding", finding.id, (finding.id, *finding.names.values()))
        for text in (name for names in finding.synonyms.values() for name in names):
            yield _Name("finding", finding.id, text, fold(text), identifies=False)
    for condition in knowledge.conditions.values():
        # Not by its ICD-11 code: two patterns may be filed under one.
        yield from _all("condition", condition.id, (condition.id, *condition.names.values()))


def _all(kind: Kind, id_: str, names: Iterable[str]) -> Iterator[_Name]:
    # The id is a name to recognise, the last one to show.
    for text in [*list(names)[1:], id_]:
        yield _Name(kind, id_, text, fold(text))


def _key(folded: str) -> str:
    # Huangqi, huang qi and huang-qi are one name, and so is Persian with or without its half spaces.
    return folded.replace(" ", "")


def _score(words: str, folded: str, likeness: float) -> float:
    if _key(words) == _key(folded):
        return 100.0
    if folded.startswith(words):
        return 98.0
    if f" {words}" in f" {folded}":
        return 95.0
    return min(likeness, 94.0)


def _without_marks(text: str) -> str:
    if text.isascii():  # most names: folding them all takes two thirds of the time
        return text
    return unicodedata.normalize("NFKD", text).translate(_MARKS)


class _EachLetter(dict[int, str]):
    """What becomes of each letter, worked out when it is first met."""

    def __init__(self, becomes: Callable[[str], str]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, code: int) -> str:
        becomes = self._becomes(chr(code))
        if len(self) < LETTERS_KNOWN:
            self[code] = becomes
        return becomes


def _unless_mark(letter: str) -> str:
    # Combining class 0 marks are vowel signs, for example of Devanagari: without them a name is another name.
    return "" if unicodedata.combining(letter) else letter


def _letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category[0] in "LNM" and letter != "ـ":
        return letter
    return " " if letter == "\u200c" or (category != "Cf" and letter not in _APOSTROPHES and letter != "ـ") else ""


_MARKS, _LETTERS = _EachLetter(_unless_mark), _EachLetter(_letter)


def _is_persian(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)
