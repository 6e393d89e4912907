"""Read prescriptions: a case a line, finding ids with spaces between them, a tab, herb ids with spaces between them."""

from pathlib import Path

from domain.cases import Case


class Unreadable(Exception):
    """A file that is absent or not of the form; the message is one sentence that names the file and the line."""


def read(file: Path) -> list[Case]:
    """Read the cases of a file, numbered by their lines from 1; Unreadable where one line is not of the form."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Unreadable(f"{file}, line {line}: not UTF-8.") from error
    lines = text.removesuffix("\n").split("\n") if text else []
    if not lines:
        raise Unreadable(f"{file} has no case.")
    return [_case(file, number, line) for number, line in enumerate(lines, start=1)]


def _case(file: Path, number: int, line: str) -> Case:
    sides = [side.split() for side in line.split("\t")]
    if len(sides) != 2:
        raise Unreadable(f"{file}, line {number}: {len(sides) - 1} tabs where one parts findings from herbs.")
    for side, ids in zip(("finding", "herb"), sides, strict=True):
        if not ids:
            raise Unreadable(f"{file}, line {number}: no {side}.")
        for one in ids:
            if not (one.isascii() and one.isdigit()):
                raise Unreadable(f"{file}, line {number}: {one!r} is not a {side} id (0, 1, 2 …).")
    findings, herbs = ({str(int(one)) for one in ids} for ids in sides)
    return Case(number, frozenset(findings), frozenset(herbs))
