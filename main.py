"""Vervain: builds the program from its parts, and its command line."""

import asyncio
import contextlib
import gc
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import structlog
import typer
import uvicorn
from alembic.util.exc import CommandError
from fastapi import FastAPI
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy.exc import DatabaseError

import api
import pages
from api.connections import allow_descriptors
from api.draining import DrainingServer
from api.live_protocol import LiveProtocol
from api.logs import configure_logs
from domain import account, replay, service
from domain import demo as synthetic
from domain.acknowledgement import Acknowledgements
from domain.conflation import conflate
from domain.delivery import write_acknowledgements
from domain.errors import VervainError
from domain.hub import Hub
from domain.knowledge import NameIndex
from domain.ledger import Ledger
from domain.passwords import Passwords
from domain.retention import trimming
from domain.services import Services
from domain.tokens import Tokens
from settings import Settings
from storage import migrations
from storage.database import Database
from storage.knowledge import DATA, KnowledgeError, load, problems

cli = typer.Typer(add_completion=False, help="A live dashboard for herbal-medicine practices.")
user = typer.Typer(help="Local accounts.")
knowledge = typer.Typer(help="The knowledge base.")
cli.add_typer(user, name="user")
cli.add_typer(knowledge, name="knowledge")
log = structlog.get_logger("vervain")

WS_MAX_SIZE = 1024 * 1024
"""What NiceGUI's pages may send at once; the live endpoint has its own, smaller bound."""
SHUTDOWN_SECONDS = 5
UNANSWERED_MS = 30_000
"""How long the system keeps a connection whose peer confirms nothing of what was sent; its default is a quarter of an hour."""
COLLECTED_AFTER = 50_000, 20, 100
"""Of the three generations; Python's own (700, 10, 10) are for programs that hold little. What has no cycles goes at once."""
COURTESY_SECONDS = 0.005
"""What a replay at full speed leaves to others after each row: writers of another process poll for their turn."""

T = TypeVar("T")
Job = Callable[[Services], Coroutine[Any, Any, None]]


def build_services(settings: Settings) -> Services:
    """Build the parts of one program: database at its newest schema, hub, ledger, knowledge, tokens."""
    database = Database(settings.database_url)
    migrations.upgrade(database)
    hub = Hub()
    known = load()
    return Services(
        database=database,
        hub=hub,
        ledger=Ledger(database, hub),
        acks=Acknowledgements(),
        knowledge=known,
        names=NameIndex(known),
        passwords=Passwords(),
        tokens=Tokens(settings.secret()),
        demo=settings.demo,
        base_url=settings.reached_at,
    )


def create_app(settings: Settings, services: Services | None = None, *, jobs: Sequence[Job] = ()) -> FastAPI:
    """Build the whole application; can be called more than once in a process."""
    parts = services or build_services(settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts.hub.bind(asyncio.get_running_loop())
        tasks = [asyncio.create_task(parts.ledger.tail(), name="tail of the log")]
        own = (conflate, write_acknowledgements, trimming(settings.log_days))
        tasks += [asyncio.create_task(job(parts), name=job.__name__) for job in (*own, *jobs)]
        app.state.ready = True
        try:
            yield
        finally:
            app.state.ready = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(app.state.live.reader.close)
            parts.hub.unbind()

    app = api.build(parts, public=settings.public, accept_per_second=settings.accept_per_second, lifespan=lifespan)
    pages.register(app, parts)
    return app


def serve(settings: Settings, services: Services, *, jobs: Sequence[Job] = ()) -> None:
    """Run one process until it is told to stop. Raises VervainError when the port is taken."""
    listener = _listen(settings)
    host, port = listener.getsockname()[:2]
    if not settings.base_url:  # with port 0 the system has chosen one, and invites have to name it
        services = replace(services, base_url=f"http://{host}:{port}")
    app = create_app(settings, services, jobs=jobs)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being told to stop ends as Ctrl-C does: in order
    collect_rarely()
    allow_descriptors()
    log.info("listening", address=f"http://{host}:{port}", demo=settings.demo)
    with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt):
        DrainingServer(server_config(app), app).run(sockets=[listener])
    services.database.close()


def collect_rarely() -> None:
    """Leave what the program stands on out of Python's garbage collection, and look at the rest less often.

    Otherwise every page and socket pays for it: with 200 pages open, half the time of a change went into looking at
    700,000 objects that nobody had dropped, and once in a while everybody waited 400 ms for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def server_config(app: FastAPI, ws: type[asyncio.Protocol] = LiveProtocol) -> uvicorn.Config:
    """Say how the server runs; the tests start it the same way, and also with the server's own WebSocket class."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws=ws,
        ws_max_size=WS_MAX_SIZE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )


Host = Annotated[str | None, typer.Option(help="The address to listen on.")]
Port = Annotated[int | None, typer.Option(help="The port to listen on; 0 for any that is free.", min=0, max=65535)]


