"""A practice's history of cases: reading a file of it, line by line, and keeping it whole or not at all."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from domain.bringing_in import AT_ONCE, BroughtIn, Refused, keep_in_parts
from domain.errors import Invalid
from domain.ledger import Change
from domain.matching import MOST_FINDINGS
from domain.permission import Actor
from domain.services import Services
from domain.text import LINE, clean
from storage import practice_rows

MOST_HERBS = 100
"""In one case; classical prescriptions have up to about forty."""
MOST_PROBLEMS = 20
"""How many wrong lines are named before reading stops: whoever sees twenty knows what is wrong with the file."""
COLUMNS = ("findings", "herbs")

Progress = Callable[[int], None]
"""Is told how many cases have been read."""


@dataclass(frozen=True, slots=True)
class Told:
    """One case as the file tells it: its line, what was found, which herbs were given."""

    line: int
    findings: tuple[str, ...]
    herbs: tuple[str, ...]


def read(
    name: str,
    text: str,
    *,
    finding_names: Mapping[str, str] | None = None,
    herb_names: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> list[Told]:
    """Read a whole history. Raises Refused with a sentence for each wrong line.

    Either CSV with the columns ``findings`` and ``herbs``, each a list with ``;`` between; or lines of ``ids TAB ids`` with
    spaces between, where ``finding_names`` and ``herb_names`` (``names``) say what the ids are called; without, ids are names.
    """
    first = next((line for line in text.split("\n") if line.strip()), "")
    if not first:
        raise Refused(name, [f"{name}: the file is empty."])
    by_ids = "\t" in first and not set(COLUMNS) <= {cell.strip().casefold() for cell in first.split("\t")}
    lines = _by_ids(text, finding_names or {}, herb_names or {}) if by_ids else _by_columns(text, first)
    cases: list[Told] = []
    wrong: list[str] = []
    try:
        for line, findings, herbs in lines:
            problem = _problem(findings, herbs)
            if problem is None:
                cases.append(Told(line, findings, herbs))
                progress(len(cases))
            else:
                wrong.append(f"line {line}: {problem}.")
            if len(wrong) == MOST_PROBLEMS:
                wrong.append("further lines were not looked at.")
                break
    except (csv.Error, Invalid) as error:
        wrong.append(f"the file cannot be read: {error}.")
    if not wrong and not cases:
        wrong = ["there is no case in it."]
    if wrong:
        raise Refused(name, [f"{name}: {one}" for one in wrong])
    return cases


def names(name: str, text: str) -> dict[str, str]:
    """Read what ids are called: lines of a name, a space or tab, and its id. Raises Refused."""
    called: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.rsplit(maxsplit=1)
        if len(words) == 2:
            called.setdefault(words[1], words[0].strip())
        elif line.strip():
            raise Refused(PurePath(name).name, [f"{name}: line {number}: a name and its id are expected."])
    return called


def bring_in(services: Services, actor: Actor, name: str, text: str, cases: list[Told]) -> BroughtIn:
    """Keep a history that was read, whole or not at all. Raises Conflict where the same file is there."""
    parts = [partial(add_cases, actor.practice_id, cases[at : at + AT_ONCE]) for at in range(0, len(cases), AT_ONCE)]
    return keep_in_parts(services, actor, "cases", name, text, len(cases), parts)


def add_cases(practice_id: int, cases: list[Told], change: Change, import_id: int) -> None:
    """Add some cases of a file, as part of a change."""
    practice_rows.add_cases(
        change.session,
        [
            {
                "practice_id": practice_id,
                "import_id": import_id,
                "number": one.line,
                "findings": list(one.findings),
                "herbs": list(one.herbs),
            }
            for one in cases
        ],
    )


Line = tuple[int, tuple[str, ...], tuple[str, ...]]


def _by_columns(text: str, first: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True)
    header = [cell.strip().casefold() for cell in next((row for row in reader if any(row)), [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise Invalid(f"it lacks the column {' and '.join(missing)}")
    places = [header.index(name) for name in COLUMNS]
    for row in reader:
        if len(row) > len(header):  # a comma inside a list would make a finding a herb
            raise Invalid(f"line {reader.line_num} has more cells than the header")
        if any(cell.strip() for cell in row):
            cells = [_parts(row[at].split(";")) if at < len(row) else () for at in places]
            yield reader.line_num, cells[0], cells[1]


def _by_ids(text: str, finding_names: Mapping[str, str], herb_names: Mapping[str, str]) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        sides = line.split("\t")
        if len(sides) != 2:
            yield number, (), ()
            continue
        findings, herbs = (side.split() for side in sides)
        yield (
            number,
            _parts(finding_names.get(one, one) for one in findings),
            _parts(herb_names.get(one, one) for one in herbs),
        )


def _parts(cells: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell.strip()))


def _problem(findings: tuple[str, ...], herbs: tuple[str, ...]) -> str | None:
    if not findings and not herbs:
        return "findings and herbs are expected"
    if not findings:
        return "there is no finding"
    if not herbs:
        return "there is no herb"
    if len(findings) > MOST_FINDINGS or len(herbs) > MOST_HERBS:
        return f"a case has at most {MOST_FINDINGS} findings and {MOST_HERBS} herbs"
    for one in (*findings, *herbs):
        if len(one) > LINE:
            return f"a name has at most {LINE} characters"
        try:
            clean(one)
        except ValueError as error:
            return str(error)
    return None
