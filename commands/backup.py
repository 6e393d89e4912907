"""Backing up and restoring, both with a progress bar: one file holds all that a practice has, but the secret."""

from pathlib import Path
from typing import Annotated

import typer

from commands.program import Program
from commands.progress import share_done
from domain import backup, coming_back, erasing_again, restoring
from domain.coming_back import Ended

File = Annotated[Path, typer.Argument(help="The backup.", dir_okay=False)]


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.command("backup")
    def back_up(
        file: File, force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False
    ) -> None:
        """Write the whole database, as it stands now, into one file; a server may run meanwhile."""
        with share_done() as progress:
            made = backup.back_up(program.place(), file, replace=force, progress=progress)
        count = len(made.files) - 1
        print(f"{file} has the database and {count} file{'' if count == 1 else 's'} of predictors.")
        print(f"Its audit has {made.audited} entries, the newest with the hash {made.audit_head or 'of none'}.")
        print("The secret is not in it: keep that elsewhere, for without it everybody has to sign in anew.")

    @cli.command("restore")
    def restore(file: File) -> None:
        """Put a backup in the place of the database, which is kept beside it; the server has to be stopped."""
        with share_done() as progress:
            done = restoring.restore(program.place(), file, progress=progress)
        print(f"The backup of {done.manifest.made:%Y-%m-%d %H:%M} UTC is in place.")
        if done.kept is not None:
            print(f"What was there is kept in {done.kept}.")
        _tell(done.ended)
        if done.unreadable:
            print(
                f"{done.unreadable} lines of {program.place().erasures} cannot be read: look whether somebody is missing."
            )
        if done.nobody_knows:
            print("Nothing here says who was erased since: erase them once more, or run erase-again with the register.")
        print("Passwords are those of the backup.")

    @cli.command("after-restore")
    def after_restore(
        before: Annotated[str | None, typer.Option(help="The address of the database that this one follows.")] = None,
    ) -> None:
        """Let nobody come back with a PostgreSQL that pg_restore has made; before the first server starts over it."""
        with program.opened() as services:
            ended = coming_back.after_restore(services, before)
        _tell(ended)
        if before is None:
            print(
                "Nothing here says who was disabled or unlinked since: look at the letters, or name the database before."
            )
        print("Passwords are those of the backup.")

    @cli.command("erase-again")
    def erase_again() -> None:
        """Erase those once more who were erased before a database came back by other means than restore."""
        with program.opened() as services:
            again = erasing_again.erase_all_again(services)
        print(f"{again} patients were erased again.")


def _tell(ended: Ended) -> None:
    print(f"{ended.sign_ins} sign-ins and {ended.invites} open invites were ended: everybody signs in anew.")
    if ended.services:
        print(f"Issue new tokens for these services: {', '.join(ended.services)}.")
    if ended.shut_out:
        print(f"{ended.shut_out} people who were disabled since stay so.")
    if ended.erased:
        print(f"{ended.erased} patients who were erased since were erased again.")
