"""The evidence: counting it again from the answers."""

import typer

from commands.program import Program
from commands.progress import bar
from domain import recounting

HELP = "What has been learnt from answers."


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.callback()
    def group() -> None:
        """Keep the command's name where there is only one."""

    @cli.command("rebuild")
    def rebuild() -> None:
        """Count every cell again from the answers; name those whose running counts were wrong."""
        with program.opened() as services:
            cells = recounting.cells(services)
            corrected = 0
            for cell in bar("Counting", recounting.rebuild(services, cells), len(cells)):
                if cell.corrected:
                    corrected += 1
                    print(f"practice {cell.practice_id}, {cell.item_id} for {cell.condition_id}: corrected")
            recounting.counted(services)
        print(f"{len(cells)} cells counted, {corrected} corrected.")
