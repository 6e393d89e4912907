"""Names that a practice may not give to rows of its own: they would hide what a name is read as already."""

from collections.abc import Iterable, Iterator

from domain.gate.medicines import find_medicines
from domain.gate.naming import Remedy, find_remedy
from domain.gate.verdict import Item, Verdict
from domain.knowledge import Kind, NameIndex, Unidentified
from storage.knowledge import FILE_OF, Drug, Formula, Herb, Knowledge, OwnRow, Problem


def hidden_names(rows: Iterable[OwnRow], knowledge: Knowledge, names: NameIndex) -> list[Problem]:
    """Name the own rows whose names would be taken for something that is dangerous, or checked, as it is read today.

    A name that another row of the same kind has is no problem here: it becomes ambiguous, and fails closed. But a medicine
    called "blood thinner" or "warfarin and aspirin", or a herb called "Mu tong" or "zhi gan cao", would put a row of one's own in
    place of what the gate reads there.
    """
    return sorted(_problems(rows, knowledge, names))


def _problems(rows: Iterable[OwnRow], knowledge: Knowledge, names: NameIndex) -> Iterator[Problem]:
    for file, label, content in rows:
        for kind, of in _KINDS.items():
            if file == FILE_OF[of]:
                row = of.model_validate(content)
                for name in _names(row):
                    if isinstance(names.identify(name, kind), Unidentified) and (
                        read := _read_as(name, row, knowledge, names)
                    ):
                        yield Problem(file, label, f"the name “{name}” is read as {read} already")


_KINDS: dict[Kind, type[Herb] | type[Formula] | type[Drug]] = {"herb": Herb, "formula": Formula, "drug": Drug}


def _names(row: Herb | Formula | Drug) -> Iterator[str]:
    yield row.id
    if isinstance(row, Herb):
        yield from (one.strip() for one in row.latin.split(";"))
    yield from row.names if isinstance(row, Drug) else (one for names in row.names.values() for one in names)


def _read_as(name: str, row: Herb | Formula | Drug, knowledge: Knowledge, names: NameIndex) -> str:
    """Say what a name is read as today, if that would be lost; empty where it means nothing yet."""
    found = find_medicines([name], knowledge, names)
    herbs = {herb.id: herb for herb in found.herbs}
    if isinstance(row, Formula):  # one that is named after a herb in it holds that herb all the same
        herbs = {one: herb for one, herb in herbs.items() if one not in row.herbs}
    taken = [one.name for one in found.taken if one.certain]  # prednisone may be added where prednisolone is known
    if taken or herbs:
        return " and ".join(sorted([*taken, *herbs]))
    if not isinstance(row, Herb) or row.regulated:
        return ""
    remedy = find_remedy(Item("herb", None, name), knowledge, names)
    if isinstance(remedy, Remedy):
        return remedy.herbs[0].id
    return "one that may be regulated" if remedy.verdict is Verdict.BLOCK else ""
