"""Local accounts, and tokens for other programs."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.program import Program
from domain import account, key_rotation, service

HELP = "Local accounts."


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("add")
    def add_user(
        login: str,
        name: Annotated[str, typer.Option(prompt=True)],
        password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
        role: str = "practitioner",
    ) -> None:
        """Add a local account."""
        with program.opened() as services:
            account.add_person(services, name=name, login=login, password=password, role=role)
        print(f"{login} can sign in.")

    @cli.command("service")
    def add_service(
        name: str,
        practice: Annotated[str, typer.Option(help="Its number or name; may be left out where there is one.")] = "",
        scope: Annotated[
            list[str], typer.Option(help="broadcast, status, follow or knowledge; may be given more than once.")
        ] = [],  # noqa: B006 - typer's form
        days: Annotated[int, typer.Option(help="How long the token holds.", min=1, max=service.LONGEST_DAYS)] = 365,
    ) -> None:
        """Print a token, once, for another program of a practice."""
        with program.opened() as services:
            issued = service.issue(services, name, scopes=scope, days=days, practice=practice)
        print(issued.token)
        until = f"{issued.expires:%Y-%m-%d}"
        print(f"Token {issued.number} of {issued.name}, {issued.practice}, holds until {until}.", file=sys.stderr)

    @cli.command("services")
    def list_services() -> None:
        """List the tokens of other programs."""
        with program.opened() as services:
            tokens = service.listing(services)
        table = Table("Number", "Service", "Practice", "Scopes", "Holds until", "Revoked", box=None)
        for one in tokens:
            revoked = f"{one.revoked:%Y-%m-%d}" if one.revoked else ""
            until = f"{one.expires:%Y-%m-%d}"
            table.add_row(str(one.number), one.name, one.practice, " ".join(one.scopes), until, revoked)
        Console(soft_wrap=True).print(table)

    @cli.command("revoke")
    def revoke_service(
        number: Annotated[int, typer.Argument(help="The token's number, as user services lists it.")],
    ) -> None:
        """End a token of another program, at once."""
        with program.opened() as services:
            name = service.revoke(services, number)
        print(f"Token {number} of {name} holds no longer.")

    @cli.command("rotate-keys")
    def rotate_keys() -> None:
        """Sign access tokens with a new key from now on; nobody has to sign in again."""
        with program.opened() as services:
            begun = key_rotation.rotate(services)
        print(f"Access tokens are signed with key {begun.number} from now on.")
