"""Allergies: to a herb itself, to its botanical family, or to something that nobody recognises."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.gate.naming import NOTHING, Remedy, called, listed
from domain.gate.rules import rules_of
from domain.gate.verdict import GateReason, Outcome, Verdict
from domain.knowledge import Ambiguous, Identified, NameIndex, fold
from storage.knowledge import Knowledge

NO_PLANTS = frozenset((
    "penicillin", "amoxicillin", "sulfa", "sulfonamide", "codeine", "ibuprofen", "contrast", "nickel", "cat", "cats", "dog",
    "dogs", "dust", "mite", "mites", "wasp", "wasps",
))  # fmt: skip
"""Common allergens that no herb of any family stands for; all others that are not recognised stay open."""


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy as typed, and what it means: herb ids, botanical families (folded), or neither but known all the same."""

    typed: str
    herbs: frozenset[str]
    families: frozenset[str]
    recognised: bool


def find_allergies(typed: Sequence[str], knowledge: Knowledge, names: NameIndex) -> tuple[Allergy, ...]:
    """Recognise allergies by herb name, by family, by an everyday member of a family, or as a medicine."""
    if not typed:
        return ()
    rules = rules_of(knowledge)
    found = []
    for one in (one for one in typed if fold(one) not in NOTHING):
        herbs = _herbs_meant(one, names)
        families = _families_meant(one, set(rules.families), rules.everyday)
        families |= {fold(knowledge.herbs[herb].family) for herb in herbs if herb in knowledge.herbs} - {""}
        recognised = bool(herbs or families) or not NO_PLANTS.isdisjoint(fold(one).split())
        if not recognised:
            recognised = isinstance(names.identify(one, "drug"), Identified)
        found.append(Allergy(one, frozenset(herbs), frozenset(families), recognised))
    return tuple(found)


def allergy_reasons(remedy: Remedy, allergies: Sequence[Allergy], knowledge: Knowledge) -> Iterator[GateReason]:
    """Yield an allergy to a herb itself (block) or to its family (major), and one that is not recognised (unknown)."""
    kin = {fold(family.id): family for family in knowledge.allergies.values()} if allergies else {}
    for allergy in allergies:
        for herb in remedy.herbs:
            if herb.id in allergy.herbs:
                message = f"{called(herb)}: the patient is allergic to {allergy.typed}."
                yield _found(Verdict.BLOCK, message, herb.id, allergy)
            elif herb.family and fold(herb.family) in allergy.families:
                alike = f"is of the {herb.family} family, as is {allergy.typed}"
                message = f"{called(herb)} {alike}, which the patient is allergic to."
                row = kin.get(fold(herb.family), herb)
                yield replace(
                    _found(Verdict.MAJOR, message, herb.id, allergy), source=row.source, grade=row.grade.value
                )
        if not allergy.recognised:
            message = (
                f"The allergy to {allergy.typed} is not recognised; {listed(remedy.herbs)} was not checked for it."
            )
            about = tuple(sorted((_about(allergy), *(herb.id for herb in remedy.herbs))))
            yield GateReason(
                Verdict.UNKNOWN,
                "allergy",
                message,
                mechanism="allergy_not_recognised",
                about=about,
                outcome=Outcome.NOT_IDENTIFIED,
            )


def _found(verdict: Verdict, message: str, herb: str, allergy: Allergy) -> GateReason:
    return GateReason(verdict, "allergy", message, mechanism="allergy", about=tuple(sorted((herb, _about(allergy)))))


def _about(allergy: Allergy) -> str:
    return f"allergy:{fold(allergy.typed)}"


def _herbs_meant(allergy: str, names: NameIndex) -> set[str]:
    found = names.identify(allergy, "herb")
    if isinstance(found, Identified):
        return {found.id}
    return set(found.candidates) if isinstance(found, Ambiguous) else set()


def _families_meant(allergy: str, known: set[str], members: Mapping[str, Sequence[str]]) -> set[str]:
    folded = fold(allergy)
    words = set(folded.split())
    everyday = {
        family
        for family, allergens in members.items()
        if any(not words.isdisjoint(_forms(one)) or (" " in one and one in folded) for one in allergens)
    }
    return everyday | (known & words)


def _forms(allergen: str) -> tuple[str, ...]:
    return allergen, f"{allergen}s", f"{allergen}es", f"{allergen[:-1]}ies"
