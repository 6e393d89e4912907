"""Who must not take a remedy, or only with care: pregnancy, age, organs, surgery, allergy."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from domain.gate.doses import ADULT_FROM
from domain.gate.naming import Remedy, called
from domain.gate.verdict import GateReason, Profile, Verdict
from domain.knowledge import Ambiguous, Identified, NameIndex, fold
from storage.knowledge import Caution, Herb, Knowledge, Severity

ELDER_FROM = 65
SURGERY_DAYS = 14
"""All that is not essential is stopped two weeks before surgery (reference 6, recalled from the ASA)."""

POPULATIONS = (
    "autoimmune", "bleeding", "dehydration", "depression", "diabetes", "fertility", "g6pd", "gallstones", "glaucoma", "heart",
    "hormone_sensitive", "hypertension", "hypokalaemia", "hypotension", "kidney", "liver", "obstruction", "reflux", "seizure",
    "stomach", "thyroid", "transplant", "ulcer",
)  # fmt: skip
"""What ``Profile.conditions`` may name; a population that only the knowledge base knows is accepted too."""

SAID_AS = {
    "high blood pressure": "hypertension", "low blood pressure": "hypotension", "epilepsy": "seizure", "seizures": "seizure",
    "cardiac": "heart", "renal": "kidney", "kidneys": "kidney", "hepatic": "liver", "hepatitis": "liver",
    "cirrhosis": "liver", "haemophilia": "bleeding", "hemophilia": "bleeding", "diabetic": "diabetes",
    "breast cancer": "hormone_sensitive", "hypothyroidism": "thyroid", "hyperthyroidism": "thyroid", "lupus": "autoimmune",
    "multiple sclerosis": "autoimmune", "rheumatoid arthritis": "autoimmune", "gallstone": "gallstones",
    "low potassium": "hypokalaemia", "gerd": "reflux",
}  # fmt: skip
"""What people write for a population ("renal failure", "type 2 diabetes" hold the word itself)."""

ALLERGY_FAMILIES = {
    "Asteraceae": ("compositae", "daisy", "ragweed", "mugwort", "chrysanthemum", "chamomile", "sunflower", "artichoke"),
    "Apiaceae": ("umbelliferae", "celery", "carrot", "parsley", "fennel", "coriander", "cumin", "anise"),
    "Anacardiaceae": ("pistachio", "cashew", "mango", "sumac", "mastic", "poison ivy"),
    "Fabaceae": ("leguminosae", "legume", "peanut", "soy", "soya", "lupin", "chickpea", "lentil"),
    "Lamiaceae": ("labiatae", "mint", "basil", "thyme", "sage", "oregano", "lavender"),
    "Rosaceae": ("apple", "peach", "almond", "apricot", "cherry", "plum", "pear", "strawberry"),
    "Amaryllidaceae": ("garlic", "onion", "leek", "allium"),
    "Zingiberaceae": ("ginger", "turmeric", "cardamom"),
}
"""Everyday names of allergens that belong to a botanical family (botany; families of reference 6)."""


def population_reasons(remedy: Remedy, profile: Profile, knowledge: Knowledge) -> Iterator[GateReason]:
    """Yield the documented cautions for this patient, and what could not be checked about pregnancy and conditions."""
    herbs = {herb.id: herb for herb in remedy.herbs}
    cautions = [row for row in knowledge.cautions if row.herb in herbs]
    known = {fold(one) for one in (*POPULATIONS, *(row.population for row in knowledge.cautions))}
    patient = _populations(profile, known)
    for row in cautions:
        if fold(row.population) in patient:
            yield _documented(row, herbs[row.herb])
    for population, state in (("pregnancy", profile.pregnant), ("lactation", profile.lactating)):
        yield from _open(population, state, cautions, herbs)
    for condition in sorted({one for one in profile.conditions if not _meant_by(one, known)}):
        message = (
            f"The condition {condition} is not one that herbs were checked for; {_listed(herbs.values())} need a look."
        )
        yield GateReason(Verdict.UNKNOWN, "population", message)
    days = profile.surgery_within_days
    if days is not None and 0 <= days <= SURGERY_DAYS:
        message = f"Surgery in {days} days: stop {_listed(herbs.values())} unless it is essential ({SURGERY_DAYS} days before)."
        yield GateReason(Verdict.MODERATE, "surgery", message)


def allergy_reasons(
    remedy: Remedy, allergies: Sequence[str], knowledge: Knowledge, names: NameIndex
) -> Iterator[GateReason]:
    """Yield an allergy to a herb itself (block) or to its botanical family (major), or one that is not recognised (unknown)."""
    families = {fold(herb.family) for herb in knowledge.herbs.values() if herb.family}
    for allergy in allergies:
        to_herbs = _herbs_meant(allergy, names)
        to_families = {fold(knowledge.herbs[one].family) for one in to_herbs if one in knowledge.herbs} - {""}
        to_families |= _families_meant(allergy, families)
        for herb in remedy.herbs:
            if herb.id in to_herbs or fold(allergy) in {fold(one) for many in herb.names.values() for one in many}:
                message = f"{called(herb)}: the patient is allergic to {allergy}."
                yield GateReason(Verdict.BLOCK, "allergy", message)
            elif herb.family and fold(herb.family) in to_families:
                message = (
                    f"{called(herb)} is of the {herb.family} family, as is {allergy}, which the patient is allergic to."
                )
                yield GateReason(Verdict.MAJOR, "allergy", message)
        is_drug = isinstance(names.identify(allergy, "drug"), Identified)
        if not to_herbs and not to_families and not is_drug:
            message = (
                f"The allergy to {allergy} is not recognised, so {_listed(remedy.herbs)} could not be checked for it."
            )
            yield GateReason(Verdict.UNKNOWN, "allergy", message)


def _populations(profile: Profile, known: Collection[str]) -> set[str]:
    patient = {population for condition in profile.conditions for population in _meant_by(condition, known)}
    patient |= {"pregnancy"} if profile.pregnant else set()
    patient |= {"lactation"} if profile.lactating else set()
    if profile.age is not None:
        # Cautions for children are read up to 18: one too many does less harm than one too few.
        patient |= {"child"} if profile.age < ADULT_FROM else {"elder"} if profile.age >= ELDER_FROM else set()
        patient |= {"neonate"} if profile.age == 0 else set()
    if profile.surgery_within_days is not None and 0 <= profile.surgery_within_days <= SURGERY_DAYS:
        patient |= {"surgery"}
    return patient


def _meant_by(condition: str, known: Collection[str]) -> set[str]:
    """Give the populations that a condition as typed belongs to: named whole, by a word of it, or as people say it."""
    said = f" {fold(condition)} "
    meant = {population for population in known if f" {population} " in said}
    return meant | {fold(population) for words, population in SAID_AS.items() if f" {words} " in said}


def _documented(row: Caution, herb: Herb) -> GateReason:
    message = f"{called(herb)} ({row.population.replace('_', ' ')}): {row.effect.rstrip('.')}."
    return GateReason(Verdict(row.severity.value), "population", message, row.source, row.grade.value)


def _open(
    population: str, state: bool | None, cautions: Sequence[Caution], herbs: dict[str, Herb]
) -> Iterator[GateReason]:
    """Say what stays open: nothing documented for a pregnant patient, or a serious caution where nobody asked."""
    rows = [row for row in cautions if fold(row.population) == population]
    if state:
        silent = [herb for one, herb in herbs.items() if one not in {row.herb for row in rows}]
        if silent:
            message = f"Nothing is documented about {_listed(silent)} in {population}."
            yield GateReason(Verdict.UNKNOWN, "population", message)
    elif state is None:
        for row in rows:
            if row.severity in (Severity.BLOCK, Severity.MAJOR):
                effect = row.effect.rstrip(".")
                message = f"Whether there is {population} is not recorded, and {called(herbs[row.herb])} has a caution: {effect}."
                yield GateReason(Verdict.UNKNOWN, "population", message, row.source, row.grade.value)


def _herbs_meant(allergy: str, names: NameIndex) -> set[str]:
    found = names.identify(allergy, "herb")
    if isinstance(found, Identified):
        return {found.id}
    return set(found.candidates) if isinstance(found, Ambiguous) else set()


def _families_meant(allergy: str, families: set[str]) -> set[str]:
    folded = fold(allergy)
    words = set(folded.replace(",", " ").split())
    everyday = {
        fold(family)
        for family, allergens in ALLERGY_FAMILIES.items()
        if any(one in words or one + "s" in words or (" " in one and one in folded) for one in allergens)
    }
    return everyday | {family for family in families if family in words or family == folded}


def _listed(herbs: Iterable[Herb]) -> str:
    return ", ".join(sorted(called(herb) for herb in herbs))
