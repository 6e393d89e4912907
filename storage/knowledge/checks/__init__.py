"""Rules between rows of the knowledge files: what one row names must exist, and what must not be shown is not there."""

from collections.abc import Iterator

from storage.knowledge.checks.content import contents
from storage.knowledge.checks.references import references
from storage.knowledge.files import FILE_OF, Files, Problem
from storage.knowledge.rows import Dose, Formula, Herb, Row, Source


def check(files: Files) -> Iterator[Problem]:
    """Yield every rule that the rows break together; rows that did not parse are not seen here."""
    yield from _ids(files)
    yield from _sources(files)
    yield from _regulated(files)
    yield from references(files)
    yield from contents(files)


def _ids(files: Files) -> Iterator[Problem]:
    used: dict[tuple[str, str], list[str]] = {}
    for file, label, row in files.every():
        if _named(row):
            used.setdefault((file, row.key if isinstance(row, Source) else row.id), []).append(label)
    for (file, id_), labels in used.items():
        if len(labels) > 1:  # the last to come is the one that is wrong
            yield Problem(file, labels[-1], f"the id {id_} is used {len(labels)} times")
    herbs = {row.id for _, row in files.of(Herb)}
    for label, formula in files.of(Formula):
        # An indication or a dose names either by its id alone.
        if formula.id in herbs:
            yield Problem(FILE_OF[Formula], label, f"the id {formula.id} is a herb's id too")


def _named(row: object) -> bool:
    return isinstance(row, Source) or hasattr(row, "id")


def _sources(files: Files) -> Iterator[Problem]:
    known = {row.key for _, row in files.of(Source)}
    for file, label, row in files.every():
        for source in row.source if isinstance(row, Row) else ():
            if source.partition(":")[0] not in known:
                yield Problem(file, label, f"the source {source} is not in sources.yaml")


def _regulated(files: Files) -> Iterator[Problem]:
    regulated = {row.id for _, row in files.of(Herb) if row.regulated}
    for label, dose in files.of(Dose):
        if dose.herb in regulated:
            yield Problem(FILE_OF[Dose], label, f"{dose.herb} is regulated and must have no dose")
    for label, formula in files.of(Formula):
        held = regulated.intersection(formula.herbs)
        if formula.dose and held:
            yield Problem(FILE_OF[Formula], label, f"holds {', '.join(sorted(held))}, which is regulated: no dose")
