"""Listing records whose duty to keep is over."""

import typer
from rich.console import Console
from rich.table import Table

from commands.program import Program
from domain import keeping_records


def add(cli: typer.Typer, program: Program) -> None:
    """Add the command."""

    @cli.command("records")
    def records() -> None:
        """List records that need not be kept any more; whether one is erased is somebody's decision."""
        with program.opened() as services:
            found = keeping_records.over(services)
        table = Table("Practice", "Patient", "Last contact", "Kept until", box=None)
        for one in found:
            table.add_row(str(one.practice_id), str(one.patient_id), str(one.last_contact), str(one.kept_until))
        Console(soft_wrap=True).print(table)
