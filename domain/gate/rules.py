"""The rows of the knowledge base as the rules of the gate read them: by herb, looked up once for each knowledge base."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from domain.gate.sayings import CLASSES_SAID, POPULATIONS, POPULATIONS_SAID
from domain.knowledge import fold
from storage.knowledge import Caution, Contradiction, Herb, Interaction, Knowledge

TELLING = 6
"""Letters from which on a single misspelt word tells one name from others."""


class Rules:
    """What the rows say, by who takes part; nothing in it changes."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.interactions = _interactions(knowledge)
        """Herb id → its rows, from either side of a herb–herb pair."""
        self.cautions = _by_herb(knowledge.cautions)
        self.contradictions: tuple[Contradiction, ...] = tuple(knowledge.contradictions)
        self.populations = _populations(knowledge)
        """What people write (folded) → the populations that it means (folded)."""
        self.deniable = frozenset(_populations(knowledge, own=False))
        """What people write (folded) that may be denied: a practice's own words make no denial of what comes with the program."""
        self.classes = _classes(knowledge)
        """What people write (folded) → the classes of medicines that it means."""
        self.shared_classes = _shared(knowledge)
        """Drug class → the classes that every medicine of it has: what is known of a medicine by its class alone."""
        self._mechanisms = _mechanisms(knowledge)
        self.families = {fold(herb.family): herb.family for herb in knowledge.herbs.values() if herb.family}
        self.everyday: defaultdict[str, list[str]] = defaultdict(list)
        for family in knowledge.allergies.values():
            self.everyday[fold(family.id)] += [fold(one) for names in family.members.values() for one in names]
        """Botanical family (folded) → everyday allergens of it (folded)."""
        names = {
            fold(name): name.strip() for herb in knowledge.herbs.values() if herb.regulated for name in _names(herb)
        }
        self.regulated = {folded.replace(" ", ""): name for folded, name in names.items()}
        """Every name of a regulated herb, folded and without spaces → as written."""
        self.regulated_characters = {one: name for one, name in self.regulated.items() if _written_without_spaces(one)}
        """Those of a script that does not part words: they may stand anywhere in a name."""
        ordinary = {
            word
            for herb in knowledge.herbs.values()
            if not (herb.regulated or herb.own)  # a practice's own herb takes no word from those of the regulated ones
            for name in _names(herb)
            for word in fold(name).split()
        }
        self.regulated_genera = {
            fold(latin).split()[0]: latin.strip()
            for herb in knowledge.herbs.values()
            if herb.regulated
            for latin in herb.latin.split(";")
            if fold(latin).split()[0] not in ordinary
        }
        """Genera of which only regulated herbs are known (folded), and one of them."""
        self.regulated_words = {
            word: name
            for folded, name in names.items()
            for word in folded.split()
            if len(word) >= TELLING and word not in ordinary
        }
        """Words that stand in names of regulated herbs only, and such a name."""

    def working_as(self, classes: Iterable[str]) -> frozenset[str]:
        """Give the mechanism classes that medicines of these classes have: the equal names, and those mapped to them."""
        given = frozenset(classes)
        return given.union(*(self._mechanisms.get(one, frozenset()) for one in given))


def rules_of(knowledge: Knowledge) -> Rules:
    """Give the rules of a knowledge base, built at the first call."""
    return _rules(Same(knowledge))


class Same:
    """A knowledge base by identity: comparing all its rows would cost more than building the rules."""

    __slots__ = ("knowledge",)

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    def __hash__(self) -> int:
        return id(self.knowledge)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.knowledge is self.knowledge


# A few: practices may have rows of their own. The knowledge base is kept alive with its rules, so an id is never used twice.
@lru_cache(maxsize=8)
def _rules(same: Same) -> Rules:
    return Rules(same.knowledge)


def _interactions(knowledge: Knowledge) -> Mapping[str, tuple[Interaction, ...]]:
    found: defaultdict[str, list[Interaction]] = defaultdict(list)
    for row in knowledge.interactions:
        found[row.herb].append(row)
        kind, _, other = row.other.rpartition(":")
        if kind == "herb" and other != row.herb:
            found[other].append(row)
    return {herb: tuple(rows) for herb, rows in found.items()}


def _names(herb: Herb) -> Iterator[str]:
    yield from herb.latin.split(";")
    for names in herb.names.values():
        yield from names


def _written_without_spaces(name: str) -> bool:
    return any("\u3040" <= letter <= "\u9fff" for letter in name)


def _populations(knowledge: Knowledge, *, own: bool = True) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for population in (*POPULATIONS, *(row.population for row in knowledge.cautions if own or not row.own)):
        found[fold(population)].add(fold(population))
    for population, sayings in POPULATIONS_SAID.items():
        for saying in sayings:
            found[fold(saying)].add(fold(population))
    return {saying: frozenset(meant) for saying, meant in found.items()}


def _classes(knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    known = {one for drug in knowledge.drugs.values() for one in drug.classes}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in known:
        found[fold(one)].add(one)
    for one in known.intersection(CLASSES_SAID):
        for saying in CLASSES_SAID[one]:
            found[fold(saying)].add(one)
    return {saying: frozenset(meant) for saying, meant in found.items()}


def _by_herb(rows: Iterable[Caution]) -> Mapping[str, tuple[Caution, ...]]:
    found: defaultdict[str, list[Caution]] = defaultdict(list)
    for row in rows:
        found[row.herb].append(row)
    return {herb: tuple(ones) for herb, ones in found.items()}


def _shared(knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    """A practice's own medicines say what a class shares only where nothing that comes with the program is of it."""
    shared: dict[str, frozenset[str]] = {}
    for own in (False, True):
        of_before = frozenset(shared)
        for drug in (one for one in knowledge.drugs.values() if one.own is own):
            for one in set(drug.classes) - of_before:
                shared[one] = shared.get(one, frozenset(drug.classes)) & frozenset(drug.classes)
    return shared


def _mechanisms(knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for mechanism in knowledge.mechanisms.values():
        for one in mechanism.drug_classes:
            found[one].add(mechanism.id)
    return {one: frozenset(ids) for one, ids in found.items()}
