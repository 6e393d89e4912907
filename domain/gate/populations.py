"""Who must not take a remedy, or only with care: pregnancy, age, organs, surgery."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.gate.doses import ADULT_FROM
from domain.gate.naming import NOTHING, Remedy, called, listed
from domain.gate.verdict import GateReason, Profile, Verdict
from domain.knowledge import fold
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


@dataclass(frozen=True, slots=True)
class Populations:
    """The populations that a patient belongs to, and the conditions that belong to none that is known."""

    belongs_to: frozenset[str]
    unknown: tuple[str, ...]


def population_reasons(
    remedy: Remedy, profile: Profile, populations: Populations, knowledge: Knowledge
) -> Iterator[GateReason]:
    """Yield the documented cautions for this patient, and what could not be checked about pregnancy and conditions."""
    herbs = {herb.id: herb for herb in remedy.herbs}
    cautions = [row for row in knowledge.cautions if row.herb in herbs]
    for row in cautions:
        if fold(row.population) in populations.belongs_to:
            yield _documented(row, herbs[row.herb])
    for population, state in (("pregnancy", profile.pregnant), ("lactation", profile.lactating)):
        yield from _open(population, state, cautions, herbs)
    if profile.age is None:
        for population in ("neonate", "child", "elder"):
            yield from _open(population, None, cautions, herbs)
    for condition in populations.unknown:
        message = f"The condition {condition} is not one that {listed(herbs.values())} could be checked for."
        yield GateReason(Verdict.UNKNOWN, "population", message)
    days = profile.surgery_within_days
    if days is not None and 0 <= days <= SURGERY_DAYS:
        message = f"Surgery in {days} days: stop {listed(herbs.values())} unless it is essential ({SURGERY_DAYS} days before)."
        yield GateReason(Verdict.MODERATE, "surgery", message)


def find_populations(profile: Profile, knowledge: Knowledge) -> Populations:
    """Read the populations off a profile: its conditions as typed, the age, pregnancy, lactation, surgery."""
    known = {fold(one) for one in (*POPULATIONS, *(row.population for row in knowledge.cautions))}
    named = [condition for condition in profile.conditions if fold(condition) not in NOTHING]
    meant = {condition: _meant_by(condition, known) for condition in named}
    patient = {population for populations in meant.values() for population in populations}
    patient |= {"pregnancy"} if profile.pregnant else set()
    patient |= {"lactation"} if profile.lactating else set()
    if profile.age is not None:
        # Cautions for children are read up to 18: one too many does less harm than one too few.
        patient |= {"child"} if profile.age < ADULT_FROM else {"elder"} if profile.age >= ELDER_FROM else set()
        patient |= {"neonate"} if profile.age == 0 else set()
    if profile.surgery_within_days is not None and 0 <= profile.surgery_within_days <= SURGERY_DAYS:
        patient |= {"surgery"}
    unknown = tuple(sorted(condition for condition, populations in meant.items() if not populations))
    return Populations(frozenset(patient), unknown)


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
            message = f"Nothing is documented about {listed(silent)} in {population}."
            yield GateReason(Verdict.UNKNOWN, "population", message)
    elif state is None:
        asked = "The age" if population in ("neonate", "child", "elder") else f"Whether there is {population}"
        for row in rows:
            # A minor caution ranks below unknown: asking later must not make the verdict look better than before.
            if row.severity is not Severity.MINOR:
                effect = row.effect.rstrip(".")
                herb = called(herbs[row.herb])
                message = f"{asked} is not recorded, and {herb} has a caution ({population}): {effect}."
                yield GateReason(Verdict.UNKNOWN, "population", message, row.source, row.grade.value)
