"""Rules between rows of the knowledge files: what one row names must exist, and what must not be shown is not there."""

from collections import Counter
from collections.abc import Iterable, Iterator

from storage.knowledge.files import Files, Problem
from storage.knowledge.rows import Condition, Interaction, Row, Severity


def check(files: Files) -> Iterator[Problem]:
    """Yield every rule that the rows break together; rows that did not parse are not seen here."""
    yield from _ids(files)
    yield from _sources(files)
    yield from _regulated(files)
    yield from _references(files)
    for label, condition in files.conditions:
        yield from _condition(label, condition, files)
    yield from _interactions(files)
    yield from _display_names(files)


def _ids(files: Files) -> Iterator[Problem]:
    yield from _twice("sources.yaml", (row.key for _, row in files.sources))
    yield from _twice("herbs.yaml", (row.id for _, row in files.herbs))
    yield from _twice("findings.yaml", (row.id for _, row in files.findings))
    yield from _twice("conditions.yaml", (row.id for _, row in files.conditions))
    yield from _twice("formulas.yaml", (row.id for _, row in files.formulas))
    yield from _twice("advice.yaml", (row.id for _, row in files.advice))
    yield from _twice("drugs.csv", (row.id for _, row in files.drugs))
    yield from _twice("red_flags.yaml", (row.id for _, row in files.red_flags))
    yield from _twice("side_effects.yaml", (row.id for _, row in files.side_effects))
    herbs = {row.id for _, row in files.herbs}
    for label, formula in files.formulas:
        # An indication or a dose names either by its id alone.
        if formula.id in herbs:
            yield Problem("formulas.yaml", label, f"the id {formula.id} is a herb's id too")


def _twice(file: str, ids: Iterable[str]) -> Iterator[Problem]:
    for id_, count in Counter(ids).items():
        if count > 1:
            yield Problem(file, id_, f"the id {id_} is used {count} times")


def _every_row(files: Files) -> Iterator[tuple[str, str, Row]]:
    for file, rows in (
        ("herbs.yaml", files.herbs),
        ("doses.csv", files.doses),
        ("findings.yaml", files.findings),
        ("conditions.yaml", files.conditions),
        ("indications.csv", files.indications),
        ("formulas.yaml", files.formulas),
        ("advice.yaml", files.advice),
        ("drugs.csv", files.drugs),
        ("interactions.csv", files.interactions),
        ("stacking.csv", files.stacking),
        ("cautions.csv", files.cautions),
        ("red_flags.yaml", files.red_flags),
        ("side_effects.yaml", files.side_effects),
    ):
        for label, row in rows:
            yield file, label, row


def _sources(files: Files) -> Iterator[Problem]:
    known = {row.key for _, row in files.sources}
    for file, label, row in _every_row(files):
        for source in row.source:
            if source.partition(":")[0] not in known:
                yield Problem(file, label, f"the source {source} is not in sources.yaml")


def _regulated(files: Files) -> Iterator[Problem]:
    regulated = {row.id for _, row in files.herbs if row.regulated}
    for label, dose in files.doses:
        if dose.herb in regulated:
            yield Problem("doses.csv", label, f"{dose.herb} is regulated and must have no dose")
    for label, formula in files.formulas:
        held = regulated.intersection(formula.herbs)
        if formula.dose and held:
            yield Problem("formulas.yaml", label, f"holds {', '.join(sorted(held))}, which is regulated: no dose")


