"""Rows that a practice adds to what comes with the program: one file of them read, checked together with all the others."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from storage.knowledge.checks import check
from storage.knowledge.files import SETS, UNREADABLE, Files, Problem, labelled, load_yaml, parse, raw_rows, said_of
from storage.knowledge.rows import Row

LONGEST_TEXT = 2_000
"""Characters; the longest that comes with the program has a few hundred."""
FORMAT = 1
"""The form of the files that this version reads; a newer one says so with a larger number."""
OwnRow = tuple[str, str, Mapping[str, Any]]
"""A set of facts (``doses.csv``), the row's label, and the row."""
Rows = dict[str, list[tuple[str, Any]]]
"""By the file of the set, each row with its label."""


def read_own(name: str, text: str, whole: Files) -> tuple[list[OwnRow], list[Problem]]:
    """Read a file of own rows and say everything that is wrong with it; ``whole`` is what it is added to.

    The file is either one set of facts, by the end of its name (``our-doses.csv``, ``herbs.yaml``), or several in one YAML file:
    ``format: 1``, then a list of rows under the name of each set (``herbs``, ``doses``). A CSV may begin with the line
    ``# format: 1``. Nothing of a file with a problem is to be kept.
    """
    try:
        format_, sets = _sets(name, text)
    except UNREADABLE as error:
        return [], [Problem(name, "", said_of(error))]
    if not isinstance(format_, int) or format_ < 1:
        return [], [Problem(name, "", "the format is a whole number, 1 in this version")]
    if format_ > FORMAT:
        newer = (
            f"the file has format {format_}, which a newer version of Vervain writes; this one reads format {FORMAT}"
        )
        return [], [Problem(name, "", newer)]
    wrong: list[Problem] = []
    rows: Rows = {}
    for file, raw in sets.items():
        if file in SETS:
            wrong += [Problem(file, label, said) for label, cells in raw if (said := _unfit(cells))]
            rows[file] = _as_own(parse(file, iter(raw), wrong))
        else:
            known = ", ".join(one.partition(".")[0] for one in SETS)
            wrong.append(Problem(name, "", f"there is no set of facts “{file[:60]}”: it is one of {known}"))
    if not wrong:
        wrong = list(check(whole.with_rows(rows)))
    if not wrong and not any(rows.values()):
        wrong = [Problem(name, "", "there is no row in it")]
    if wrong:
        return [], sorted(wrong)
    return [(file, label, row.model_dump(mode="json")) for file, found in rows.items() for label, row in found], []


def extend(files: Files, own: Iterable[OwnRow]) -> tuple[Files, list[Problem]]:
    """Add own rows that were checked once; those that do not fit any more are left out and reported.

    In what is returned the rows are labelled with ``own_label``, in a problem with their own label.
    """
    rows: Rows = {}
    wrong: list[Problem] = []
    called: dict[str, str] = {}
    for number, (file, label, content) in enumerate(own):
        mark = own_label(
            number
        )  # rows of several files may have one label, and one of those that come with the program
        called[mark] = label
        rows.setdefault(file, []).extend(_as_own(parse(file, iter([(mark, content)]), wrong)))
    while found := list(check(files.with_rows(rows))):
        wrong += found
        named = {(one.file, one.row) for one in found}
        left = {file: [row for row in listed if (file, row[0]) not in named] for file, listed in rows.items()}
        rows = left if left != rows else _without_the_newest_that_is_wrong(files, rows, len(found))
    told = {Problem(one.file, called.get(one.row, one.row), one.message) for one in wrong}
    return files.with_rows(rows), sorted(told)


def _as_own(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(label, row.as_own() if isinstance(row, Row) else row) for label, row in rows]


def _unfit(value: Any) -> str:
    """Say what is wrong with a text in a raw row that cannot be kept or shown as it is; empty where nothing is."""
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            return f"a text has at most {LONGEST_TEXT} characters"
        if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in value):
            return "a text holds a character that cannot be kept"
    elif isinstance(value, Mapping):
        return next((said for pair in value.items() for one in pair if (said := _unfit(one))), "")
    elif isinstance(value, list):
        return next((said for one in value if (said := _unfit(one))), "")
    return ""


def own_label(number: int) -> str:
    """Label an own row by its place among all own rows."""
    return f"own {number}"


def _without_the_newest_that_is_wrong(files: Files, rows: Rows, problems: int) -> Rows:
    """Leave one own row out where what was named is not ours: the newest without which less is wrong."""
    newest = sorted(
        ((int(mark.removeprefix("own ")), file) for file, listed in rows.items() for mark, _ in listed), reverse=True
    )
    for number, of in newest:
        without = {
            file: [row for row in listed if (file, row[0]) != (of, own_label(number))] for file, listed in rows.items()
        }
        if len(list(check(files.with_rows(without)))) < problems:
            return without
    return {}  # without our rows all is well


def _sets(name: str, text: str) -> tuple[Any, Mapping[str, Sequence[tuple[str, Any]]]]:
    file = next((one for one in SETS if PurePath(name).name.casefold().endswith(one)), None)
    text = text.removeprefix("\ufeff")
    if name.casefold().endswith(".csv"):
        first, _, rest = text.partition("\n")
        told = first.strip(" \t\r,;").removeprefix("#").strip() if first.startswith("#") else ""
        format_: Any = FORMAT
        if told:
            number = told.partition(":")[2].strip()
            format_ = int(number) if told.startswith("format:") and number.isdecimal() else None
        if file is None:
            raise TypeError("a CSV is named after its set of facts, such as our-doses.csv")
        return format_, {file: list(raw_rows(file, rest, before=1) if told else raw_rows(file, text))}
    content = load_yaml(text)
    if isinstance(content, list) and file is not None:
        return FORMAT, {file: list(labelled(content))}
    if not isinstance(content, dict) or "format" not in content:
        raise TypeError("“format: 1” and lists of rows are expected")
    sets: dict[str, list[tuple[str, Any]]] = {}
    by_stem = {one.partition(".")[0]: one for one in SETS}
    for stem, rows in content.items():
        if stem == "format":
            continue
        if not isinstance(rows, list):
            raise TypeError(f"a list of rows is expected under {stem}")
        sets[by_stem.get(str(stem), str(stem))] = list(labelled(rows))
    return content["format"], sets
