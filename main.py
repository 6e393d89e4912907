"""Vervain: builds the program from its parts, and runs it."""

import gc

gc.disable()  # until all is imported: what an import makes stays, and looking for garbage in it took an eighth of each start

import asyncio
import contextlib
import signal
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import uvicorn
from fastapi import FastAPI

import api
import commands
import pages
from api.connections import allow_descriptors
from api.doors.head_limit import BoundedHttp
from api.draining import DrainingServer
from api.listening import listen
from api.live_protocol import LiveProtocol
from api.logs import configure_logs, end_said
from commands.program import Job
from domain.acknowledgement import Acknowledgements
from domain.backup import Place
from domain.bus import Bus
from domain.bus.in_process import InProcess
from domain.chain import Seal
from domain.erasing_again import say_who_is_back
from domain.erasure_register import ErasureRegister
from domain.errors import VervainError
from domain.hub import Hub
from domain.identity_provider import Provider
from domain.jobs import EACH, ONCE
from domain.kept_going import KeptGoing
from domain.key_rotation import present_in
from domain.last_seen import LastSeen
from domain.leading import Leading
from domain.learned import Learned
from domain.ledger import Ledger
from domain.library import Library
from domain.passwords import Passwords
from domain.predictors.shelf import Predictors
from domain.retention import trimming
from domain.running import Running
from domain.sealing import Sealing
from domain.security_log import SecurityLog
from domain.services import Services
from domain.statistics import ready
from domain.throttle import Throttle
from domain.tokens import Tokens
from pages.sheet_pdf import print_sheet
from settings import OidcProvider, Settings
from storage import migrations, postgresql
from storage.database import Database
from storage.knowledge import DATA, read_files, version_of
from storage.people import demo_people as demo_people_in

gc.enable()

if TYPE_CHECKING:
    from domain.predictors.remote import Remote
    from domain.tracing import Tracing

log = structlog.get_logger("vervain")

WS_MAX_SIZE = 1024 * 1024
"""What NiceGUI's pages may send at once; the live endpoint has its own, smaller bound."""
SHUTDOWN_SECONDS = 5
THREADS = postgresql.READERS + postgresql.MORE_READERS
"""Of the event loop's, where they wait for a server; more would wait for a connection. Over a file they calculate, and Python's
own number (four more than processors) leaves the loop its turn."""
TURNS = 6
"""Of the event loop, until every job has begun and follows what it follows: nobody comes in before that."""
ANOTHER_LOG = "The database holds another log than at the start: start the program anew."
COLLECTED_AFTER = 50_000, 20, 100
"""Of the three generations; Python's own (700, 10, 10) are for programs that hold little. What has no cycles goes at once."""


def build_services(settings: Settings) -> Services:
    """Build the parts of one program: database at its newest schema, hub, ledger, knowledge, tokens."""
    providers = {
        name: _identity_provider(name, given) for name, given in settings.oidc.items()
    }  # may refuse: nothing is open
    database = Database(settings.database_url)
    migrations.upgrade(database)
    hub, secret = Hub(), settings.read_secret()
    sealing = Sealing(secret)
    security = SecurityLog(names=sealing.in_the_log)
    library = Library(read_files(), version_of(DATA), database)
    return Services(
        database=database,
        hub=hub,
        ledger=Ledger(database, hub, seal=Seal(secret), bus=_bus(settings, database, sealing)),
        acks=Acknowledgements(),
        seen=LastSeen(),
        library=library,
        learned=Learned(database, library),
        predictors=Predictors(database, settings.predictors, _remote(settings)),
        passwords=Passwords(),
        security=security,
        throttle=Throttle(security=security),
        tokens=Tokens(secret, present_in(database)),
        sealing=sealing,
        erasures=ErasureRegister(settings.erasures),
        demo=settings.demo,
        base_url=settings.reached_at,
        identity_providers=providers,
        keep_records_years=settings.keep_records_years,
        device_days=settings.device_days,
        second_factor_demanded=settings.demand_second_factor,
        running=Running(_version()),
        leading=Leading.over(database),
        tracing=_tracing(settings),
    )


def create_app(settings: Settings, services: Services | None = None, *, jobs: Sequence[Job] = ()) -> FastAPI:
    """Build the whole application; can be called more than once in a process."""
    parts = services or build_services(settings)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts.hub.bind(asyncio.get_running_loop())
        if not parts.database.is_sqlite:
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="worker"))
        parts.running.counts_by("bus", parts.ledger.counts)
        parts.running.counts_by("leading", lambda: {"leads": int(parts.leading.leads)})
        kept = KeptGoing()
        parts.running.counts_by("jobs", kept.counts)
        tasks = [
            kept.begin("tail of the log", parts.ledger.tail),
            kept.begin("the bus", lambda: parts.ledger.hear(parts.tracing)),
        ]
        parts.ledger.when_another_log(lambda: app.state.stop())
        unfollow = parts.library.follow(parts.hub)
        tasks += [kept.begin(job.__name__, partial(job, parts)) for job in (*EACH, *jobs)]
        leaders = [partial(kept.run, job.__name__, partial(job, parts)) for job in (*ONCE, trimming(settings.log_days))]
        tasks.append(kept.begin("leading", lambda: parts.leading.run(leaders)))
        for _ in range(TURNS):
            await asyncio.sleep(0)
        app.state.ready = True
        try:
            yield
        finally:
            app.state.ready = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            unfollow()
            await asyncio.to_thread(app.state.live.reader.close)
            app.state.asking_who.close()
            parts.hub.unbind()

    app = api.build(
        parts,
        public=settings.public,
        hosts=settings.hosts,
        by_number=settings.by_number,
        accept_per_second=settings.accept_per_second,
        proxies=settings.proxies,
        access_log=settings.writes_requests,
        traced_by_proxies=settings.traces_from_proxies,
        print_sheet=print_sheet,
        lifespan=lifespan,
    )
    app.state.stop = lambda: setattr(app.state, "ready", False)  # a server that can stop puts its own here
    pages.register(app, parts)
    return app


