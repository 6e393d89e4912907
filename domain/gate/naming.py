"""Find out what an item is, and call it by the name that people use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from domain.gate.rules import rules_of
from domain.gate.verdict import GateReason, Item, Outcome, Verdict
from domain.knowledge import Ambiguous, Hit, Identified, Kind, NameIndex, Unidentified, fold
from storage.knowledge import Formula, Herb, Knowledge

REMEDIES: Mapping[str, Kind] = {"herb": "herb", "formula": "formula"}
"""Kinds of items that the rules of the gate know something about."""
SUGGESTED = 3
PART_OF_NAME = 95.0
"""The likeness that ``NameIndex.search`` gives to a name that holds the words sought."""
MISSPELT = 87.0
"""A name so like that of a regulated herb, and liker to it than to any other, may be it (below, chance is as like)."""
NOTHING = frozenset(
    ("", "none", "none known", "no", "nil", "nka", "nkda", "no known allergies", "هیچ", "ندارد", "ندارم", "نه")
)
"""What people write into a list that they leave empty (folded)."""
LONGEST = 5
"""Words in the longest name of a regulated herb that is looked for inside another name."""
SHOWN_FIRST = ("en", "pinyin", "fa", "sa", "hi", "hanzi")
RAW = frozenset(map(fold, ("raw", "crude", "unprocessed", "sheng", "生", "خام")))
PROCESSED = frozenset(
    map(fold, (
        "processed", "prepared", "purified", "fried", "baked", "steamed", "roasted", "honeyed", "zhi", "fa", "chao", "jiu", "mi",
        "cu", "yan", "duan", "制", "製", "炙", "法", "炒", "酒", "蜜", "醋", "盐", "煅", "熟", "فرآوری", "مدبر",
    ))
)  # fmt: skip
"""Words and characters that stand before (or behind) a name and say how the drug was processed."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """A herb or a formula that the knowledge base knows, with the herbs in it and what stays open about which it is."""

    item: Item
    herbs: tuple[Herb, ...]
    formula: Formula | None = None
    reasons: tuple[GateReason, ...] = ()

    @property
    def doses_under(self) -> str:
        """Give the id that its documented doses are kept under."""
        return self.formula.id if self.formula else self.herbs[0].id


def called(herb: Herb) -> str:
    """Give the name of a herb to use in a sentence."""
    return next((herb.names[one][0] for one in SHOWN_FIRST if herb.names.get(one)), herb.latin)


def listed(herbs: Iterable[Herb]) -> str:
    """List herbs by name for a sentence."""
    return ", ".join(sorted(called(herb) for herb in herbs))


def find_remedy(item: Item, knowledge: Knowledge, names: NameIndex) -> Remedy | GateReason:
    """Identify a herb or formula; otherwise give the reason why not.

    An ambiguous name is blocked, and so is one that may be a regulated herb (part of its name, holding it, misspelt, or the raw
    form of a drug that is documented as processed); any other unknown name is unknown.
    """
    key = item.id
    reasons: tuple[GateReason, ...] = ()
    if key is None:
        found = names.identify(item.name, REMEDIES[item.kind])
        if isinstance(found, Ambiguous):
            message = f"{item.name} can mean {either(found.candidates, knowledge)}: say which before it can be checked."
            return _not_identified(Verdict.BLOCK, message, item.name)
        if isinstance(found, Unidentified):
            guess = _may_be(item, found, knowledge, names)
            if isinstance(guess, GateReason):
                return guess
            key, reasons = guess
        else:
            key = found.id
    if item.kind == "herb" and key in knowledge.herbs:
        return Remedy(item, (knowledge.herbs[key],), reasons=reasons)
    if item.kind == "formula" and key in knowledge.formulas:
        formula = knowledge.formulas[key]
        inside = tuple(knowledge.herbs[one] for one in formula.herbs if one in knowledge.herbs)
        return Remedy(item, inside, formula, reasons)
    message = f"{item.name} is not in the knowledge base, so nothing about it could be checked."
    return _not_identified(Verdict.UNKNOWN, message, item.name)


def either(ids: Iterable[str], knowledge: Knowledge) -> str:
    """List the things that a name can mean: "A or B"."""
    return " or ".join(_shown(ids, knowledge))


def meant(suggestions: Sequence[Hit]) -> str:
    """End a sentence with what may have been meant, if anything resembles it."""
    shown = " or ".join(dict.fromkeys(hit.name for hit in suggestions[:SUGGESTED]))
    return f"; did you mean {shown}?" if shown else "."


def formula_name(formula: Formula) -> str:
    """Give the name of a formula to use in a sentence."""
    return next((formula.names[one][0] for one in SHOWN_FIRST if formula.names.get(one)), formula.id)


def _may_be(
    item: Item, found: Unidentified, knowledge: Knowledge, names: NameIndex
) -> GateReason | tuple[str, tuple[GateReason, ...]]:
    """Say what a name that is in no row may stand for: a reason, or the id that it is read as with what stays open."""
    if item.kind == "herb" and (regulated := _regulated(item.name, found.suggestions, knowledge)):
        message = f"{item.name} may mean {regulated}, which is regulated: say exactly which herb it is."
        return _not_identified(Verdict.BLOCK, message, item.name)
    processing, plain = _processing(item.name)
    read = names.identify(plain, "herb") if processing and item.kind == "herb" else found
    if isinstance(read, Ambiguous):
        message = f"{item.name} can mean {either(read.candidates, knowledge)}: say which before it can be checked."
        return _not_identified(Verdict.BLOCK, message, item.name)
    if isinstance(read, Identified):
        herb = knowledge.herbs[read.id]
        if processing == "raw" and (herb.toxicity or not PROCESSED.isdisjoint(fold(herb.part).split())):
            message = f"{item.name} is the raw form; only {called(herb)} ({herb.part}) is documented."
            return _not_identified(Verdict.BLOCK, message, item.name)
        message = f"{item.name} is read as {called(herb)} ({herb.part}); what its processing changes is not documented."
        return read.id, (_not_identified(Verdict.UNKNOWN, message, item.name),)
    message = f"{item.name} is not in the knowledge base, so nothing about it could be checked"
    return _not_identified(Verdict.UNKNOWN, message + meant(found.suggestions), item.name)


def _regulated(name: str, suggestions: Sequence[Hit], knowledge: Knowledge) -> str:
    """Name the regulated herb that an unknown name may stand for; empty for none."""
    # Mu tong may be Guan mu tong: part of a regulated herb's name fails closed, and so does "sheng chuan wu", which holds one.
    for at, hit in enumerate(suggestions):
        near = hit.score >= PART_OF_NAME or (at == 0 and hit.score >= MISSPELT)
        if near and hit.id in knowledge.herbs and knowledge.herbs[hit.id].regulated:
            return hit.name
    words = fold(name).split()
    rules = rules_of(knowledge)
    for run in _runs(words):
        if run in rules.regulated:
            return rules.regulated[run]
    for character, known_as in rules.regulated_characters.items():
        if character in "".join(words):
            return known_as
    if not words:
        return ""
    # Another species of a genus of which only regulated ones are known: Aristolochia, Aconitum, Asarum.
    genus = rules.regulated_genera.get(words[0], "")
    if genus or len(words) > 1:
        return genus
    likest = max(rules.regulated_words, key=lambda word: fuzz.ratio(words[0], word), default="")
    return rules.regulated_words[likest] if fuzz.ratio(words[0], likest) >= MISSPELT else ""


def _runs(words: Sequence[str]) -> Iterator[str]:
    """Join neighbouring words: a name in the middle of others may be written in one word or in several."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST, len(words)) + 1):
            yield "".join(words[start:end])


