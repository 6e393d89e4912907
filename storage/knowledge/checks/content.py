"""What the rows say must make sense by itself: units, names, pairs that agree with themselves, protocols that end."""

import re
from collections import Counter
from collections.abc import Iterator

from storage.knowledge.files import FILE_OF, Files, Problem
from storage.knowledge.rows import (
    Advice,
    AllergyFamily,
    Condition,
    Dose,
    Finding,
    Formula,
    Herb,
    Interaction,
    Mechanism,
    Severity,
    SideEffectTerm,
)

UNITS = ("mg", "g", "mL", "drop", "fruit", "IU", "mcg")
"""Units of the dose lines, as the gate reads and pages show them."""
MOST_OF_A_KIND = 3
"""Diet points, and lifestyle points, that one protocol joins at most: more is not kept up."""
_LATIN = re.compile(r"[A-Z][a-z]+(?: (?:[x×] )?[a-z][a-z-]+\.?| [A-Z]?[a-z.]+| ?\([^)]*\))*")
"""A genus with what stands behind it (species, variety, spp.), or the Latin name of a mineral or animal product."""


def contents(files: Files) -> Iterator[Problem]:
    """Yield every row that contradicts itself or another."""
    yield from _latin_names(files)
    yield from _doses(files)
    yield from _pairs(files)
    yield from _protocols(files)
    yield from _display_names(files)


def _latin_names(files: Files) -> Iterator[Problem]:
    for label, herb in files.of(Herb):
        for one in herb.latin.split(";"):
            if not _LATIN.fullmatch(one.strip()):
                yield Problem(FILE_OF[Herb], label, f"“{one.strip()}” is no Latin name")


def _doses(files: Files) -> Iterator[Problem]:
    for label, dose in files.of(Dose):
        if dose.unit not in UNITS:
            yield Problem(FILE_OF[Dose], label, f"{dose.unit} is none of the units {', '.join(UNITS)}")
        if dose.unit == "drop" and dose.drops_per_ml is None:
            yield Problem(
                FILE_OF[Dose], label, "a dose in drops needs drops_per_ml: how many of them are one millilitre"
            )


def _pairs(files: Files) -> Iterator[Problem]:
    """Of two rows that do not go together the later one is named: where a practice adds rows, it is theirs."""
    file = FILE_OF[Interaction]
    labels: dict[tuple[str, str, str], list[str]] = {}
    severities: dict[tuple[str, str], set[Severity]] = {}
    for label, row in files.of(Interaction):
        labels.setdefault((row.herb, row.other, row.effect), []).append(label)
        other_way = severities.get(_reversed(row), set()) - {row.severity}
        if row.other == f"herb:{row.herb}":
            yield Problem(file, label, f"{row.herb} interacts with itself")
        elif other_way:
            yield Problem(file, label, _disagree(row, min(other_way)))
        severities.setdefault((row.herb, row.other), set()).add(row.severity)
    for (herb, other, _), alike in labels.items():
        if len(alike) > 1:
            yield Problem(file, alike[-1], f"{herb} with {other} is listed {len(alike)} times with one effect")


def _reversed(row: Interaction) -> tuple[str, str]:
    return row.other.removeprefix("herb:"), f"herb:{row.herb}"


def _disagree(row: Interaction, back: Severity) -> str:
    return f"{row.herb} with {row.other} is {row.severity} here and {back} in the other direction"


def _protocols(files: Files) -> Iterator[Problem]:
    kinds = {row.id: row.kind for _, row in files.of(Advice)}
    for label, advice in files.of(Advice):
        joined = Counter(kinds.get(one, "") for one in advice.items)
        if advice.kind != "protocol":
            if advice.items:
                yield Problem(FILE_OF[Advice], label, "only a protocol joins items")
            continue
        if advice.days is None or advice.follow_up_days is None:
            yield Problem(FILE_OF[Advice], label, "a protocol needs days and follow_up_days")
        if joined["protocol"]:
            yield Problem(FILE_OF[Advice], label, "a protocol joins diet and lifestyle items only")
        for kind in ("diet", "lifestyle"):
            if joined[kind] > MOST_OF_A_KIND:
                yield Problem(FILE_OF[Advice], label, f"a protocol joins at most {MOST_OF_A_KIND} {kind} items")


def _display_names(files: Files) -> Iterator[Problem]:
    for file, label, row in files.every():
        shown = isinstance(row, (Herb, Formula, Finding, Condition, Mechanism, AllergyFamily, Advice, SideEffectTerm))
        if shown and ("en" not in row.names or (isinstance(row, Advice) and "en" not in row.text)):
            yield Problem(file, label, "there is no English name or text")
