"""The program's secret: what is to be done after it was replaced."""

from pathlib import Path
from typing import Annotated

import typer

from commands.program import Program
from domain.errors import Invalid
from domain.resealing import reseal
from domain.sealing import Sealing

HELP = "The program's secret."


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.callback()
    def group() -> None:
        """Keep the group a group although it has one command."""

    @cli.command("reseal")
    def seal_anew(
        former: Annotated[Path, typer.Option(help="The file of the secret that was in use before.")],
    ) -> None:
        """Seal the secrets of authenticators anew by the present secret; may be repeated, and run beside the program."""
        with program.opened() as services:
            done = reseal(services, Sealing(read_former(former)))
        print(f"{len(done.anew)} authenticators are sealed anew; {len(done.already)} were already.")
        if done.recovery_codes:
            print(
                f"{done.recovery_codes} recovery codes end. New ones are made on the Account page, by {', '.join(done.anew)}."
            )
        if done.unreadable:
            raise Invalid(
                f"Neither secret opens those of {', '.join(done.unreadable)}: another former one may, or user reset LOGIN --totp."
            )


def read_former(file: Path) -> bytes:
    """Read a secret that was in use before. Raises Invalid where the file holds none, OSError."""
    try:
        return bytes.fromhex(file.read_text().strip())
    except ValueError:
        raise Invalid(f"{file} holds no secret in hexadecimal.") from None
