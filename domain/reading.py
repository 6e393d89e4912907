"""Reading what a practice knows: every row of every set, where it comes from, and the rows that speak of the same thing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from domain import bringing_in
from domain.bringing_in import BroughtIn
from domain.cases import Card
from domain.errors import NotAllowed, NotFound
from domain.knowledge import fold
from domain.library import Known
from domain.permission import Action, Actor, Thing, may
from domain.services import Services
from storage import practice_rows
from storage.knowledge import FILE_OF, SETS, Condition, Drug, Finding, Formula, Herb, Mechanism, Source
from storage.knowledge import rows as kinds

SURE = 95.0
"""From this likeness on a name holds the words; below it is only like them, and counts where nothing is surer."""
ALIKE = 5
"""How many names that are only like the words count."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file of the practice's own that a row stands in, and when it was brought in."""

    import_id: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KnownRow:
    """One row of a set of facts; ``id`` is its own in the set: its id or key, otherwise its line in its file."""

    file: str
    id: str
    row: BaseModel
    origin: Origin | None
    """None for what comes with the program."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a set, and where the next ones begin (None: there are none)."""

    items: tuple[KnownRow, ...]
    next: int | None
    total: int


@dataclass(frozen=True, slots=True)
class SetSize:
    """A set of facts: how many rows it has, and how many of them are the practice's own."""

    file: str
    rows: int
    own: int


def sets(services: Services, actor: Actor) -> list[SetSize]:
    """Count the rows of each set. Raises NotAllowed."""
    known = _known(services, actor)
    return [
        SetSize(file, len(known.files.of(kind)), sum(of == file for of, _ in known.own)) for file, kind in SETS.items()
    ]


def rows(services: Services, actor: Actor, file: str, *, words: str = "", after: int = 0, limit: int = 30) -> Page:
    """Give up to ``limit`` rows of a set from place ``after`` on, those that ``words`` mean. Raises NotAllowed, NotFound."""
    known = _known(services, actor)
    found = list(every(known, file, _origins(services, actor)))
    if fold(words):
        found = _meant(known, found, words)
    items = tuple(found[after : after + limit])
    return Page(items, after + limit if after + limit < len(found) else None, len(found))


def elsewhere(services: Services, actor: Actor, file: str, words: str) -> dict[str, int]:
    """Count the rows of the other sets that speak of what is called like ``words``, where there are any. Raises NotAllowed."""
    known = _known(services, actor)
    if not fold(words):
        return {}
    counts = {
        other: len(_meant(known, every(known, other, {}), words, in_texts=False)) for other in SETS if other != file
    }
    return {other: count for other, count in counts.items() if count}


def row(services: Services, actor: Actor, file: str, row_id: str) -> KnownRow:
    """Give one row. Raises NotAllowed, NotFound."""
    for one in every(_known(services, actor), file, _origins(services, actor)):
        if one.id == row_id:
            return one
    raise NotFound("There is no such row.")


def beside(services: Services, actor: Actor, one: KnownRow) -> Mapping[str, tuple[KnownRow, ...]]:
    """Give the rows of other sets that speak of what a row is about, by their set. Raises NotAllowed."""
    known = _known(services, actor)
    meant = _is(one)
    origins = _origins(services, actor)
    found = {
        file: tuple(other for other in every(known, file, origins) if other != one and meant & set(_names(other.row)))
        for file in SETS
    }
    return {file: rows for file, rows in found.items() if rows}


def every(known: Known, file: str, origins: Mapping[int, Origin]) -> Iterator[KnownRow]:
    """Yield each row of a set as a practice knows it. Raises NotFound."""
    if file not in SETS:
        raise NotFound("There is no such set of facts.")
    for label, content in known.files.of(SETS[file]):
        number, there = known.own.get((file, label), (None, label))
        named = content.key if isinstance(content, Source) else getattr(content, "id", None)
        row_id = str(named) if named else there if number is None else f"{number}.{there}"
        yield KnownRow(file, row_id, content, origins.get(number) if number is not None else None)


@dataclass(frozen=True, slots=True)
class OwnShelf:
    """What a practice has brought in, and what its own cases have taught."""

    imports: tuple[BroughtIn, ...]
    refused: tuple[str, ...]
    """Own rows that do not fit what comes with the program any more, one sentence each."""
    cases: int
    """Past cases that were brought in."""
    card: Card | None
    """Of the ranker; None with too few cases, and until it is fitted."""


def brought_in(services: Services, actor: Actor) -> OwnShelf:
    """Say what a practice has brought in and learnt. Raises NotAllowed."""
    known = _known(services, actor)
    with services.database.read() as session:
        cases = practice_rows.case_count(session, actor.practice_id)
    ranker = services.learned.ranker(actor.practice_id)
    return OwnShelf(
        imports=tuple(bringing_in.listing(services, actor.practice_id)),
        refused=tuple(str(one) for one in known.refused),
        cases=cases,
        card=ranker.card if ranker else None,
    )


