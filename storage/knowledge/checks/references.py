"""What one row names must be there: no dangling id, code, class or mechanism."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from storage.knowledge.files import FILE_OF, Files, Problem
from storage.knowledge.rows import (
    Advice,
    Caution,
    Code,
    Condition,
    Contradiction,
    Dose,
    Drug,
    Finding,
    Formula,
    Herb,
    Indication,
    Interaction,
    Mechanism,
    Quality,
    Row,
    Stacking,
)

OF_TRADITIONAL_MEDICINE = 26
"""The chapter of ICD-11 for conditions of traditional medicine."""


@dataclass(frozen=True)
class _Known:
    """The ids that rows may name."""

    files: Files

    @cached_property
    def herbs(self) -> set[str]:
        return {row.id for _, row in self.files.of(Herb)}

    @cached_property
    def items(self) -> set[str]:
        return self.herbs | {row.id for _, row in self.files.of(Formula)}

    @cached_property
    def conditions(self) -> set[str]:
        return {row.id for _, row in self.files.of(Condition)}

    @cached_property
    def findings(self) -> set[str]:
        return {row.id for _, row in self.files.of(Finding)}

    @cached_property
    def mechanisms(self) -> set[str]:
        return {row.id for _, row in self.files.of(Mechanism)}

    @cached_property
    def classes(self) -> set[str]:
        return {name for _, row in self.files.of(Drug) for name in row.classes}

    @cached_property
    def drugs(self) -> set[str]:
        return {row.id for _, row in self.files.of(Drug)}


def references(files: Files) -> Iterator[Problem]:
    """Yield every name in a row that nothing answers to."""
    known = _Known(files)
    for label, dose in files.of(Dose):
        yield from _missing(Dose, label, "herb or formula", [dose.herb], known.items)
    for label, indication in files.of(Indication):
        yield from _missing(Indication, label, "herb or formula", [indication.item], known.items)
        yield from _missing(Indication, label, "condition", [indication.condition], known.conditions)
    for label, formula in files.of(Formula):
        yield from _missing(Formula, label, "herb", formula.herbs, known.herbs)
    for label, advice in files.of(Advice):
        yield from _missing(Advice, label, "condition", advice.conditions, known.conditions)
        yield from _missing(Advice, label, "advice", advice.items, {row.id for _, row in files.of(Advice)})
    for label, caution in files.of(Caution):
        yield from _missing(Caution, label, "herb", [caution.herb], known.herbs)
    yield from _mechanisms(files, known)
    yield from _interactions(files, known)
    yield from _contradictions(files, known)
    yield from _conditions(files, known)
    for label, finding in files.of(Finding):
        yield from _missing(Finding, label, "finding", finding.excludes, known.findings - {finding.id})


def _missing(kind: type[Row], label: str, what: str, ids: Collection[str], known: set[str]) -> Iterator[Problem]:
    for id_ in ids:
        if id_ not in known:
            yield Problem(FILE_OF[kind], label, f"there is no {what} {id_}")


def _mechanisms(files: Files, known: _Known) -> Iterator[Problem]:
    for label, herb in files.of(Herb):
        yield from _missing(Herb, label, "mechanism", herb.tags, known.mechanisms)
    for label, mechanism in files.of(Mechanism):
        yield from _missing(Mechanism, label, "drug class", mechanism.drug_classes, known.classes)
    for label, rule in files.of(Stacking):
        both = known.mechanisms | known.classes
        yield from _missing(Stacking, label, "mechanism or drug class", [rule.first, rule.second], both)


def _interactions(files: Files, known: _Known) -> Iterator[Problem]:
    for label, row in files.of(Interaction):
        yield from _missing(Interaction, label, "herb", [row.herb], known.herbs)
        kind, colon, name = row.other.partition(":")
        if not colon:
            yield from _missing(Interaction, label, "drug", [row.other], known.drugs)
        elif kind == "class":
            yield from _missing(Interaction, label, "drug class", [name], known.classes)
        elif kind == "herb":
            yield from _missing(Interaction, label, "herb", [name], known.herbs)
        else:
            yield Problem(FILE_OF[Interaction], label, f"{row.other} is no drug, class: or herb:")


def _contradictions(files: Files, known: _Known) -> Iterator[Problem]:
    qualities = set(get_args(Quality))
    of_item = {"tag": known.mechanisms, "quality": qualities}
    of_state = {"finding": known.findings, "condition": known.conditions, "quality": qualities}
    for label, row in files.of(Contradiction):
        kind, colon, name = row.item.partition(":")
        if not colon:
            yield from _missing(Contradiction, label, "herb or formula", [row.item], known.items)
        elif kind in of_item:
            yield from _missing(Contradiction, label, kind, [name], of_item[kind])
        else:
            yield Problem(FILE_OF[Contradiction], label, f"{row.item} is no herb, formula, tag: or quality:")
        kind, _, name = row.against.partition(":")
        if kind in of_state:
            yield from _missing(Contradiction, label, kind, [name], of_state[kind])
        else:
            yield Problem(FILE_OF[Contradiction], label, f"{row.against} is no finding:, condition: or quality:")


def _conditions(files: Files, known: _Known) -> Iterator[Problem]:
    findings = {row.id: row for _, row in files.of(Finding)}
    chapters = {row.id: row.chapter for _, row in files.of(Code)}
    file = FILE_OF[Condition]
    for label, condition in files.of(Condition):
        if not condition.icd11:
            yield Problem(file, label, "the condition has no ICD-11 code")
        elif chapters.get(condition.icd11) != OF_TRADITIONAL_MEDICINE:
            yield Problem(file, label, f"{condition.icd11} is no code of chapter 26 in {FILE_OF[Code]}")
        yield from _missing(Condition, label, "code", condition.biomedical, set(chapters))
        yield from _missing(Condition, label, "finding", [*condition.supporting, *condition.contrary], known.findings)
        for id_ in [*condition.supporting, *condition.contrary]:
            if id_ in findings and condition.tradition not in findings[id_].traditions:
                # The intake offers findings by tradition: this one could never be recorded for the condition.
                yield Problem(file, label, f"the finding {id_} is not one of {condition.tradition}")
        for id_ in sorted(condition.supporting.keys() & condition.contrary.keys()):
            yield Problem(file, label, f"the finding {id_} is both supporting and contrary")
