"""The knowledge base: checking it, and what a practice adds of its own."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from commands.bringing_in import Practice, list_files, saying_what_is_wrong
from commands.program import Program
from commands.progress import bar
from domain import bringing_in, own_knowledge
from domain.errors import VervainError
from domain.permission import Actor
from domain.practice import acting_for
from domain.services import Services
from storage.knowledge import DATA, load, problems

HELP = "The knowledge base."


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("check")
    def check(folder: Annotated[Path, typer.Argument(help="The folder of the data files.")] = DATA) -> None:
        """Check the knowledge base; name every row that is wrong."""
        found = problems(folder)
        for problem in found:
            print(problem, file=sys.stderr)
        if found:
            raise VervainError(f"The knowledge base has {len(found)} problem{'s' if len(found) > 1 else ''}.")
        known = load(folder)
        counts = f"{len(known.herbs)} herbs, {len(known.conditions)} conditions, {len(known.interactions)} interactions"
        print(f"{counts}: no problem.")

    @cli.command("import")
    def import_file(
        file: Annotated[Path, typer.Argument(help="Rows in the form of the data files; docs/knowledge.md.")],
        practice: Practice = "",
    ) -> None:
        """Add rows of a practice's own, checked like all others; judge the plans of its patients by them."""
        with program.opened() as services, saying_what_is_wrong():
            text = bringing_in.text_of(file, most=bringing_in.LARGEST_KNOWLEDGE)
            actor = acting_for(services, practice)
            kept = own_knowledge.bring_in(services, actor, file.name, text)
            _judge(services, actor)
        print(f"{kept.rows} rows of {kept.name} were added as number {kept.id}.")

    @cli.command("imports")
    def imports(practice: Practice = "") -> None:
        """List the files of knowledge that a practice has added."""
        with program.opened() as services:
            list_files(bringing_in.listing(services, acting_for(services, practice).practice_id, "knowledge"))

    @cli.command("remove")
    def remove(
        number: Annotated[int, typer.Argument(help="The file's number, as knowledge imports lists it.")],
        practice: Practice = "",
    ) -> None:
        """Take a file of knowledge out again; judge the plans without it."""
        with program.opened() as services:
            actor = acting_for(services, practice)
            gone = own_knowledge.forget(services, actor, number)
            _judge(services, actor)
        print(f"{gone.rows} rows of {gone.name} were taken out.")


def _judge(services: Services, actor: Actor) -> None:
    patients = own_knowledge.patients_under_treatment(services, actor.practice_id)
    if patients:  # this process has fitted nothing yet, and without it what past cases speak for would be taken back
        services.learned.learn(actor.practice_id)
    for _ in bar("Judging plans", own_knowledge.judge_all(services, patients), len(patients)):
        pass
