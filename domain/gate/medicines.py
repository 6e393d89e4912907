"""What the patient takes, as typed: medicines, combinations of them, classes, herbs, and what nobody recognises."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from domain.gate.naming import MISSPELT, NOTHING, either, meant
from domain.gate.rules import Rules, rules_of
from domain.gate.sayings import NO_MORE_THAN_A_FORM
from domain.gate.verdict import GateReason, Outcome, Verdict
from domain.knowledge import Ambiguous, Identified, Kind, NameIndex, Unidentified, fold
from storage.knowledge import Drug, Herb, Knowledge

_COMBINED = re.compile(r"\s*(?:[/+&,،]|\band\b|\bwith\b|(?<!\w)و(?!\w)|(?<!\w)با(?!\w))\s*", re.IGNORECASE)
KINDS: tuple[Kind, ...] = ("drug", "herb", "formula")
_Found = Identified | Ambiguous | Unidentified


@dataclass(frozen=True, slots=True)
class Taken:
    """A medicine, or a class where only that is known, with the classes that it certainly has."""

    id: str
    """The id of the medicine, or ``class:`` and its class."""
    name: str
    classes: frozenset[str]
    certain: bool = True
    """False where a name only resembles it: it is checked, and not taken for what was meant."""


@dataclass(frozen=True, slots=True)
class Medicines:
    """What the patient takes: medicines and loose classes ("SSRI"), herbs, and what could not be checked."""

    taken: tuple[Taken, ...]
    herbs: tuple[Herb, ...]
    reasons: tuple[GateReason, ...]


def find_medicines(typed: Sequence[str], knowledge: Knowledge, names: NameIndex) -> Medicines:
    """Identify medicines by name, by class or as herbs; each that is neither becomes an ``unknown`` reason.

    Strength, form and how often are set aside; a combination ("losartan + hydrochlorothiazide") is each of its medicines.
    """
    rules = rules_of(knowledge)
    taken: dict[str, Taken] = {}
    herbs: dict[str, Herb] = {}
    reasons: list[GateReason] = []
    for name in (one for one in typed if fold(one) not in NOTHING):
        for part in _parts(name, names, rules):
            _add(part, taken, herbs, reasons, knowledge=knowledge, names=names, rules=rules)
    return Medicines(tuple(taken.values()), tuple(herbs.values()), tuple(reasons))


def without_strength(name: str) -> str:
    """Take "5 mg daily" off "Warfarin 5 mg daily", in any script's digits."""
    return re.split(r"\s+\d", name, maxsplit=1)[0].strip()


def _parts(name: str, names: NameIndex, rules: Rules) -> list[str]:
    if _known(name, names, rules):
        return [name]
    return [part for part in _COMBINED.split(name) if _bare(part)] or [name]


def _known(name: str, names: NameIndex, rules: Rules) -> bool:
    return any(
        fold(way) in rules.classes or any(not isinstance(names.identify(way, kind), Unidentified) for kind in KINDS)
        for way in (name, _bare(name) if _COMBINED.search(name) else without_strength(name))
    )


def _add(
    name: str,
    taken: dict[str, Taken],
    herbs: dict[str, Herb],
    reasons: list[GateReason],
    *,
    knowledge: Knowledge,
    names: NameIndex,
    rules: Rules,
) -> None:
    drug = _identify(name, "drug", names)
    if isinstance(drug, Identified) and drug.id in knowledge.drugs:
        row = knowledge.drugs[drug.id]
        taken[row.id] = _as_taken(row)
        return
    # Which of several is meant stays open, but whatever one of them would do must not be missed.
    several = _candidates(drug)
    taken |= {one: _as_taken(knowledge.drugs[one]) for one in several if one in knowledge.drugs}
    for way in _ways(name):
        if classes := rules.classes.get(fold(way)):
            for one in sorted(classes):
                taken[f"class:{one}"] = Taken(f"class:{one}", one.replace("_", " "), rules.shared_classes[one])
            reasons.append(_only_a_class(name, classes))
            return
    herb, formula = _identify(name, "herb", names), _identify(name, "formula", names)
    mixed = [knowledge.formulas[one] for one in _meant(formula) if one in knowledge.formulas]
    herbs |= {one: knowledge.herbs[one] for one in _meant(herb) if one in knowledge.herbs}
    if not isinstance(herb, Identified):
        herbs |= {one: knowledge.herbs[one] for of in mixed for one in of.herbs if one in knowledge.herbs}
    if several or _candidates(herb) or (not _meant(herb) and not isinstance(formula, Identified)):
        near = {} if several or _meant(herb) or _meant(formula) else _near(name, drug, knowledge)
        taken |= {one: medicine for one, medicine in near.items() if one not in taken}
        reasons.append(_unchecked(name, drug, herb, formula, knowledge, near))