def serve(settings: Settings, services: Services, *, jobs: Sequence[Job] = ()) -> None:
    """Run one process until it is told to stop. Raises VervainError when the port is taken, or it is to be started anew."""
    listener = listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    if not settings.base_url:  # with port 0 the system has chosen one, and invites have to name it
        services = replace(services, base_url=f"http://{host}:{port}")
    app = create_app(settings, services, jobs=jobs)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # being told to stop ends as Ctrl-C does: in order
    collect_rarely()
    allow_descriptors()
    log.info("listening", address=f"http://{host}:{port}", demo=settings.demo)
    with contextlib.closing(listener), contextlib.suppress(KeyboardInterrupt):
        config = server_config(app, proxies=settings.proxies)
        server = DrainingServer(config, app, pause=settings.drain_seconds)
        server.run(sockets=[listener])
    services.database.close()
    if services.tracing is not None:
        services.tracing.close()
    if server.stopped_by_itself:
        raise VervainError(ANOTHER_LOG)


def collect_rarely() -> None:
    """Leave what the program stands on out of Python's garbage collection, and look at the rest less often.

    Otherwise every page and socket pays for it: with 200 pages open, half the time of a change went into looking at
    700,000 objects that nobody had dropped, and once in a while everybody waited 400 ms for it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


def server_config(
    app: FastAPI, ws: type[asyncio.Protocol] = LiveProtocol, *, proxies: Sequence[str] = ()
) -> uvicorn.Config:
    """Say how the server runs; the tests start it the same way, and also with the server's own WebSocket class.

    ``proxies`` are the networks whose word on who asks, and over what, is taken (``X-Forwarded-For``, ``-Proto``): the
    client is the right-most address that is none of theirs. Without any, nobody's is; uvicorn would believe this machine.
    """
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        http=BoundedHttp,
        ws=ws,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ws_max_size=WS_MAX_SIZE,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )


class Program:
    """The program as the command line is handed it: settings from the environment, parts built from them."""

    @contextlib.contextmanager
    def opened(self) -> Iterator[Services]:
        """Build the parts for one command, and close the database behind it."""
        services = _built(Settings())
        try:
            yield services
        finally:
            services.database.close()

    def place(self) -> Place:
        """Say where the settings put the database and the predictors."""
        settings = Settings()
        configure_logs(public=settings.public, level=settings.log_level)
        return Place(
            settings.database_url, settings.predictors, settings.erasures, lambda: Seal(settings.read_secret())
        )

    def run(
        self,
        *,
        host: str | None,
        port: int | None,
        demo: bool = False,
        first: Callable[[Services], None] = lambda _: None,
        jobs: Sequence[Job] = (),
    ) -> None:
        """Run until told to stop; what the command line says goes before the environment."""
        given = {
            name: value for name, value in (("host", host), ("port", port), ("demo", demo or None)) if value is not None
        }
        settings = Settings(**given)  # type: ignore[arg-type]
        services = _built(settings)
        ready()
        first(services)
        say_who_is_back(services)
        serve(settings, services, jobs=jobs)


def main() -> None:
    """Run the command line."""
    with end_said():
        commands.obey(Program())


def _built(settings: Settings) -> Services:
    configure_logs(public=settings.public, level=settings.log_level)
    services = build_services(settings)
    if settings.public and _holds_demo_people(services.database):
        services.database.close()
        raise VervainError(
            "VERVAIN_PUBLIC: the database holds demo people, whom anybody could be. Begin with an empty one."
        )
    return services


def _version() -> str:
    """Read the version of this program; empty where it was put somewhere without its project file."""
    with contextlib.suppress(OSError):
        return str(tomllib.loads((Path(__file__).parent / "pyproject.toml").read_text())["project"]["version"])
    return ""


def _holds_demo_people(database: Database) -> bool:
    with database.read() as session:
        return bool(demo_people_in(session))


def _bus(settings: Settings, database: Database, sealing: Sealing) -> Bus:
    if database.is_sqlite:
        return InProcess()
    with database.read() as session:
        epoch = migrations.epoch(session)
    if settings.nats_url:
        from domain.bus.nats import NatsBus

        return NatsBus(settings.nats_url, epoch, sealing)
    from domain.bus.postgres import PostgresBus

    return PostgresBus(database, epoch, sealing)


def _remote(settings: Settings) -> "Remote | None":
    if not settings.predictor_url:
        return None
    from domain.predictors.remote import Remote

    return Remote(settings.predictor_url)


def _tracing(settings: Settings) -> "Tracing | None":
    if not settings.traces_url:
        return None
    from domain.telemetry import Telemetry

    return Telemetry(settings.traces_url, share=settings.traces_share, version=_version())


def _identity_provider(name: str, given: OidcProvider) -> Provider:
    return Provider(
        name=name,
        label=given.label or name,
        issuer=given.issuer,
        client_id=given.client_id,
        client_secret=given.secret(),
        domains=given.domains,
    )


if __name__ == "__main__":
    main()
