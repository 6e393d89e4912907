"""Read the knowledge files row by row and say, in one sentence each, what is wrong with them."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from storage.knowledge.rows import (
    Advice,
    Caution,
    Condition,
    Dose,
    Drug,
    Finding,
    Formula,
    Herb,
    Indication,
    Interaction,
    RedFlag,
    SideEffectTerm,
    Source,
    Stacking,
)

Kind = TypeVar("Kind", bound=BaseModel)

# The C parser is ten times as fast; the slow one is for Python builds without libyaml.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_OF_EMPTY = {"string_too_short", "too_short", "tuple_type", "dict_type"}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the knowledge files: where, and one sentence."""

    file: str
    row: str
    """The row's id or, where a row has none, its line in the file; empty when the whole file is meant."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}{f', {self.row}' if self.row else ''}: {self.message}"


@dataclass
class Files:
    """The rows of every file, each with the label that a problem names it by."""

    sources: list[tuple[str, Source]] = field(default_factory=list)
    herbs: list[tuple[str, Herb]] = field(default_factory=list)
    doses: list[tuple[str, Dose]] = field(default_factory=list)
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    conditions: list[tuple[str, Condition]] = field(default_factory=list)
    indications: list[tuple[str, Indication]] = field(default_factory=list)
    formulas: list[tuple[str, Formula]] = field(default_factory=list)
    advice: list[tuple[str, Advice]] = field(default_factory=list)
    drugs: list[tuple[str, Drug]] = field(default_factory=list)
    interactions: list[tuple[str, Interaction]] = field(default_factory=list)
    stacking: list[tuple[str, Stacking]] = field(default_factory=list)
    cautions: list[tuple[str, Caution]] = field(default_factory=list)
    red_flags: list[tuple[str, RedFlag]] = field(default_factory=list)
    side_effects: list[tuple[str, SideEffectTerm]] = field(default_factory=list)


NAMES = (
    "sources.yaml",
    "herbs.yaml",
    "doses.csv",
    "findings.yaml",
    "conditions.yaml",
    "indications.csv",
    "formulas.yaml",
    "advice.yaml",
    "drugs.csv",
    "interactions.csv",
    "stacking.csv",
    "cautions.csv",
    "red_flags.yaml",
    "side_effects.yaml",
)


def read(folder: Path) -> tuple[Files, list[Problem]]:
    """Parse every file of a folder; rows that do not parse are left out and reported."""
    wrong: list[Problem] = []
    files = Files(
        sources=_rows(folder, "sources.yaml", Source, wrong),
        herbs=_rows(folder, "herbs.yaml", Herb, wrong),
        doses=_rows(folder, "doses.csv", Dose, wrong),
        findings=_rows(folder, "findings.yaml", Finding, wrong),
        conditions=_rows(folder, "conditions.yaml", Condition, wrong),
        indications=_rows(folder, "indications.csv", Indication, wrong),
        formulas=_rows(folder, "formulas.yaml", Formula, wrong),
        advice=_rows(folder, "advice.yaml", Advice, wrong),
        drugs=_rows(folder, "drugs.csv", Drug, wrong),
        interactions=_rows(folder, "interactions.csv", Interaction, wrong),
        stacking=_rows(folder, "stacking.csv", Stacking, wrong),
        cautions=_rows(folder, "cautions.csv", Caution, wrong),
        red_flags=_rows(folder, "red_flags.yaml", RedFlag, wrong),
        side_effects=_rows(folder, "side_effects.yaml", SideEffectTerm, wrong),
    )
    return files, wrong


def version_of(folder: Path) -> str:
    """Hash the files, so that a decision can name the knowledge it was made with."""
    digest = hashlib.sha256()
    for name in NAMES:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _rows(folder: Path, file: str, kind: type[Kind], wrong: list[Problem]) -> list[tuple[str, Kind]]:
    rows = []
    for label, raw in _raw(folder / file, kind, wrong):
        try:
            rows.append((label, kind.model_validate(raw)))
        except ValidationError as error:
            wrong.extend(Problem(file, label, _sentence(one)) for one in error.errors(include_url=False))
    return rows


def _raw(path: Path, kind: type[BaseModel], wrong: list[Problem]) -> Iterator[tuple[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        raw = list(_csv(text, kind) if path.suffix == ".csv" else _yaml(text))
    except FileNotFoundError:
        wrong.append(Problem(path.name, "", "the file is missing"))
    except (yaml.YAMLError, csv.Error, UnicodeDecodeError, TypeError) as error:
        wrong.append(Problem(path.name, "", f"the file cannot be read: {' '.join(str(error).split())}"))
    else:
        yield from raw


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    rows = yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are the safe one
    if not isinstance(rows, list):
        raise TypeError("a list of rows is expected")
    for number, row in enumerate(rows, start=1):
        name = (row.get("id") or row.get("key")) if isinstance(row, dict) else None
        yield (str(name) if name else str(number)), row


def _csv(text: str, kind: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    lists = {name for name, about in kind.model_fields.items() if get_origin(about.annotation) is tuple}
    reader = csv.DictReader(text.splitlines(), strict=True)
    for row in reader:
        cells: dict[str, Any] = {}
        for name, cell in row.items():
            if name is None:
                raise csv.Error(f"line {reader.line_num} has more cells than the header")
            # An empty cell is a field that is not there, so that its default holds or its absence is reported.
            if cell is not None and cell.strip():
                cells[name] = [part.strip() for part in cell.split(";") if part.strip()] if name in lists else cell
        yield str(cells.get("id") or reader.line_num), cells


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"the field {where} is missing"
    if error["type"] == "extra_forbidden":
        return f"the field {where} is unknown"
    if error["type"] in _OF_EMPTY and not error["input"]:
        return f"the field {where} is empty"
    said = error["msg"].removeprefix("Value error, ")
    return f"{where}: {said}" if where else str(said)