@cli.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Run the program when no command is named."""
    if context.invoked_subcommand is None:
        run()


@cli.command()
def run(host: Host = None, port: Port = None) -> None:
    """Run the program on what the database holds."""
    with _program(host=host, port=port) as (settings, services):
        serve(settings, services)


@cli.command()
def demo(
    host: Host = None,
    port: Port = None,
    play: Annotated[bool, typer.Option(help="Let synthetic patients answer while you watch.")] = True,
) -> None:
    """Run the program with a synthetic practice that is alive."""
    with _program(host=host, port=port, demo=True) as (settings, services):
        if synthetic.is_needed(services):
            for _ in _bar("Filling the demo practice", synthetic.fill(services), synthetic.SIZE):
                pass
        serve(settings, services, jobs=[synthetic.play] if play else [])


@cli.command("replay")
def replay_file(
    file: Annotated[Path, typer.Argument(help="A CSV of condition, supplement, effectiveness, ease_of_use.")],
    rate: Annotated[float, typer.Option(help="Rows a second; 0 for as fast as it goes.", min=0)] = 0,
) -> None:
    """Play ratings from a file as feedback; go on where an earlier replay of the file stopped."""
    with _program() as (_, services):
        ratings = replay.read(file)
        pause = 1 / rate if rate else COURTESY_SECONDS
        steps = deque(_bar("Replaying", replay.play(services, ratings, wait=lambda: _pace(pause)), len(ratings)), 1)
        services.database.close()
    for end in steps:
        print(f"{end.played} ratings played, {end.skipped} were there already.")


@user.command("add")
def add_user(
    login: str,
    name: Annotated[str, typer.Option(prompt=True)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    role: str = "practitioner",
) -> None:
    """Add a local account."""
    with _program() as (_, services):
        account.add_person(services, name=name, login=login, password=password, role=role)
        services.database.close()
    print(f"{login} can sign in.")


@user.command("service")
def add_service(
    name: str,
    practice: Annotated[str, typer.Option(help="Its number or name; may be left out where there is one.")] = "",
    scope: Annotated[list[str], typer.Option(help="broadcast, status or follow; may be given more than once.")] = [],  # noqa: B006 - typer's form
    days: Annotated[int, typer.Option(help="How long the token holds.", min=1, max=service.LONGEST_DAYS)] = 365,
) -> None:
    """Print a token, once, for another program of a practice."""
    with _program() as (_, services):
        issued = service.issue(services, name, scopes=scope, days=days, practice=practice)
        services.database.close()
    print(issued.token)
    until = f"{issued.expires:%Y-%m-%d}"
    print(f"Token {issued.number} of {issued.name}, {issued.practice}, holds until {until}.", file=sys.stderr)


@user.command("services")
def list_services() -> None:
    """List the tokens of other programs."""
    with _program() as (_, services):
        tokens = service.listing(services)
        services.database.close()
    table = Table("Number", "Service", "Practice", "Scopes", "Holds until", "Revoked", box=None)
    for one in tokens:
        revoked = f"{one.revoked:%Y-%m-%d}" if one.revoked else ""
        table.add_row(str(one.number), one.name, one.practice, " ".join(one.scopes), f"{one.expires:%Y-%m-%d}", revoked)
    Console(soft_wrap=True).print(table)


@user.command("revoke")
def revoke_service(
    number: Annotated[int, typer.Argument(help="The token's number, as user services lists it.")],
) -> None:
    """End a token of another program, at once."""
    with _program() as (_, services):
        name = service.revoke(services, number)
        services.database.close()
    print(f"Token {number} of {name} holds no longer.")


@knowledge.command("check")
def check_knowledge(folder: Annotated[Path, typer.Argument(help="The folder of the data files.")] = DATA) -> None:
    """Check the knowledge base; name every row that is wrong."""
    found = problems(folder)
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        raise VervainError(f"The knowledge base has {len(found)} problem{'s' if len(found) > 1 else ''}.")
    known = load(folder)
    print(
        f"{len(known.herbs)} herbs, {len(known.conditions)} conditions, {len(known.interactions)} interactions: no problem."
    )


def main() -> None:
    """Run the command line: exit code 2 for wrong use, 1 with one sentence for failure."""
    try:
        code = cli(standalone_mode=False)
    except typer.Abort:
        code = 1
    except (VervainError, ValidationError, KnowledgeError, DatabaseError, CommandError, OSError) as error:
        print(f"vervain: {_sentence(error)}", file=sys.stderr)
        code = 1
    except Exception as error:  # typer's own usage errors carry their exit code
        if not hasattr(error, "exit_code"):
            raise
        error.show()  # type: ignore[attr-defined]
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


@contextlib.contextmanager
def _program(**given: Any) -> Iterator[tuple[Settings, Services]]:
    """Read the settings (the command line goes before the environment), set up logging, build the parts."""
    settings = Settings(**{name: value for name, value in given.items() if value is not None})
    configure_logs(public=settings.public, level=settings.log_level)
    yield settings, build_services(settings)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # connections inherit it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise VervainError(
            f"Cannot listen on {settings.host}:{settings.port}: {reason}. Choose another port with --port."
        ) from None
    listener.listen(2048)
    return listener


def _bar(title: str, steps: Iterator[T], total: int) -> Iterator[T]:
    """Show a progress bar while ``steps`` are taken."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        for step in steps:
            progress.advance(task)
            yield step


def _pace(seconds: float) -> None:
    time.sleep(seconds)


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        message = str(first["msg"]).removeprefix("Value error, ")
        said = f"VERVAIN_{name}: {message}" if name else message
    elif isinstance(error, CommandError):
        said = "The database was made by a newer version of Vervain: run that one."
    elif isinstance(error, DatabaseError):
        said = f"The database cannot be used: {error.orig}"
    elif isinstance(error, OSError) and error.filename is not None:
        said = f"{error.filename}: {(error.strerror or str(error)).lower()}"
    else:
        said = str(error)
    return said if said.endswith(".") else f"{said}."


if __name__ == "__main__":
    main()
