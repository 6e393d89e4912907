"""Read ratings: CSV with the columns condition, supplement and effectiveness (1–5); others are not looked at."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ("condition", "supplement", "effectiveness")
IMPROVED_FROM = 4


class Unreadable(Exception):
    """A file that is absent or not of the form; the message is one sentence that names the file and the line."""


@dataclass(frozen=True, slots=True)
class Rating:
    """One patient: what was taken for what, and whether it helped. A name that is empty stands for all that tell none."""

    condition: str
    supplement: str
    improved: bool


def read(file: Path) -> list[Rating]:
    """Read the ratings of a file; Unreadable where it is absent, empty, without a column, or a rating is not 1 to 5."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            ratings = list(_ratings(file, csv.DictReader(lines)))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{file} is not UTF-8.") from error
    except csv.Error as error:
        raise Unreadable(f"{file} is not CSV: {error}.") from error
    if not ratings:
        raise Unreadable(f"{file} has no rating.")
    return ratings


def _ratings(file: Path, rows: "csv.DictReader[str]") -> Iterator[Rating]:
    if rows.fieldnames is None:
        raise Unreadable(f"{file} is empty.")
    missing = [name for name in COLUMNS if name not in rows.fieldnames]
    if missing:
        raise Unreadable(f"{file} has no column {' and no column '.join(missing)}.")
    for row in rows:
        said = (row["effectiveness"] or "").strip()
        if said not in ("1", "2", "3", "4", "5"):
            raise Unreadable(f"{file}, line {rows.line_num}: effectiveness is {said!r} where 1 to 5 is meant.")
        condition, supplement = ((row[name] or "").strip() for name in COLUMNS[:2])
        yield Rating(condition, supplement, int(said) >= IMPROVED_FROM)
