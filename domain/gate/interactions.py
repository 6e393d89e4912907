"""What a remedy does together with medicines and with other herbs: documented pairs and mechanisms that add up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.gate.effects import effect_class
from domain.gate.medicines import Medicines
from domain.gate.naming import Remedy, called
from domain.gate.rules import Rules, rules_of
from domain.gate.verdict import GateReason, Verdict
from storage.knowledge import Herb, Interaction, Knowledge


@dataclass(frozen=True, slots=True)
class _Partner:
    """Something taken beside a herb, by its id, its name and its mechanism classes."""

    id: str
    name: str
    tags: frozenset[str]


def interaction_reasons(
    remedy: Remedy, others: Sequence[Remedy], medicines: Medicines, knowledge: Knowledge
) -> Iterator[GateReason]:
    """Yield the documented interactions of a remedy's herbs with medicines, with other herbs and with each other.

    A herb–herb pair counts in whichever direction it was written down. Mechanisms that add up give one reason for each rule,
    naming all partners, so that one mechanism is read once.
    """
    rules = rules_of(knowledge)
    beside = {herb.id: herb for other in others for herb in other.herbs} | {herb.id: herb for herb in medicines.herbs}
    own = {herb.id: herb for herb in remedy.herbs}
    everyone = own | beside
    for mine, herb in own.items():
        for row in rules.interactions.get(mine, ()):
            kind, _, other = row.other.rpartition(":")
            if kind == "herb":
                if row.herb in everyone and other in everyone:
                    yield _documented(row, called(everyone[row.herb]), called(everyone[other]), (row.herb, other))
            else:
                for taken in medicines.taken:
                    if other in taken.classes if kind == "class" else taken.id == row.other:
                        yield _documented(row, called(herb), taken.name, (mine, taken.id))
    yield from _stacking(own, beside, medicines, knowledge, rules)


def _documented(row: Interaction, herb: str, other: str, about: tuple[str, str]) -> GateReason:
    rule = "herb_herb" if row.other.startswith("herb:") else "herb_drug"
    basis = " (from the mechanism alone)" if row.mechanism else ""
    message = f"{herb} with {other}: {row.effect.rstrip('.')}{basis}."
    return GateReason(
        Verdict(row.severity.value),
        rule,
        message,
        row.source,
        row.grade.value,
        mechanism=effect_class(row.effect),
        about=tuple(sorted(about)),
    )


def _stacking(
    own: Mapping[str, Herb], beside: Mapping[str, Herb], medicines: Medicines, knowledge: Knowledge, rules: Rules
) -> Iterator[GateReason]:
    taken = [_Partner(one.id, one.name, rules.working_as(one.classes)) for one in medicines.taken]
    herbs = [_Partner(one, called(herb), frozenset(herb.tags)) for one, herb in {**own, **beside}.items() if herb.tags]
    for rule in knowledge.stacking:
        firsts = [one for one in (*herbs, *taken) if rule.first in one.tags]
        seconds = [one for one in (*herbs, *taken) if rule.second in one.tags]
        pairs = [(one, other) for one in firsts for other in seconds if one.id != other.id]
        pairs = [pair for pair in pairs if pair[0].id in own or pair[1].id in own]
        if not pairs:
            continue
        everyone = {partner.id: partner.name for pair in pairs for partner in pair}
        mine = {name for one, name in everyone.items() if one in own}
        partners = {name for one, name in everyone.items() if one not in own} - mine
        # Inside a formula the herbs are partners of each other: each is named once.
        who = f"{_listed(mine)} with {_listed(partners)}" if partners else f"{_listed(mine)} together"
        classes = " and ".join(_mechanism(one, knowledge) for one in sorted({rule.first, rule.second}))
        message = f"{who}: {rule.effect.rstrip('.')} (both by mechanism: {classes})."
        yield GateReason(
            Verdict(rule.severity.value),
            "stacking",
            message,
            rule.source,
            rule.grade.value,
            mechanism=effect_class(rule.effect),
            about=tuple(sorted(everyone)),
        )


def _mechanism(name: str, knowledge: Knowledge) -> str:
    """Name a mechanism as its row does, and a class of medicines, which has none, by its id."""
    row = knowledge.mechanisms.get(name)
    return row.names["en"] if row else name.replace("_", " ")


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
