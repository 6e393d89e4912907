"""A table as a file for a spreadsheet: CSV that Excel reads as it is meant, and that cannot run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine (reference 7)."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet may run begins like this (OWASP, CSV injection; reference 7)."""

Value = str | int | float | None


def sheet(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write rows under their column names; None is an empty cell, numbers have a point, texts are quoted where need be.

    A text that a spreadsheet could take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def _plain(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.lstrip().startswith(FORMULA) else value
