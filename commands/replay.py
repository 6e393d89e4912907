"""Playing ratings from a file as feedback."""

import time
from collections import deque
from pathlib import Path
from typing import Annotated

import typer

from commands.program import Program
from commands.progress import bar
from domain import replay

COURTESY_SECONDS = 0.005
"""What a replay at full speed leaves to others after each row: writers of another process poll for their turn."""


def add(cli: typer.Typer, program: Program) -> None:
    """Add the command."""

    @cli.command("replay")
    def replay_file(
        file: Annotated[Path, typer.Argument(help="A CSV of condition, supplement, effectiveness, ease_of_use.")],
        rate: Annotated[float, typer.Option(help="Rows a second; 0 for as fast as it goes.", min=0)] = 0,
    ) -> None:
        """Play ratings from a file as feedback; go on where an earlier replay of the file stopped."""
        with program.opened() as services:
            ratings = replay.read(file)
            pause = 1 / rate if rate else COURTESY_SECONDS
            steps = replay.play(services, ratings, wait=lambda: time.sleep(pause))
            last = deque(bar("Replaying", steps, len(ratings)), 1)
        for end in last:
            print(f"{end.played} ratings played, {end.skipped} were there already.")
