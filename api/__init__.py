"""Programs talk to us: the table of contents of the HTTP API and the sockets."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache, partial
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api import (
    account_forms,
    analytics,
    asyncapi,
    audit,
    auth,
    broadcast,
    diagnosis,
    entrance,
    feedback,
    health,
    keys,
    knowledge,
    live,
    oidc,
    patient,
    phone,
    predictor,
    recommendation,
    reference,
    sharing,
    status,
)
from api.asking_who import AskingWho
from api.away import DatabaseAway
from api.body_limit import BodyLimit
from api.channels import Channels
from api.connections import Connections
from api.counted_requests import Requests
from api.document import TITLE, VERSION, document
from api.doors import GuardedApplication
from api.doors.asked import Asked, Peers
from api.hidden_token import HiddenToken
from api.keep_alive import KeepAlive
from api.live_reader import LiveReader
from api.live_state import Live
from api.metrics import Metrics
from api.problem import install as install_problems
from api.problem import no_such_path
from api.tracing import TracedRequests
from domain.health import look_after
from domain.services import Services
from domain.sign_in import SESSION_LIFE
from domain.take_home import Printer

STATIC = Path(__file__).parent.parent / "static"
MAX_BODY = 256 * 1024
"""The largest thing a program sends us is a diagnosis with 200 findings, about 20 KiB."""


def _routes() -> list[BaseRoute]:
    """Gather what every application answers: taken apart once, which costs a tenth of a second, and not per application.

    What comes most often stands first: each is asked in turn whether a request is for it, which takes 10 µs or more of the loop.
    """
    gathered = APIRouter()
    for noun in (feedback, diagnosis, auth, patient, sharing, recommendation, analytics, predictor, knowledge, audit):
        gathered.include_router(noun.router, prefix="/api")
    for noun in (health, keys, entrance, account_forms, oidc, status, broadcast, phone, reference, asyncapi):
        gathered.include_router(noun.router)
    return gathered.routes


def _unknown() -> list[BaseRoute]:
    """Answer every other path below ``/api``, behind all that is there."""
    gathered = APIRouter()
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    gathered.add_api_route("/api/{path:path}", no_such_path, methods=methods, include_in_schema=False)
    return gathered.routes


ROUTES, UNKNOWN = _routes(), _unknown()

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build(
    services: Services,
    *,
    public: bool,
    hosts: Sequence[str],
    by_number: bool,
    accept_per_second: int,
    proxies: Sequence[str] = (),
    access_log: bool = False,
    traced_by_proxies: bool = False,
    print_sheet: Printer,
    lifespan: Lifespan,
) -> FastAPI:
    """Build the application that pages are mounted on afterwards."""
    session_cookie = "__Host-session" if public else "session"
    peers = Peers(proxies)

    def asked(inner: ASGIApp) -> ASGIApp:
        if services.tracing is not None:
            believed = peers.include if traced_by_proxies else lambda _scope: False
            inner = TracedRequests(inner, tracing=services.tracing, believed=believed)
        return Asked(inner, names=services.sealing.in_the_log, peers=peers, written=access_log)

    requests = Requests()
    app = GuardedApplication(
        requests=requests,
        public=public,
        hosts=hosts,
        by_number=by_number,
        session_cookie=session_cookie,
        security=services.security,
        asked=asked,
        title=TITLE,
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.state.services = services
    app.state.print_sheet = print_sheet
    app.state.ready = app.state.draining = False
    metrics = Metrics()
    in_a_file = services.database.is_sqlite
    reader = LiveReader(in_a_file=in_a_file)
    app.state.live = Live(Channels(services.hub, metrics), Connections(accept_per_second), KeepAlive(), reader, metrics)
    app.state.asking_who = AskingWho(in_a_file=in_a_file)
    app.state.requests = requests
    app.state.scrapers = status.Scrapers()
    app.state.doors = broadcast.Doors()
    app.state.oidc_clients = {}
    services.running.counts_by("live", partial(status.counters, app.state))
    look_after(services)
    install_problems(app)
    signed_in = partial(
        SessionMiddleware,
        secret_key=services.tokens.session_secret,
        session_cookie=session_cookie,
        max_age=int(SESSION_LIFE.total_seconds()),
        same_site="lax",
        https_only=public,
    )
    app.add_middleware(DatabaseAway)
    app.add_middleware(signed_in)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)
    app.add_middleware(BodyLimit, largest=MAX_BODY)
    app.add_middleware(live.LiveDoor, signed_in=signed_in)
    app.add_middleware(HiddenToken)
    app.router.routes.extend(ROUTES)
    app.mount("/static", GZipMiddleware(StaticFiles(directory=STATIC), minimum_size=500), name="static")
    app.router.routes.extend(UNKNOWN)
    app.openapi = lru_cache(partial(document, ROUTES, base_url=services.base_url))  # type: ignore[method-assign]
    return app
