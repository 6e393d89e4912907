"""What stands for each name in the sentences of the safety gate: every way to read it that names what is known."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from domain.gate.rules import Same
from domain.gate.units import show
from domain.knowledge import fold
from domain.library import Knowledge
from pages import terms
from pages.fact_words import OTHER_POPULATIONS, PER, TRADITIONS, Words
from pages.gate_effects import effect
from pages.gate_names import names_said
from pages.language import N_, Language
from pages.said import foreign, typed, unturned

NAMING = frozenset(("thing", "other", "things", "others", "pair", "typed", "item", "alias", "aliases"))
"""The names of the forms that stand for what a sentence is about."""
AND, OR = N_("{one} and {other}"), N_("{one} or {other}")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
AMOUNT = re.compile(rf"({NUMBER.pattern}) (.+)", re.DOTALL)
WORDS = frozenset((*terms.DOSES, *terms.TYPED_DOSES, *terms.PARTS))

Ways = Sequence[str]
"""All that a text can be said as: none where it is not known, several where it can be read in several ways."""


def values_of(knowledge: Knowledge, _: Language) -> Callable[[str, str], Ways]:
    """Give what can stand for each name of the forms."""
    names, rows, words = names_said(knowledge, _), _rows(Same(knowledge)), Words(knowledge, _)

    def alias(said: str) -> Ways:
        return (foreign(said),) if said in names.aliases else ()

    def aliases(said: str) -> Ways:
        return _lists(said, " or ", names.aliases, lambda ones: _joined(ones, OR, _))

    def things(said: str) -> Ways:
        several = _lists(said, ", ", names.things, _(", ").join)
        return several + [
            one for one in _lists(said, " or ", names.shown, lambda ones: _joined(ones, OR, _)) if one not in several
        ]

    def population(said: str) -> str | None:
        id_ = rows.populations.get(fold(said))
        if id_ is None:
            return None
        called = words.population(id_)
        return foreign(said) if called == id_ else called

    def populations(said: str) -> Ways:
        read = [population(one) for one in said.split(", ")]
        return () if None in read else (_(", ").join(one for one in read if one),)

    def word(said: str) -> str:
        return known if said in WORDS and (known := _(said)) != said else foreign(said)

    def measured(unit: str) -> str | None:
        what, _per, often = unit.rpartition(" per ")
        return f"{word(what)} {_(PER[often])}" if what and often in PER else None

    def way(said: str) -> str:
        """Say a unit and how often, or a preparation, which may follow a part of the plant."""
        if (often := measured(said)) is not None:
            return often
        if said not in WORDS:
            for part in terms.PARTS:
                preparation = said.removeprefix(f"{part} ")
                if preparation != said and preparation in WORDS:
                    return f"{word(preparation)} {word(part)}"
        return word(said)

    def ways(said: str) -> Ways:
        return _lists(
            said,
            " or ",
            {one: measured(one) or foreign(one) for one in rows.measures},
            lambda ones: _joined(ones, OR, _),
        )

    def number(said: str) -> Ways:
        return (_.digits(show(float(said))),) if NUMBER.fullmatch(said) else ()

    def amount(said: str) -> Ways:
        found = AMOUNT.fullmatch(said)
        if found is None:
            return number(said)
        return (f"{number(found[1])[0]} {word(found[2])}",) if found[2] in rows.units else ()

    def finding(said: str) -> Ways:
        return (words.finding(said),) if said in knowledge.findings else ()

    def known(said: str | None) -> Ways:
        return () if said is None else (said,)

    of: Mapping[str, Callable[[str], Ways]] = {
        "thing": lambda said: known(names.things.get(said)),
        "other": lambda said: known(names.things.get(said)),
        "things": things,
        "others": things,
        "pair": lambda said: _lists(said, " and ", names.things, lambda ones: _joined(ones, AND, _)),
        "typed": lambda said: (typed(said),),
        "item": lambda said: (names.advice.get(said) or typed(said),),
        "alias": alias,
        "aliases": aliases,
        "effect": lambda said: (effect(said, _),),
        "population": lambda said: known(population(said)),
        "populations": populations,
        "mechanisms": lambda said: _lists(said, " and ", names.mechanisms, lambda ones: _joined(ones, AND, _)),
        "classes": lambda said: _lists(said, " or ", names.classes, lambda ones: _joined(ones, OR, _)),
        "amount": amount,
        "limit": amount,
        "number": number,
        "way": lambda said: (way(said),),
        "ways": ways,
        "route": lambda said: (word(said),),
        "part": lambda said: (word(said),) if said in rows.parts else (),
        "per": lambda said: (_(PER[said]),) if said in PER else (),
        "tradition": lambda said: (_(TRADITIONS[said]),) if said in TRADITIONS else (),
        "finding": finding,
        "family": lambda said: (unturned(said),) if said in rows.families else (),
        "ids": lambda said: (unturned(said),),
    }

    def value(name: str, said: str) -> Ways:
        return of[name](said)

    return value


class _Rows:
    """What the rows of a knowledge base have beside names."""

    def __init__(self, knowledge: Knowledge) -> None:
        doses = [row for rows in knowledge.doses.values() for row in rows]
        self.units = frozenset(row.unit for row in doses)
        self.measures = frozenset(f"{row.unit} per {row.per}" for row in doses)
        self.parts = frozenset(herb.part for herb in knowledge.herbs.values())
        self.families = frozenset(herb.family for herb in knowledge.herbs.values() if herb.family)
        self.populations = {
            fold(one): one
            for one in (*(row.population for row in knowledge.cautions), *OTHER_POPULATIONS, *terms.POPULATIONS)
        }
        """As folded, with which the gate compares → as the rows have it, and the program for its own."""


@lru_cache(maxsize=8)
def _rows(of: Same) -> _Rows:
    return _Rows(of.knowledge)


def _lists(said: str, between: str, known: Mapping[str, str], join: Callable[[list[str]], str]) -> list[str]:
    """Give the ways to read a list of names, which may themselves hold what stands between them; two are as bad as more."""
    found: list[str] = []
    for names in _apart(said.split(between), between, known):
        found.append(join([known[one] for one in names]))
        if len(found) > 1:
            break
    return found


def _apart(pieces: Sequence[str], between: str, known: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    if not pieces:
        yield ()
    for size in range(1, len(pieces) + 1):
        if (name := between.join(pieces[:size])) in known:
            for others in _apart(pieces[size:], between, known):
                yield (name, *others)


def _joined(names: Sequence[str], form: str, _: Language) -> str:
    joined = names[0]
    for one in names[1:]:
        joined = _(form, one=joined, other=one)
    return joined
