"""Read the knowledge files row by row and say, in one sentence each, what is wrong with them."""

import csv
import gc
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_origin

import yaml
from pydantic import BaseModel, ValidationError

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
    Formula,
    Herb,
    Indication,
    Interaction,
    Mechanism,
    RedFlag,
    SideEffectTerm,
    Source,
    Stacking,
)

Kind = TypeVar("Kind", bound=BaseModel)

# The C parser is ten times as fast; the slow one is for Python builds without libyaml.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """The safe loader with a short way for strings: four in five nodes are one, and building them takes the most time.

    A date stays as it is written: rows hold them as texts.
    """

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        if node.tag in _TEXTS and isinstance(node, yaml.ScalarNode):
            return node.value
        return super().construct_object(node, deep)


_TEXTS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp")


class _StrictLoader(_Loader):
    """Refuses a name that stands twice in one place, of which YAML would silently keep the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        names = [name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
        twice = next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"“{twice[:60]}” stands twice in one place")
        return super().construct_mapping(node, deep)


DEEPEST = 12
"""Lists and names in each other; rows need six."""
_OF_EMPTY = {"string_too_short", "too_short", "tuple_type", "dict_type"}

SETS: Mapping[str, type[BaseModel]] = {
    "sources.yaml": Source,
    "herbs.yaml": Herb,
    "doses.csv": Dose,
    "findings.yaml": Finding,
    "conditions.yaml": Condition,
    "codes.csv": Code,
    "indications.csv": Indication,
    "formulas.yaml": Formula,
    "advice.yaml": Advice,
    "drugs.csv": Drug,
    "mechanisms.yaml": Mechanism,
    "interactions.csv": Interaction,
    "stacking.csv": Stacking,
    "cautions.csv": Caution,
    "contradictions.csv": Contradiction,
    "allergies.yaml": AllergyFamily,
    "red_flags.yaml": RedFlag,
    "side_effects.yaml": SideEffectTerm,
}
"""Every set of facts by its file, and what a row of it is."""
FILE_OF: Mapping[type[BaseModel], str] = {kind: file for file, kind in SETS.items()}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the knowledge files: where, and one sentence."""

    file: str
    row: str
    """The row's id or, where a row has none, its line in the file; empty when the whole file is meant."""
    message: str

    def __str__(self) -> str:
        return f"{self.file}{f', {self.row}' if self.row else ''}: {self.message}"


class Files:
    """The rows of every file, each with the label that a problem names it by."""

    def __init__(self, rows: Mapping[str, list[tuple[str, Any]]]) -> None:
        self._rows = rows

    def of(self, kind: type[Kind]) -> list[tuple[str, Kind]]:
        """List the rows of one kind."""
        return self._rows.get(FILE_OF[kind], [])

    def every(self) -> Iterator[tuple[str, str, Any]]:
        """Yield each row with its file and its label."""
        for file, rows in self._rows.items():
            for label, row in rows:
                yield file, label, row

    def with_rows(self, more: Mapping[str, list[tuple[str, Any]]]) -> "Files":
        """Add rows to some of the files."""
        return Files({file: [*self._rows.get(file, []), *more.get(file, [])] for file in SETS})


def read(folder: Path) -> tuple[Files, list[Problem]]:
    """Parse every file of a folder; rows that do not parse are left out and reported."""
    wrong: list[Problem] = []
    collecting = gc.isenabled()
    # A hundred thousand small objects come at once and stay: looking for garbage among them costs a fifth of the time.
    gc.disable()
    try:
        return Files({file: _rows_of_file(folder / file, wrong) for file in SETS}), wrong
    finally:
        if collecting:
            gc.enable()


def parse(file: str, raw: Iterator[tuple[str, Any]], wrong: list[Problem]) -> list[tuple[str, Any]]:
    """Check raw rows of one of the ``SETS``, each by itself; those that do not parse are left out and added to ``wrong``."""
    rows = []
    for label, cells in raw:
        try:
            rows.append((label, SETS[file].model_validate(cells)))
        except ValidationError as error:
            wrong.extend(Problem(file, label, _sentence(one)) for one in error.errors(include_url=False))
    return rows


def raw_rows(file: str, text: str, *, before: int = 0) -> Iterator[tuple[str, Any]]:
    """Take the text of one of the ``SETS`` apart; ``before`` lines of a CSV were taken off already. Raises ``UNREADABLE``."""
    return iter(list(_csv(text, SETS[file], before) if file.endswith(".csv") else _yaml(text)))


UNREADABLE = (yaml.YAMLError, csv.Error, ValueError, TypeError, RecursionError)
"""What is raised for text that is not CSV or YAML of the expected form."""


def said_of(error: Exception) -> str:
    """Say on one line why a text cannot be read."""
    return f"the file cannot be read: {' '.join(str(error).split())}"


def load_yaml(text: str) -> Any:
    """Read YAML that may hold plain values only, and no name twice. Raises ``UNREADABLE``.

    It is looked through before anything is built of it: a few hundred letters of aliases, or brackets in brackets, would
    otherwise keep the program busy for ever, or end it.
    """
    deep = 0
    for event in yaml.parse(text, Loader=_Safe):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.constructor.ConstructorError(None, None, "no & and * are read: write each row out")
        deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if deep > DEEPEST:
            raise yaml.constructor.ConstructorError(None, None, f"it is more than {DEEPEST} lists deep")
    return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - it is the safe one


def version_of(folder: Path) -> str:
    """Hash the files, so that a decision can name the knowledge it was made with."""
    digest = hashlib.sha256()
    for name in SETS:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def labelled(rows: list[Any]) -> Iterator[tuple[str, Any]]:
    """Name each raw row by its id or, where it has none, by its number."""
    for number, row in enumerate(rows, start=1):
        name = (row.get("id") or row.get("key")) if isinstance(row, dict) else None
        yield (str(name) if name else str(number)), row


def _rows_of_file(path: Path, wrong: list[Problem]) -> list[tuple[str, Any]]:
    try:
        raw = raw_rows(path.name, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        wrong.append(Problem(path.name, "", "the file is missing"))
        return []
    except UNREADABLE as error:
        wrong.append(Problem(path.name, "", said_of(error)))
        return []
    return parse(path.name, raw, wrong)


def _yaml(text: str) -> Iterator[tuple[str, Any]]:
    rows = yaml.load(text, Loader=_Loader)  # noqa: S506 - it is the safe one
    if not isinstance(rows, list):
        raise TypeError("a list of rows is expected")
    yield from labelled(rows)


def _csv(text: str, kind: type[BaseModel], before: int) -> Iterator[tuple[str, Any]]:
    lists = {name for name, about in kind.model_fields.items() if get_origin(about.annotation) is tuple}
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    for row in reader:
        cells: dict[str, Any] = {}
        for name, cell in row.items():
            if name is None:
                raise csv.Error(f"line {before + reader.line_num} has more cells than the header")
            # An empty cell is a field that is not there, so that its default holds or its absence is reported.
            if cell is not None and cell.strip():
                cells[name] = [part.strip() for part in cell.split(";") if part.strip()] if name in lists else cell
        yield str(cells.get("id") or before + reader.line_num), cells


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
