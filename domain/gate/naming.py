"""Find out what an item, a medicine or an allergy is, and call it by the name that people use."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.gate.verdict import GateReason, Item, Verdict
from domain.knowledge import Ambiguous, Hit, Identified, Kind, NameIndex, Unidentified, fold
from storage.knowledge import Drug, Formula, Herb, Knowledge

REMEDIES: Mapping[str, Kind] = {"herb": "herb", "formula": "formula"}
"""Kinds of items that the rules of the gate know something about."""
SUGGESTED = 3
PART_OF_NAME = 95.0
"""The likeness that ``NameIndex.search`` gives to a name that holds the words sought."""
NOTHING = frozenset(
    ("", "none", "none known", "no", "nil", "nka", "nkda", "no known allergies", "هیچ", "ندارد", "ندارم", "نه")
)
"""What people write into a list that they leave empty (folded)."""
SHOWN_FIRST = ("en", "pinyin", "fa", "sa", "hi", "hanzi")


@dataclass(frozen=True, slots=True)
class Remedy:
    """A herb or a formula that the knowledge base knows, with the herbs in it."""

    item: Item
    herbs: tuple[Herb, ...]
    formula: Formula | None = None

    @property
    def doses_under(self) -> str:
        """Give the id that its documented doses are kept under."""
        return self.formula.id if self.formula else self.herbs[0].id


@dataclass(frozen=True, slots=True)
class Medicines:
    """What the patient takes: drugs that were identified, loose classes ("SSRI"), herbs, and what could not be checked."""

    drugs: tuple[Drug, ...]
    classes: frozenset[str]
    herbs: tuple[Herb, ...]
    reasons: tuple[GateReason, ...]


def called(herb: Herb) -> str:
    """Give the name of a herb to use in a sentence."""
    return next((herb.names[one][0] for one in SHOWN_FIRST if herb.names.get(one)), herb.latin)


def listed(herbs: Iterable[Herb]) -> str:
    """List herbs by name for a sentence."""
    return ", ".join(sorted(called(herb) for herb in herbs))


def find_remedy(item: Item, knowledge: Knowledge, names: NameIndex) -> Remedy | GateReason:
    """Identify a herb or formula; otherwise give the reason why not: an ambiguous name is blocked, an unknown one unknown."""
    key = item.id
    if key is None:
        found = names.identify(item.name, REMEDIES[item.kind])
        if isinstance(found, Ambiguous):
            message = f"{item.name} can mean {either(found.candidates, knowledge)}: say which before it can be checked."
            return GateReason(Verdict.BLOCK, "identity", message)
        if isinstance(found, Unidentified):
            # Mu tong may be Guan mu tong: a name that begins or is part of a regulated herb's name fails closed, too.
            for hit in found.suggestions:
                if hit.score >= PART_OF_NAME and hit.id in knowledge.herbs and knowledge.herbs[hit.id].regulated:
                    message = f"{item.name} may mean {hit.name}, which is regulated: say exactly which herb it is."
                    return GateReason(Verdict.BLOCK, "identity", message)
            message = f"{item.name} is not in the knowledge base, so nothing about it could be checked"
            return GateReason(Verdict.UNKNOWN, "identity", message + meant(found.suggestions))
        key = found.id
    if item.kind == "herb" and key in knowledge.herbs:
        return Remedy(item, (knowledge.herbs[key],))
    if item.kind == "formula" and key in knowledge.formulas:
        formula = knowledge.formulas[key]
        return Remedy(item, tuple(knowledge.herbs[one] for one in formula.herbs if one in knowledge.herbs), formula)
    message = f"{item.name} is not in the knowledge base, so nothing about it could be checked."
    return GateReason(Verdict.UNKNOWN, "identity", message)


def find_medicines(typed: Sequence[str], knowledge: Knowledge, names: NameIndex) -> Medicines:
    """Identify medicines by name, by class or as herbs; each that is neither becomes an ``unknown`` reason."""
    drugs: dict[str, Drug] = {}
    herbs: dict[str, Herb] = {}
    classes: set[str] = set()
    reasons: list[GateReason] = []
    known_classes = {one for drug in knowledge.drugs.values() for one in drug.classes}
    for name in (one for one in typed if fold(one) not in NOTHING):
        bare = without_strength(name)
        drug = _identify(name, bare, "drug", names)
        if isinstance(drug, Identified) and drug.id in knowledge.drugs:
            drugs[drug.id] = knowledge.drugs[drug.id]
            continue
        if (as_class := re.sub(r"[\s-]+", "_", fold(bare))) in known_classes:
            classes.add(as_class)
            continue
        herb = _identify(name, bare, "herb", names)
        if isinstance(herb, Identified) and herb.id in knowledge.herbs:
            herbs[herb.id] = knowledge.herbs[herb.id]
            continue
        reasons.append(_unchecked(name, drug, herb, knowledge))
        # Which one it is stays open, but whatever one of them would do must not be missed.
        drugs |= {one: knowledge.drugs[one] for one in _candidates(drug) if one in knowledge.drugs}
        herbs |= {one: knowledge.herbs[one] for one in _candidates(herb) if one in knowledge.herbs}
    return Medicines(tuple(drugs.values()), frozenset(classes), tuple(herbs.values()), tuple(reasons))


def without_strength(name: str) -> str:
    """Take "5 mg daily" off "Warfarin 5 mg daily", in any script's digits."""
    return re.split(r"\s+\d", name, maxsplit=1)[0].strip()


def either(ids: Iterable[str], knowledge: Knowledge) -> str:
    """List the things that a name can mean: "A or B"."""
    return " or ".join(_shown(ids, knowledge))


def meant(suggestions: Sequence[Hit]) -> str:
    """End a sentence with what may have been meant, if anything resembles it."""
    shown = " or ".join(hit.name for hit in suggestions[:SUGGESTED])
    return f"; did you mean {shown}?" if shown else "."


def _identify(name: str, bare: str, kind: Kind, names: NameIndex) -> Identified | Ambiguous | Unidentified:
    whole = names.identify(name, kind)
    return names.identify(bare, kind) if isinstance(whole, Unidentified) and bare != name else whole


def _unchecked(
    name: str,
    drug: Identified | Ambiguous | Unidentified,
    herb: Identified | Ambiguous | Unidentified,
    knowledge: Knowledge,
) -> GateReason:
    open_to = (*_candidates(drug), *_candidates(herb))
    if open_to:
        message = (
            f"The medicine {name} can mean {either(open_to, knowledge)}: interactions were checked for each of them."
        )
        return GateReason(Verdict.UNKNOWN, "medicine", message)
    suggestions = drug.suggestions if isinstance(drug, Unidentified) else ()
    message = f"The medicine {name} is not recognised, so interactions with it could not be checked"
    return GateReason(Verdict.UNKNOWN, "medicine", message + meant(suggestions))


def _candidates(found: Identified | Ambiguous | Unidentified) -> tuple[str, ...]:
    return tuple(found.candidates) if isinstance(found, Ambiguous) else ()


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


def formula_name(formula: Formula) -> str:
    """Give the name of a formula to use in a sentence."""
    return next((formula.names[one][0] for one in SHOWN_FIRST if formula.names.get(one)), formula.id)
