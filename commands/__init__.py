"""People talk to us at a terminal: the command line, which is handed the program and builds nothing itself."""

import sys

import typer
from alembic.util.exc import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError

from commands import (
    audit,
    backup,
    cases,
    evidence,
    export,
    knowledge,
    predictor,
    records,
    replay,
    secret,
    serving,
    user,
)
from commands.program import Program
from domain.errors import VervainError
from storage.busy import Busy
from storage.knowledge import KnowledgeError

__all__ = ["Program", "obey"]


def obey(program: Program) -> None:
    """Do what the arguments say: exit code 2 for wrong use, 1 with one sentence for failure."""
    try:
        code = _command_line(program)(standalone_mode=False)
    except typer.Abort:
        code = 1
    except (VervainError, ValidationError, KnowledgeError, Busy, DatabaseError, CommandError, OSError) as error:
        print(f"vervain: {_sentence(error)}", file=sys.stderr)
        code = 1
    except Exception as error:  # typer's own usage errors carry their exit code
        if not hasattr(error, "exit_code"):
            raise
        error.show()  # type: ignore[attr-defined]
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _command_line(program: Program) -> typer.Typer:
    cli = typer.Typer(add_completion=False, help="A live dashboard for herbal-medicine practices.")
    serving.add(cli, program)
    replay.add(cli, program)
    backup.add(cli, program)
    export.add(cli, program)
    records.add(cli, program)
    predictor.add_train(cli, program)
    groups = (
        ("user", user),
        ("secret", secret),
        ("audit", audit),
        ("knowledge", knowledge),
        ("cases", cases),
        ("evidence", evidence),
        ("predictor", predictor),
    )
    for name, group in groups:
        under = typer.Typer(help=group.HELP)
        group.add(under, program)
        cli.add_typer(under, name=name)
    return cli


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        message = str(first["msg"]).removeprefix("Value error, ")
        said = f"VERVAIN_{name}: {message}" if name else message
    elif isinstance(error, CommandError):
        said = "The database was made by a newer version of Vervain: run that one."
    elif isinstance(error, DatabaseError):
        said = f"The database cannot be used: {str(error.orig).splitlines()[0]}"
    elif isinstance(error, OSError) and error.filename is not None:
        said = f"{error.filename}: {(error.strerror or str(error)).lower()}"
    else:
        said = str(error)
    return said if said.endswith(".") else f"{said}."
