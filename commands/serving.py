"""Running the program: on what the database holds, or with a demo practice."""

from typing import Annotated

import typer

from commands.program import Program
from commands.progress import bar
from domain import demo as synthetic
from domain.services import Services

Host = Annotated[str | None, typer.Option(help="The address to listen on.")]
Port = Annotated[int | None, typer.Option(help="The port to listen on; 0 for any that is free.", min=0, max=65535)]


def add(cli: typer.Typer, program: Program) -> None:
    """Add the commands."""

    @cli.callback(invoke_without_command=True)
    def default(context: typer.Context) -> None:
        """Run the program when no command is named."""
        if context.invoked_subcommand is None:
            run()

    @cli.command()
    def run(host: Host = None, port: Port = None) -> None:
        """Run the program on what the database holds."""
        program.run(host=host, port=port)

    @cli.command()
    def demo(
        host: Host = None,
        port: Port = None,
        play: Annotated[bool, typer.Option(help="Let synthetic patients answer while you watch.")] = True,
    ) -> None:
        """Run the program with a synthetic practice that is alive."""
        jobs = [synthetic.play] if play else []
        program.run(host=host, port=port, demo=True, first=_fill, jobs=jobs)


def _fill(services: Services) -> None:
    if synthetic.is_needed(services):
        for _ in bar("Filling the demo practice", synthetic.fill(services), synthetic.SIZE):
            pass