def _as_taken(drug: Drug) -> Taken:
    return Taken(drug.id, drug.names[0], frozenset(drug.classes))


def _identify(name: str, kind: Kind, names: NameIndex) -> _Found:
    found: _Found | None = None
    for way in _ways(name):
        tried = names.identify(way, kind)
        if not isinstance(tried, Unidentified):
            return tried
        found = found or tried
    bare = _bare(name) or name
    return Unidentified(name, tuple(names.search(bare, kind, limit=5))) if found else Unidentified(name, ())


def _ways(name: str) -> Iterator[str]:
    # The whole first: "insulin glargine" is a name, "birth control pill" too.
    yield name
    yield without_strength(name)
    yield _bare(name)


def _bare(name: str) -> str:
    """Leave the words of a name that are neither a strength nor a form nor how often."""
    words = [word for word in fold(name).split() if word not in NO_MORE_THAN_A_FORM and not word[0].isdigit()]
    return " ".join(words)


def _only_a_class(name: str, classes: frozenset[str]) -> GateReason:
    which = " or ".join(sorted(one.replace("_", " ") for one in classes))
    message = f"{name} names a class of medicines ({which}): it was checked as such, not for the one that is taken."
    return GateReason(
        Verdict.UNKNOWN,
        "medicine",
        message,
        mechanism="medicine_class",
        about=tuple(sorted(f"class:{one}" for one in classes)),
        outcome=Outcome.NOT_IDENTIFIED,
    )


def _near(name: str, drug: _Found, knowledge: Knowledge) -> dict[str, Taken]:
    """Give the medicines that a name is a slip of the pen away from: none is accepted, and what one would do is not missed."""
    written = _bare(name) or fold(name)
    hits = drug.suggestions if isinstance(drug, Unidentified) else ()
    return {
        hit.id: replace(_as_taken(knowledge.drugs[hit.id]), certain=False)
        for hit in hits
        if hit.id in knowledge.drugs and fuzz.ratio(written, fold(hit.name)) >= MISSPELT
    }


def _unchecked(
    name: str, drug: _Found, herb: _Found, formula: _Found, knowledge: Knowledge, near: Mapping[str, Taken]
) -> GateReason:
    open_to = (*_candidates(drug), *_meant(herb), *(() if isinstance(herb, Identified) else _meant(formula)))
    if open_to:
        message = (
            f"The medicine {name} can mean {either(open_to, knowledge)}: interactions were checked for each of them."
        )
        return _not_identified(name, message)
    suggestions = drug.suggestions if isinstance(drug, Unidentified) else ()
    checked = "it was checked as what it resembles" if near else "interactions with it could not be checked"
    message = f"The medicine {name} is not recognised, so {checked}"
    return _not_identified(name, message + meant(suggestions))


def _not_identified(name: str, message: str) -> GateReason:
    return GateReason(
        Verdict.UNKNOWN,
        "medicine",
        message,
        mechanism="medicine",
        about=(f"name:{fold(name)}",),
        outcome=Outcome.NOT_IDENTIFIED,
    )


def _meant(found: _Found) -> tuple[str, ...]:
    return (found.id,) if isinstance(found, Identified) else _candidates(found)


def _candidates(found: _Found) -> tuple[str, ...]:
    return tuple(found.candidates) if isinstance(found, Ambiguous) else ()