def _processing(name: str) -> tuple[str, str]:
    """Take the word or character for the processing off a name: ("raw" or "processed", the rest); ("", name) without one."""
    words = fold(name).split()
    for at in (0, -1):
        if len(words) > 1 and words[at] in RAW | PROCESSED:
            rest = words[1:] if at == 0 else words[:-1]
            return "raw" if words[at] in RAW else "processed", " ".join(rest)
    folded = "".join(words)
    if len(folded) > 1 and not folded[0].isascii() and folded[0] in RAW | PROCESSED:
        return "raw" if folded[0] in RAW else "processed", folded[1:]
    return "", name


def _not_identified(verdict: Verdict, message: str, name: str) -> GateReason:
    return GateReason(
        verdict,
        "identity",
        message,
        mechanism="identity",
        about=(f"name:{fold(name)}",),
        outcome=Outcome.NOT_IDENTIFIED,
    )


def _shown(ids: Iterable[str], knowledge: Knowledge) -> Iterator[str]:
    for one in ids:
        if one in knowledge.herbs:
            herb = knowledge.herbs[one]
            yield f"{called(herb)} ({herb.latin}, {herb.part})"
        elif one in knowledge.drugs:
            yield knowledge.drugs[one].names[0]
        elif one in knowledge.formulas:
            yield formula_name(knowledge.formulas[one])
        else:
            yield one
