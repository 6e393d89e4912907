"""What commands about files share: which practice they are for, the list of them, and every problem of one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.bringing_in import BroughtIn, Refused

MOST_PRINTED = 100
"""Problems of one file: whoever has read a hundred knows what is wrong with it."""
Practice = Annotated[str, typer.Option(help="Its number or name; may be left out where there is one.")]


def list_files(files: list[BroughtIn]) -> None:
    """Print a table of files."""
    table = Table("Number", "File", "Rows", "Brought in", box=None)
    for one in files:
        table.add_row(str(one.id), Text(one.name), str(one.rows), f"{one.at:%Y-%m-%d %H:%M}")
    Console(soft_wrap=True).print(table)


@contextmanager
def saying_what_is_wrong() -> Iterator[None]:
    """Print every problem of a file that is refused, before its one sentence."""
    try:
        yield
    except Refused as refused:
        for problem in refused.problems[:MOST_PRINTED]:
            print(problem, file=sys.stderr)
        if len(refused.problems) > MOST_PRINTED:
            print(f"and {len(refused.problems) - MOST_PRINTED} more.", file=sys.stderr)
        raise