def _references(files: Files) -> Iterator[Problem]:
    herbs = {row.id for _, row in files.herbs}
    items = herbs | {row.id for _, row in files.formulas}
    conditions = {row.id for _, row in files.conditions}
    tags = {tag for _, row in files.herbs for tag in row.tags}
    classes = {name for _, row in files.drugs for name in row.classes}
    drugs = {row.id for _, row in files.drugs}

    def missing(file: str, label: str, what: str, id_: str, known: set[str]) -> Iterator[Problem]:
        if id_ not in known:
            yield Problem(file, label, f"there is no {what} {id_}")

    for label, dose in files.doses:
        yield from missing("doses.csv", label, "herb or formula", dose.herb, items)
    for label, indication in files.indications:
        yield from missing("indications.csv", label, "herb or formula", indication.item, items)
        yield from missing("indications.csv", label, "condition", indication.condition, conditions)
    for label, formula in files.formulas:
        for herb in formula.herbs:
            yield from missing("formulas.yaml", label, "herb", herb, herbs)
    for label, advice in files.advice:
        for condition in advice.conditions:
            yield from missing("advice.yaml", label, "condition", condition, conditions)
    for label, caution in files.cautions:
        yield from missing("cautions.csv", label, "herb", caution.herb, herbs)
    for label, stacking in files.stacking:
        for name in (stacking.first, stacking.second):
            yield from missing("stacking.csv", label, "herb tag or drug class", name, tags | classes)
    for label, row in files.interactions:
        yield from missing("interactions.csv", label, "herb", row.herb, herbs)
        kind, colon, name = row.other.partition(":")
        if not colon:
            yield from missing("interactions.csv", label, "drug", row.other, drugs)
        elif kind == "class":
            yield from missing("interactions.csv", label, "drug class", name, classes)
        elif kind == "herb":
            yield from missing("interactions.csv", label, "herb", name, herbs)
        else:
            yield Problem("interactions.csv", label, f"{row.other} is no drug, class: or herb:")


def _condition(label: str, condition: Condition, files: Files) -> Iterator[Problem]:
    findings = {row.id: row for _, row in files.findings}
    if not condition.icd11:
        yield Problem("conditions.yaml", label, "the condition has no ICD-11 code")
    for id_ in [*condition.supporting, *condition.contrary]:
        if id_ not in findings:
            yield Problem("conditions.yaml", label, f"there is no finding {id_}")
        elif condition.tradition not in findings[id_].traditions:
            # The intake offers findings by tradition: this one could never be recorded for the condition.
            yield Problem("conditions.yaml", label, f"the finding {id_} is not one of {condition.tradition}")
    for id_ in sorted(condition.supporting.keys() & condition.contrary.keys()):
        yield Problem("conditions.yaml", label, f"the finding {id_} is both supporting and contrary")


def _interactions(files: Files) -> Iterator[Problem]:
    effects = Counter((row.herb, row.other, row.effect) for _, row in files.interactions)
    for (herb, other, _), count in effects.items():
        if count > 1:
            yield Problem("interactions.csv", herb, f"{herb} with {other} is listed {count} times with one effect")
    severities = {(row.herb, row.other): row.severity for _, row in files.interactions}
    for label, row in files.interactions:
        back = severities.get(_reversed(row))
        if row.other == f"herb:{row.herb}":
            yield Problem("interactions.csv", label, f"{row.herb} interacts with itself")
        elif back is not None and back is not row.severity and row.herb < row.other.removeprefix("herb:"):
            yield Problem("interactions.csv", label, _disagree(row, back))


def _reversed(row: Interaction) -> tuple[str, str]:
    return row.other.removeprefix("herb:"), f"herb:{row.herb}"


def _disagree(row: Interaction, back: Severity) -> str:
    return f"{row.herb} with {row.other} is {row.severity} here and {back} in the other direction"


def _display_names(files: Files) -> Iterator[Problem]:
    for file, names in (
        ("herbs.yaml", {label: row.names.keys() for label, row in files.herbs}),
        ("formulas.yaml", {label: row.names.keys() for label, row in files.formulas}),
        ("findings.yaml", {label: row.names.keys() for label, row in files.findings}),
        ("conditions.yaml", {label: row.names.keys() for label, row in files.conditions}),
        ("advice.yaml", {label: row.names.keys() & row.text.keys() for label, row in files.advice}),
        ("side_effects.yaml", {label: row.names.keys() for label, row in files.side_effects}),
    ):
        for label, languages in names.items():
            if "en" not in languages:
                yield Problem(file, label, "there is no English name or text")
