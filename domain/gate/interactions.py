"""What a remedy does together with medicines and with other herbs: documented pairs and mechanisms that add up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from domain.gate.naming import Medicines, Remedy, called
from domain.gate.verdict import GateReason, Verdict
from storage.knowledge import Herb, Interaction, Knowledge


@dataclass(frozen=True, slots=True)
class _Partner:
    """Something taken beside a herb, by its name and its mechanism classes."""

    name: str
    tags: frozenset[str]


def interaction_reasons(
    remedy: Remedy, others: Sequence[Remedy], medicines: Medicines, knowledge: Knowledge
) -> Iterator[GateReason]:
    """Yield the documented interactions of a remedy's herbs with medicines, with other herbs and with each other.

    A herb–herb pair counts in whichever direction it was written down. Mechanisms that add up give one reason for each rule,
    naming all partners, so that one mechanism is read once.
    """
    beside = {herb.id: herb for other in others for herb in other.herbs} | {herb.id: herb for herb in medicines.herbs}
    own = {herb.id: herb for herb in remedy.herbs}
    pairs = {(mine, theirs) for mine in own for theirs in beside if mine != theirs}
    pairs |= set(combinations(sorted(own), 2))
    everyone = own | beside
    for row in knowledge.interactions:
        kind, _, other = row.other.rpartition(":")
        if kind == "herb":
            if (row.herb, other) in pairs or (other, row.herb) in pairs:
                yield _documented(row, called(everyone[row.herb]), called(everyone[other]))
        elif row.herb in own:
            if kind == "class":
                takers = [drug.names[0] for drug in medicines.drugs if other in drug.classes]
                takers += [other.replace("_", " ")] if other in medicines.classes else []
            else:
                takers = [drug.names[0] for drug in medicines.drugs if drug.id == row.other]
            for taken in takers:
                yield _documented(row, called(own[row.herb]), taken)
    yield from _stacking(own, beside, medicines, knowledge)


def _documented(row: Interaction, herb: str, other: str) -> GateReason:
    rule = "herb_herb" if row.other.startswith("herb:") else "herb_drug"
    basis = " (from the mechanism alone)" if row.mechanism else ""
    message = f"{herb} with {other}: {row.effect.rstrip('.')}{basis}."
    return GateReason(Verdict(row.severity.value), rule, message, row.source, row.grade.value)


def _stacking(
    own: dict[str, Herb], beside: dict[str, Herb], medicines: Medicines, knowledge: Knowledge
) -> Iterator[GateReason]:
    taken = [_Partner(drug.names[0], frozenset(drug.classes)) for drug in medicines.drugs]
    taken += [_Partner(one.replace("_", " "), frozenset({one})) for one in medicines.classes]
    herbs = {one: _Partner(called(herb), frozenset(herb.tags)) for one, herb in (own | beside).items()}
    for rule in knowledge.stacking:
        mine: set[str] = set()
        partners: set[str] = set()
        for one in own:
            rest = [herbs[other] for other in herbs if other != one]
            adding = {other.name for other in (*taken, *rest) if _adds_up(herbs[one], other, rule.first, rule.second)}
            if adding:
                mine.add(herbs[one].name)
                partners |= adding
        if mine:
            # Inside a formula the herbs are partners of each other: each is named once.
            who = f"{_listed(mine)} with {_listed(partners - mine)}" if partners - mine else f"{_listed(mine)} together"
            classes = " and ".join(sorted({rule.first, rule.second})).replace("_", " ")
            message = f"{who}: {rule.effect.rstrip('.')} (both by mechanism: {classes})."
            yield GateReason(Verdict(rule.severity.value), "stacking", message, rule.source, rule.grade.value)


def _adds_up(herb: _Partner, other: _Partner, first: str, second: str) -> bool:
    return (first in herb.tags and second in other.tags) or (second in herb.tags and first in other.tags)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
