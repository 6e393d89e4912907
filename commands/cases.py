"""A practice's history of cases: bringing it in, so that the program learns which herbs are given for which findings."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from commands.bringing_in import Practice, list_files, saying_what_is_wrong
from commands.program import Program
from domain import bringing_in, case_history, learning
from domain.practice import acting_for

HELP = "A practice's past cases."
NamesFile = Annotated[Path | None, typer.Option(help="What the ids are called: lines of a name and its id.")]


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("import")
    def import_file(
        file: Annotated[
            Path, typer.Argument(help="A CSV with findings and herbs (; between), or lines of ids TAB ids.")
        ],
        practice: Practice = "",
        finding_names: NamesFile = None,
        herb_names: NamesFile = None,
    ) -> None:
        """Bring in a history of cases, whole or not at all."""
        with program.opened() as services, saying_what_is_wrong():
            actor = acting_for(services, practice)
            text = bringing_in.text_of(file)
            called = [
                case_history.names(one.name, bringing_in.text_of(one)) if one else {}
                for one in (finding_names, herb_names)
            ]
            with _working() as working:
                task = working.add_task("Reading", total=None)
                cases = case_history.read(
                    file.name,
                    text,
                    finding_names=called[0],
                    herb_names=called[1],
                    progress=lambda count: working.update(task, description=f"Reading: {count} cases"),
                )
                working.update(task, description=f"Keeping {len(cases)} cases")
                kept = case_history.bring_in(services, actor, file.name, text, cases)
            known = learning.names_known(services, actor.practice_id)
        print(f"{kept.rows} cases of {kept.name} were brought in as number {kept.id}.")
        print(
            f"Of {known.findings} different findings {known.findings_known} are in the knowledge base, "
            f"of {known.herbs} herbs {known.herbs_known}: only those can be suggested."
        )

    @cli.command("imports")
    def imports(practice: Practice = "") -> None:
        """List the histories that a practice has brought in."""
        with program.opened() as services:
            list_files(bringing_in.listing(services, acting_for(services, practice).practice_id, "cases"))

    @cli.command("remove")
    def remove(
        number: Annotated[int, typer.Argument(help="The file's number, as cases imports lists it.")],
        practice: Practice = "",
    ) -> None:
        """Take a history out again."""
        with program.opened() as services:
            gone = bringing_in.take_out(services, acting_for(services, practice), "cases", number)
        print(f"{gone.rows} cases of {gone.name} were taken out.")


def _working() -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True))
