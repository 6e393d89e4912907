"""What the sentences of the safety gate name, in the reader's language: no two things have one name there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from domain.gate.naming import called, formula_name
from domain.gate.rules import Same
from domain.knowledge import fold, names_of
from domain.library import Knowledge
from pages.class_words import class_name
from pages.language import Language
from pages.said import foreign, unturned


@dataclass(frozen=True, slots=True)
class Names:
    """What stands in a sentence → how it is said; what is not in here is not known."""

    things: Mapping[str, str]
    """Herbs, formulas, medicines and classes of them."""
    shown: Mapping[str, str]
    """The same, with herbs as they are shown where a name may mean several: with Latin name and part."""
    aliases: Mapping[str, str]
    """Every name that a herb, formula or medicine has: the main name of one thing only is said as that is, others as they are."""
    classes: Mapping[str, str]
    mechanisms: Mapping[str, str]
    advice: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing: how the gate calls it, the ways to say that, the surer after the plainer, and all the names it has."""

    english: str
    ways: tuple[str, ...]
    all_names: frozenset[str] = frozenset()


def names_said(knowledge: Knowledge, _: Language) -> Names:
    """Give the names of a knowledge base in a language."""
    return _names(Same(knowledge), _.code)


# As many as `domain.gate.rules` keeps, in two languages.
@lru_cache(maxsize=16)
def _names(of: Same, code: str) -> Names:
    knowledge, _ = of.knowledge, Language(code)
    rows = list(_rows(knowledge, _))
    things = _apart(rows)
    classes = {one.replace("_", " "): class_name(one, _) for row in knowledge.drugs.values() for one in row.classes}
    shown = {
        f"{called(herb)} ({herb.latin}, {herb.part})": _identity(one, knowledge, _)
        for one, herb in knowledge.herbs.items()
    }
    owners = Counter(name for row in rows for name in row.all_names)
    main = {row.english: things[row.english] for row in rows if owners[fold(row.english)] == 1}
    aliases = {name: main.get(name) or foreign(name) for name in _every_name(knowledge)}
    return Names(
        # A class that is called as a medicine of it ("insulin") is said as that is.
        things=classes | things,
        shown=classes | things | shown,
        aliases=aliases,
        classes=classes,
        mechanisms=classes
        | _apart(
            _Row(one.names["en"], (one.names.get(code) or unturned(one.names["en"]),))
            for one in knowledge.mechanisms.values()
        ),
        advice=_apart(_Row(names_of(one, "en"), (names_of(one, code),)) for one in knowledge.advice.values()),
    )


def _rows(knowledge: Knowledge, _: Language) -> Iterator[_Row]:
    for one, herb in knowledge.herbs.items():
        plain = (names_of(herb, _.code),) if _.code in herb.names else ()
        ways = (*plain, _identity(one, knowledge, _)) if plain else ()
        every = (*herb.latin.split(";"), *(name for names in herb.names.values() for name in names))
        yield _Row(called(herb), ways, _folded(every))
    for formula in knowledge.formulas.values():
        plain = (names_of(formula, _.code),) if _.code in formula.names else ()
        yield _Row(formula_name(formula), plain, _folded(name for names in formula.names.values() for name in names))
    for drug in knowledge.drugs.values():
        name = names_of(drug, _.code)
        yield _Row(drug.names[0], (name,) if name != drug.names[0] else (), _folded(drug.names))


def _identity(id_: str, knowledge: Knowledge, _: Language) -> str:
    herb = knowledge.herbs[id_]
    name = names_of(herb, _.code) if _.code in herb.names else unturned(called(herb))
    part = _(herb.part)
    return f"{name} ({unturned(herb.latin)}{_(', ')}{unturned(part) if part == herb.part else part})"


def _apart(rows: Iterable[_Row]) -> dict[str, str]:
    """Say each thing by the plainest way that nothing else is called by; one that shares its English name stays as it is."""
    by_name: defaultdict[str, list[_Row]] = defaultdict(list)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_name[row.english].append(row)
        for name in row.all_names:
            owners[name].add(row.english)
    left = {
        english: [way for way in (of[0].ways if len(of) == 1 else ()) if owners.get(fold(way), {english}) == {english}]
        + [unturned(english)]
        for english, of in by_name.items()
    }
    while True:
        times = Counter(fold(ways[0]) for ways in left.values())
        alike = [ways for ways in left.values() if len(ways) > 1 and times[fold(ways[0])] > 1]
        if not alike:
            return {english: ways[0] for english, ways in left.items()}
        for ways in alike:
            del ways[0]


def _every_name(knowledge: Knowledge) -> Iterator[str]:
    for herb in knowledge.herbs.values():
        yield from (one.strip() for one in herb.latin.split(";"))
        yield from (name.strip() for names in herb.names.values() for name in names)
    for formula in knowledge.formulas.values():
        yield from (name.strip() for names in formula.names.values() for name in names)
    for drug in knowledge.drugs.values():
        yield from drug.names


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, names))
