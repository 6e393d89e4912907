"""Who must not take a remedy, or only with care: pregnancy, age, organs, surgery."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.gate.absence import split_denied
from domain.gate.doses import ADULT_FROM, ELDER_FROM
from domain.gate.naming import NOTHING, Remedy, called, listed
from domain.gate.rules import Rules, rules_of
from domain.gate.sayings import POPULATIONS
from domain.gate.units import in_unit, times
from domain.gate.verdict import DoseLine, GateReason, Outcome, Profile, Verdict
from domain.knowledge import fold
from storage.knowledge import Caution, Herb, Knowledge, Severity

__all__ = ["POPULATIONS", "Populations", "find_populations", "population_reasons"]

SURGERY_DAYS = 14
"""All that is not essential is stopped two weeks before surgery (reference 6, recalled from the ASA)."""
FIRST_TRIMESTER = 1
FOOD = frozenset(("food", "food amount", "food amounts", "as food", "spice", "culinary"))
"""Preparations that are no medicinal dose (folded)."""
IN_FIRST_TRIMESTER: Mapping[str, float | None] = {"ginger": 1.0, "psyllium": None}
"""Herbs that the first trimester does not block: up to so many grams a day, None without a limit of its own (facts 6)."""
POLICY = ("PROPOSAL",)
"""The source of our own default for the first trimester."""


@dataclass(frozen=True, slots=True)
class Populations:
    """The populations that a patient belongs to (folded), the conditions that are not known, and those that were denied."""

    belongs_to: frozenset[str]
    unknown: tuple[str, ...]
    denied: tuple[tuple[str, str], ...] = ()
    """As typed, and the populations that it denies, for a sentence."""
    first_trimester: bool = False


def population_reasons(
    remedy: Remedy, profile: Profile, populations: Populations, knowledge: Knowledge
) -> Iterator[GateReason]:
    """Yield the documented cautions for this patient, and what could not be checked about pregnancy and conditions."""
    rules = rules_of(knowledge)
    herbs = {herb.id: herb for herb in remedy.herbs}
    cautions = [(row, fold(row.population)) for one in herbs for row in rules.cautions.get(one, ())]
    for row, population in cautions:
        if population in populations.belongs_to:
            yield _documented(row, herbs[row.herb])
    for population, state in (("pregnancy", profile.pregnant), ("lactation", profile.lactating)):
        holds = True if population in populations.belongs_to else state
        yield from _open(population, holds, [row for row, of in cautions if of == population], herbs)
    if profile.age is None:
        for population in ("neonate", "child", "elder"):
            yield from _open(population, None, [row for row, of in cautions if of == population], herbs)
    if "pregnancy" in populations.belongs_to:
        yield from _trimester(remedy, profile.trimester, populations.first_trimester)
    for condition in populations.unknown:
        message = f"The condition {condition} is not one that {listed(herbs.values())} could be checked for."
        about = tuple(sorted((f"name:{fold(condition)}", *herbs)))
        yield GateReason(
            Verdict.UNKNOWN, "population", message, mechanism="condition", about=about, outcome=Outcome.NOT_IDENTIFIED
        )
    for typed, meant in populations.denied:
        message = f"“{typed}” was read as: no {meant}; {listed(herbs.values())} was not checked for it."
        yield GateReason(
            Verdict.NOTHING_DOCUMENTED,
            "population",
            message,
            mechanism="denied",
            about=tuple(sorted((f"name:{fold(typed)}", *herbs))),
            outcome=Outcome.READ_AS_ABSENT,
        )
    days = profile.surgery_within_days
    if days is not None and 0 <= days <= SURGERY_DAYS:
        message = f"Surgery in {days} days: stop {listed(herbs.values())} unless it is essential ({SURGERY_DAYS} days before)."
        yield GateReason(
            Verdict.MODERATE,
            "surgery",
            message,
            ("RECALL",),
            mechanism="surgery",
            about=tuple(sorted(("surgery", *herbs))),
        )


def find_populations(profile: Profile, knowledge: Knowledge) -> Populations:
    """Read the populations off a profile: its conditions as typed, the age, pregnancy, lactation, surgery.

    A condition that is plainly denied ("no kidney disease") puts nobody into a population; it is kept to be shown as read so.
    """
    rules = rules_of(knowledge)
    patient: set[str] = set()
    unknown: set[str] = set()
    denied: set[tuple[str, str]] = set()
    first = profile.trimester == FIRST_TRIMESTER
    for condition in (one for one in profile.conditions if fold(one) not in NOTHING):
        there, absent = split_denied(condition, rules.deniable)
        meant = {population for clause in there for population in _meant_by(clause, rules)}
        patient |= meant
        first = first or any("first trimester" in clause for clause in there)
        if not_there := {population for clause in absent for population in _meant_by(clause, rules)}:
            denied.add((condition, ", ".join(sorted(not_there))))
        if not meant and not not_there:
            unknown.add(condition)
    patient |= {"pregnancy"} if profile.pregnant else set()
    patient |= {"lactation"} if profile.lactating else set()
    if profile.age is not None:
        # Cautions for children are read up to 18: one too many does less harm than one too few.
        patient |= {"child"} if profile.age < ADULT_FROM else {"elder"} if profile.age >= ELDER_FROM else set()
        patient |= {"neonate"} if profile.age == 0 else set()
    if profile.surgery_within_days is not None and 0 <= profile.surgery_within_days <= SURGERY_DAYS:
        patient |= {"surgery"}
    return Populations(frozenset(patient), tuple(sorted(unknown)), tuple(sorted(denied)), first)


def _meant_by(clause: str, rules: Rules) -> set[str]:
    """Give the populations that a clause (folded) speaks of: named whole, by a word of it, or as people say it."""
    said = f" {clause} "
    return {population for saying, meant in rules.populations.items() if f" {saying} " in said for population in meant}


def _documented(row: Caution, herb: Herb) -> GateReason:
    message = f"{called(herb)} ({row.population.replace('_', ' ')}): {row.effect.rstrip('.')}."
    return GateReason(
        Verdict(row.severity.value),
        "population",
        message,
        row.source,
        row.grade.value,
        mechanism=row.population,
        about=tuple(sorted((row.herb, row.population))),
    )


def _open(
    population: str, state: bool | None, rows: Sequence[Caution], herbs: Mapping[str, Herb]
) -> Iterator[GateReason]:
    """Say what stays open: nothing documented for a pregnant patient, or a serious caution where nobody asked."""
    if state:
        # A minor caution of a practice's own does not answer what the rest leaves open: minor ranks below unknown.
        spoken = {row.herb for row in rows if not (row.own and row.severity is Severity.MINOR)}
        silent = [herb for one, herb in herbs.items() if one not in spoken]
        if silent:
            message = f"Nothing is documented about {listed(silent)} in {population}."
            about = tuple(sorted((population, *(herb.id for herb in silent))))
            yield GateReason(
                Verdict.UNKNOWN,
                "population",
                message,
                mechanism=f"{population}_silent",
                about=about,
                outcome=Outcome.NOT_COVERED,
            )
    elif state is None:
        asked = "The age" if population in ("neonate", "child", "elder") else f"Whether there is {population}"
        for row in rows:
            # A minor caution ranks below unknown: asking later must not make the verdict look better than before.
            if row.severity is not Severity.MINOR:
                effect = row.effect.rstrip(".")
                herb = called(herbs[row.herb])
                message = f"{asked} is not recorded, and {herb} has a caution ({population}): {effect}."
                yield GateReason(
                    Verdict.UNKNOWN,
                    "population",
                    message,
                    row.source,
                    row.grade.value,
                    mechanism=f"{population}_not_recorded",
                    about=tuple(sorted((row.herb, population))),
                    outcome=Outcome.NOT_RECORDED,
                )


def _trimester(remedy: Remedy, trimester: int | None, first: bool) -> Iterator[GateReason]:
    """Block medicinal doses in the first trimester, and ask where nobody recorded which it is (facts 6, our default)."""
    if not (first or trimester is None) or _allowed(remedy):
        return
    name, about = listed(remedy.herbs), tuple(sorted(("pregnancy", *(herb.id for herb in remedy.herbs))))
    but = "but food amounts, ginger up to 1 g a day and psyllium"
    if first:
        message = f"First trimester: no medicinal dose of {name}. Nothing is taken in it {but}."
        yield GateReason(
            Verdict.BLOCK,
            "first_trimester",
            message,
            POLICY,
            mechanism="pregnancy",
            about=about,
            outcome=Outcome.NOT_COVERED,
        )
    else:
        message = f"The trimester is not recorded; in the first, no medicinal dose of {name} is given ({but})."
        yield GateReason(
            Verdict.UNKNOWN,
            "first_trimester",
            message,
            POLICY,
            mechanism="pregnancy_not_recorded",
            about=about,
            outcome=Outcome.NOT_RECORDED,
        )


def _allowed(remedy: Remedy) -> bool:
    line = remedy.item.dose
    if line is not None and fold(line.preparation) in FOOD:
        return True
    if remedy.formula is not None or remedy.herbs[0].id not in IN_FIRST_TRIMESTER:
        return False
    most = IN_FIRST_TRIMESTER[remedy.herbs[0].id]
    return most is None or (line is not None and _grams_a_day(line) <= most)


def _grams_a_day(line: DoseLine) -> float:
    grams = in_unit(line.amount, line.unit, "g", drops_per_ml=line.drops_per_ml)
    often = 1.0 if line.per == "day" else times(line.times_a_day, most=True)
    return float("inf") if grams is None or often is None or line.amount <= 0 else grams * often
