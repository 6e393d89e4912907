"""Local accounts, and tokens for other programs."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.program import Program
from domain import account, identity_provider, key_rotation, service

HELP = "Local accounts, and tokens for other programs."
WIDE = 200
"""Columns where nobody looks at a terminal, so that nothing is cut off."""


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("add")
    def add_user(
        login: str,
        name: Annotated[str, typer.Option(prompt=True)],
        role: str = "practitioner",
    ) -> None:
        """Add a local account; asks for the password, or reads it from standard input."""
        password = _password()
        with program.opened() as services:
            account.add_person(services, name=name, login=login, password=password, role=role)
        print(f"{login} can sign in.")

    @cli.command("link")
    def link_identity(
        login: str,
        issuer: Annotated[str, typer.Option(help="The provider, as VERVAIN_OIDC__…__ISSUER names it.")],
        subject: Annotated[str, typer.Option(help="What the provider calls the account (sub).")],
    ) -> None:
        """Let somebody sign in by an account at an identity provider."""
        with program.opened() as services:
            identity_provider.link(services, login, issuer=issuer, subject=subject)
        print(f"{login} can sign in by {issuer}.")

    @cli.command("unlink")
    def unlink_identity(
        login: str, issuer: Annotated[str, typer.Option(help="The provider, as user link was given it.")]
    ) -> None:
        """Let somebody sign in by an identity provider no longer."""
        with program.opened() as services:
            identity_provider.unlink(services, login, issuer=issuer)
        print(f"{login} can no longer sign in by {issuer}.")

    @cli.command("reset")
    def reset_user(
        login: str,
        totp: Annotated[bool, typer.Option("--totp", help="Remove the second factor as well.")] = False,
    ) -> None:
        """Give somebody a new password, asked for here, and end all their sign-ins."""
        with program.opened() as services:
            account.find(services, login)  # before somebody types a password for nothing
            ended = account.reset(services, login, password=_password(), totp=totp)
        print(f"{login} has a new password{' and no second factor' if totp else ''}; {_sign_ins(ended)} ended.")

    @cli.command("disable")
    def disable_user(login: str) -> None:
        """Let somebody in no more; all their sign-ins end at once."""
        with program.opened() as services:
            ended = account.disable(services, login)
        print(f"{login} cannot sign in any more; {_sign_ins(ended)} ended.")

    @cli.command("enable")
    def enable_user(login: str) -> None:
        """Let somebody in again who was disabled."""
        with program.opened() as services:
            account.enable(services, login)
        print(f"{login} can sign in again.")

    @cli.command("list")
    def list_users() -> None:
        """List the local accounts."""
        with program.opened() as services:
            found = account.listing(services)
        table = Table("Login", "Name", "Role", "Practice", "Second factor", "Disabled", "Last sign-in", box=None)
        for one in found:
            last = f"{one.last_sign_in:%Y-%m-%d}" if one.last_sign_in else ""
            marks = ("yes" if one.second_factor else "", "yes" if one.disabled else "")
            table.add_row(one.login, one.name, one.role, one.practice, *marks, last)
        Console(soft_wrap=True, width=None if sys.stdout.isatty() else WIDE).print(table)

    @cli.command("named")
    def named_in_the_log(name: str) -> None:
        """Say whom the log calls by this name."""
        with program.opened() as services:
            print(" · ".join(account.named_in_the_log(services, name)))

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


def _password() -> str:
    """Ask for a new password without showing it, or read one line where nobody sits at the terminal.

    It is no option: whoever lists the machine's processes sees what a command was started with.
    """
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _sign_ins(count: int) -> str:
    return "1 sign-in" if count == 1 else f"{count} sign-ins"
