"""The fitted predictor of a practice: fitting one, seeing the versions, using one, taking one out of use."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.bringing_in import Practice
from commands.program import Program
from commands.progress import share_done
from domain.practice import acting_for
from domain.predictors import versions
from domain.predictors.card import Card, Measure
from domain.predictors.fitting import Unfitted

HELP = "The fitted predictor of a practice."
BY_HAND = "Taken out of use at a terminal."


def add_train(cli: typer.Typer, program: Program) -> None:
    """Add the command that fits."""

    @cli.command("train")
    def train(practice: Practice = "") -> None:
        """Fit a predictor to a practice's outcomes; it is used where it beats the evidence."""
        with program.opened() as services:
            practice_id = acting_for(services, practice).practice_id
            with share_done() as progress:
                found = versions.train(services, practice_id, progress=progress)
        if isinstance(found, Unfitted):
            print(found.sentence)
            return
        _show(found.card)
        print(f"Predictor {found.version} is {found.status}. {found.reason}")


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("list")
    def list_versions(practice: Practice = "") -> None:
        """List the versions, newest first."""
        with program.opened() as services:
            found = versions.listing(services, acting_for(services, practice).practice_id)
        for one in found:
            judged = one.card.judged
            print(
                f"{one.version}  {one.status}  since {one.changed:%Y-%m-%d %H:%M}  {one.card.outcomes} outcomes  "
                f"Brier skill {judged.skill.value:+.1%}  slope {judged.slope.value:.2f}\n  {one.reason}"
            )
        if not found:
            print("No predictor has been fitted yet.")

    @cli.command("promote")
    def promote(
        version: Annotated[str, typer.Argument(help="As predictor list names it.")], practice: Practice = ""
    ) -> None:
        """Use a version that has passed the rule."""
        with program.opened() as services:
            found = versions.promote(services, acting_for(services, practice).practice_id, version)
        print(f"Predictor {found.version} is used now.")

    @cli.command("demote")
    def demote(
        practice: Practice = "", reason: Annotated[str, typer.Option(help="Why, in one sentence.")] = BY_HAND
    ) -> None:
        """Take the version in use out of use: the evidence is used from then on, until you promote one."""
        with program.opened() as services:
            practice_id = acting_for(services, practice).practice_id
            found = versions.demote(services, practice_id, reason, by_hand=True)
        print("No predictor was in use." if found is None else f"Predictor {found.version} is not used any more.")


def _show(card: Card) -> None:
    judged = card.judged
    table = Table("Measure", "Value", "90 % interval", box=None)
    for name, measure in (
        ("Brier score", judged.brier),
        ("Log loss", judged.log_loss),
        ("AUROC", judged.auroc),
        ("Calibration slope", judged.slope),
        ("Calibration intercept", judged.intercept),
        (f"Brier skill over the {judged.baseline}", judged.skill),
    ):
        table.add_row(name, f"{measure.value:.3f}", _between(measure))
    console = Console(soft_wrap=True)
    console.print(
        f"Fitted to {card.outcomes} outcomes of {card.patients} patients, {card.since} to {card.until}: {card.pipeline}.\n"
        f"Judged on {judged.outcomes} later outcomes of {judged.patients} other patients, {judged.since} to {judged.until}."
    )
    console.print(table)
    bins = Table("Predicted", "Improved", "Of", "Share", "95 % interval", box=None)
    for one in judged.reliability:
        bins.add_row(
            f"{one.first:.0%}–{one.last:.0%}",
            str(one.improved),
            str(one.answered),
            f"{one.improved / one.answered:.0%}",
            f"{one.low:.0%}–{one.high:.0%}",
        )
    console.print(bins)


def _between(measure: Measure) -> str:
    return f"{measure.low:.3f} to {measure.high:.3f}"
