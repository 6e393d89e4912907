"""Writing everything that is kept of one patient into a file."""

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.program import Program
from domain import exporting
from domain.export import Form, export_at_terminal


def add(cli: typer.Typer, program: Program) -> None:
    """Add the command."""

    @cli.command("export")
    def export(
        patient: Annotated[int, typer.Argument(help="The patient's number, as the page of the patient shows it.")],
        file: Annotated[Path, typer.Argument(help="Where to write it; a file that is there is not written over.")],
        form: Annotated[Form, typer.Option("--format", help="json, csv (a zip of tables) or fhir (R4B).")] = "json",
    ) -> None:
        """Write everything that is kept of a patient into a file that only you may read."""
        with program.opened() as services:
            document = export_at_terminal(services, patient, form=form)
            written = exporting.written(services, document, form)
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(opened, "wb") as out:
                out.writelines(written)
        print(f"Everything of patient {patient} is in {file}.")
