"""The knowledge base: herbs, doses, findings, conditions and what is dangerous, read from the files in ``data``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from storage.knowledge.checks import check
from storage.knowledge.files import FILE_OF, SETS, Files, Problem, read, version_of
from storage.knowledge.own_rows import OwnRow, extend, own_label, read_own
from storage.knowledge.rows import (
    Advice,
    AllergyFamily,
    Caution,
    Code,
    Condition,
    Contradiction,
    Dose,
    Drug,
    Finding,
    FindingKind,
    Formula,
    Grade,
    Herb,
    Indication,
    Interaction,
    Mechanism,
    Quality,
    RedFlag,
    ReviewStatus,
    Row,
    Severity,
    SideEffectTerm,
    Source,
    Stacking,
    Tradition,
)

__all__ = [
    "DATA",
    "FILE_OF",
    "SETS",
    "Advice",
    "AllergyFamily",
    "Caution",
    "Code",
    "Condition",
    "Contradiction",
    "Dose",
    "Drug",
    "Files",
    "Finding",
    "FindingKind",
    "Formula",
    "Grade",
    "Herb",
    "Indication",
    "Interaction",
    "Knowledge",
    "KnowledgeError",
    "Mechanism",
    "OwnRow",
    "Problem",
    "Quality",
    "RedFlag",
    "ReviewStatus",
    "Row",
    "Severity",
    "SideEffectTerm",
    "Source",
    "Stacking",
    "Tradition",
    "assemble",
    "extend",
    "load",
    "own_label",
    "problems",
    "read_files",
    "read_own",
    "version_of",
]

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Knowledge:
    """Everything the files say, by id; nothing in it changes after loading."""

    herbs: Mapping[str, Herb]
    doses: Mapping[str, tuple[Dose, ...]]
    """By herb or formula id; a herb without a documented dose is not in it."""
    findings: Mapping[str, Finding]
    conditions: Mapping[str, Condition]
    codes: Mapping[str, Code]
    formulas: Mapping[str, Formula]
    drugs: Mapping[str, Drug]
    mechanisms: Mapping[str, Mechanism]
    advice: Mapping[str, Advice]
    sources: Mapping[str, Source]
    allergies: Mapping[str, AllergyFamily]
    red_flags: Mapping[str, RedFlag]
    side_effects: Mapping[str, SideEffectTerm]
    interactions: tuple[Interaction, ...]
    """A herb–herb pair is stored once and holds in both directions, as the gate reads it (domain/gate/interactions.py)."""
    stacking: tuple[Stacking, ...]
    cautions: tuple[Caution, ...]
    contradictions: tuple[Contradiction, ...]
    indications: tuple[Indication, ...]
    version: str
    """Hash of the files: what a decision was made with."""

    @cached_property
    def grades(self) -> Mapping[tuple[str, str], str]:
        """The best grade (A is first) of each item for each condition that has an indication."""
        best: dict[tuple[str, str], str] = {}
        for one in self.indications:
            at = one.item, one.condition
            best[at] = min(best.get(at, one.grade.value), one.grade.value)
        return MappingProxyType(best)


class KnowledgeError(ValueError):
    """The knowledge files are broken; ``problems`` says where."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load(folder: Path = DATA) -> Knowledge:
    """Read a folder of knowledge files whole; raise ``KnowledgeError`` when anything in it is wrong."""
    return assemble(read_files(folder), version_of(folder))


def read_files(folder: Path = DATA) -> Files:
    """Read the rows of a folder, checked by themselves and together; raises ``KnowledgeError``."""
    files, wrong = _checked(folder)
    if wrong:
        raise KnowledgeError(wrong)
    return files


def assemble(files: Files, version: str) -> Knowledge:
    """Make rows that have been checked into knowledge."""
    doses: dict[str, tuple[Dose, ...]] = {}
    for _, dose in files.of(Dose):
        doses[dose.herb] = (*doses.get(dose.herb, ()), dose)
    return Knowledge(
        herbs=_by_id(files.of(Herb)),
        doses=MappingProxyType(doses),
        findings=_by_id(files.of(Finding)),
        conditions=_by_id(files.of(Condition)),
        codes=_by_id(files.of(Code)),
        formulas=_by_id(files.of(Formula)),
        drugs=_by_id(files.of(Drug)),
        mechanisms=_by_id(files.of(Mechanism)),
        advice=_by_id(files.of(Advice)),
        sources=MappingProxyType({row.key: row for _, row in files.of(Source)}),
        allergies=_by_id(files.of(AllergyFamily)),
        red_flags=_by_id(files.of(RedFlag)),
        side_effects=_by_id(files.of(SideEffectTerm)),
        interactions=_all(files.of(Interaction)),
        stacking=_all(files.of(Stacking)),
        cautions=_all(files.of(Caution)),
        contradictions=_all(files.of(Contradiction)),
        indications=_all(files.of(Indication)),
        version=version,
    )


def problems(folder: Path = DATA) -> list[Problem]:
    """List everything that is wrong with a folder of knowledge files; empty when it can be loaded."""
    return _checked(folder)[1]


def _checked(folder: Path) -> tuple[Files, list[Problem]]:
    files, wrong = read(folder)
    # Rules between rows are checked only on rows that parse: else one broken row would be reported wherever it is named.
    return files, sorted(wrong or check(files))


class _Named(Protocol):
    @property
    def id(self) -> str: ...


Named = TypeVar("Named", bound=_Named)
Any_ = TypeVar("Any_", bound=Row)


def _by_id(rows: Iterable[tuple[str, Named]]) -> Mapping[str, Named]:
    return MappingProxyType({row.id: row for _, row in rows})


def _all(rows: Iterable[tuple[str, Any_]]) -> tuple[Any_, ...]:
    return tuple(row for _, row in rows)
