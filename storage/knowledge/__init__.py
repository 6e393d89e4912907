"""The knowledge base: herbs, doses, findings, conditions and what is dangerous, read from the files in ``data``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from storage.knowledge.checks import check
from storage.knowledge.files import Files, Problem, read, version_of
from storage.knowledge.rows import (
    Advice,
    Caution,
    Condition,
    Dose,
    Drug,
    Finding,
    Formula,
    Grade,
    Herb,
    Indication,
    Interaction,
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
    "Advice",
    "Caution",
    "Condition",
    "Dose",
    "Drug",
    "Finding",
    "Formula",
    "Grade",
    "Herb",
    "Indication",
    "Interaction",
    "Knowledge",
    "KnowledgeError",
    "Problem",
    "RedFlag",
    "ReviewStatus",
    "Row",
    "Severity",
    "SideEffectTerm",
    "Source",
    "Stacking",
    "Tradition",
    "load",
    "problems",
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
    formulas: Mapping[str, Formula]
    drugs: Mapping[str, Drug]
    advice: Mapping[str, Advice]
    sources: Mapping[str, Source]
    red_flags: Mapping[str, RedFlag]
    side_effects: Mapping[str, SideEffectTerm]
    interactions: tuple[Interaction, ...]
    """A herb–herb pair is stored once and holds in both directions, as the gate reads it (domain/gate/interactions.py)."""
    stacking: tuple[Stacking, ...]
    cautions: tuple[Caution, ...]
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
    files, wrong = _checked(folder)
    if wrong:
        raise KnowledgeError(wrong)
    return Knowledge(
        herbs=_by_id(files.herbs),
        doses=_doses(files),
        findings=_by_id(files.findings),
        conditions=_by_id(files.conditions),
        formulas=_by_id(files.formulas),
        drugs=_by_id(files.drugs),
        advice=_by_id(files.advice),
        sources=MappingProxyType({row.key: row for _, row in files.sources}),
        red_flags=_by_id(files.red_flags),
        side_effects=_by_id(files.side_effects),
        interactions=tuple(row for _, row in files.interactions),
        stacking=tuple(row for _, row in files.stacking),
        cautions=tuple(row for _, row in files.cautions),
        indications=tuple(row for _, row in files.indications),
        version=version_of(folder),
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


Kind = TypeVar("Kind", bound=_Named)


def _by_id(rows: Iterable[tuple[str, Kind]]) -> Mapping[str, Kind]:
    return MappingProxyType({row.id: row for _, row in rows})


def _doses(files: Files) -> Mapping[str, tuple[Dose, ...]]:
    doses: dict[str, tuple[Dose, ...]] = {}
    for _, dose in files.doses:
        doses[dose.herb] = (*doses.get(dose.herb, ()), dose)
    return MappingProxyType(doses)
