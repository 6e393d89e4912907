"""A progress bar for whatever takes longer than a second."""

from collections.abc import Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")


def bar(title: str, steps: Iterator[T], total: int) -> Iterator[T]:
    """Show a progress bar while ``steps`` are taken."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        for step in steps:
            progress.advance(task)
            yield step