def renewed(services: Services, actor: Actor) -> None:
    """Read anew what the practice knows, where it is not sure that somebody else has done so already."""
    services.library.renew(actor.practice_id)


def _known(services: Services, actor: Actor) -> Known:
    if not may(actor, Action.READ_KNOWLEDGE, Thing(actor.practice_id)):
        raise NotAllowed("This is for practitioners.")
    return services.library.of(actor.practice_id)


def _origins(services: Services, actor: Actor) -> dict[int, Origin]:
    files = bringing_in.listing(services, actor.practice_id, "knowledge")
    return {one.id: Origin(one.id, one.name, one.at) for one in files}


def _meant(known: Known, found: Iterable[KnownRow], words: str, *, in_texts: bool = True) -> list[KnownRow]:
    """Keep the rows that hold the words or speak of what bears such a name, best first.

    Where rows hold every single word ("ginseng warfarin"), only these. ``in_texts`` looks into what rows say as well, which takes
    a tenth of a second for all sets; without, only names count.
    """
    ranks = _ranks(known, words)
    singly = [(word, _ranks(known, word)) for word in fold(words).split()]
    folded, last = fold(words), len(ranks)
    ranked, whole = [], []
    for place, one in enumerate(found):
        named = (*_is(one), *_names(one.row))
        rank = min((ranks.get(name, last + 1) for name in named), default=last + 1)
        missing = [word for word, of in singly if of.keys().isdisjoint(named)]
        partly = 0 < len(missing) < len(singly)
        text = _text(one) if partly or (in_texts and rank > last) else ""
        if rank > last and folded in text and in_texts:
            rank = last
        if rank <= last:
            ranked.append((rank, place, one))
        if len(singly) > 1 and len(missing) < len(singly) and all(word in text for word in missing):
            whole.append((rank, place, one))
    return [one for _, _, one in sorted(whole or ranked, key=lambda three: three[:2])]


def _text(one: KnownRow) -> str:
    return fold(" ".join(_texts(one.row.model_dump(exclude=_PROVENANCE))))


def _ranks(known: Known, words: str) -> dict[tuple[str, str], int]:
    """Rank what bears such a name, by its file and id; the best of several places counts."""
    hits = known.names.search(words, limit=200)
    sure = [hit for hit in hits if hit.score >= SURE] or hits[:ALIKE]
    return {(_FILES[hit.kind], hit.id): at for at, hit in reversed(list(enumerate(sure)))}


_FILES = {
    "herb": FILE_OF[Herb],
    "formula": FILE_OF[Formula],
    "drug": FILE_OF[Drug],
    "finding": FILE_OF[Finding],
    "condition": FILE_OF[Condition],
}
_PROVENANCE = {"source", "grade", "review_status", "reviewer", "reviewed_on"}
CLASS = "class"
"""Stands in place of a file for classes of medicines, which have no set of their own."""


def _is(one: KnownRow) -> set[tuple[str, str]]:
    classes = one.row.classes if isinstance(one.row, Drug) else ()
    return {(one.file, one.id), *((CLASS, name) for name in classes)}


def _names(row: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield what a row speaks of: the file of each thing, and its id."""
    herbs, formulas, drugs = FILE_OF[Herb], FILE_OF[Formula], FILE_OF[Drug]
    conditions, findings, mechanisms = FILE_OF[Condition], FILE_OF[Finding], FILE_OF[Mechanism]
    match row:
        case kinds.Dose():
            yield from ((herbs, row.herb), (formulas, row.herb))
        case kinds.Indication():
            yield from ((herbs, row.item), (formulas, row.item), (conditions, row.condition))
        case kinds.Formula():
            yield from ((herbs, one) for one in row.herbs)
        case kinds.Caution():
            yield herbs, row.herb
        case kinds.Interaction():
            kind, colon, name = row.other.partition(":")
            yield herbs, row.herb
            yield (drugs, row.other) if not colon else (herbs if kind == "herb" else CLASS, name)
        case kinds.Contradiction():
            kind, colon, name = row.item.partition(":")
            yield from ((herbs, row.item), (formulas, row.item)) if not colon else ((mechanisms, name),)
            kind, _, name = row.against.partition(":")
            yield {"finding": findings, "condition": conditions}.get(kind, kind), name
        case kinds.Advice():
            yield from ((conditions, one) for one in row.conditions)
            yield from ((FILE_OF[kinds.Advice], one) for one in row.items)
        case kinds.Condition():
            yield from ((findings, one) for one in (*row.supporting, *row.contrary))
            yield from ((FILE_OF[kinds.Code], one) for one in (row.icd11, *row.biomedical))
        case kinds.Herb():
            yield from ((mechanisms, one) for one in row.tags)
            yield FILE_OF[kinds.AllergyFamily], row.family
        case kinds.Mechanism():
            yield from ((CLASS, one) for one in row.drug_classes)
        case kinds.Stacking():
            yield from ((of, one) for of in (mechanisms, CLASS) for one in (row.first, row.second))
        case _:
            return


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
