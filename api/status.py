"""What is going on on the live endpoint: counts, and never a person."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_PLAIN_1_0_0
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State
from starlette.responses import Response

from api.broadcast import Doors
from api.connections import Connections
from api.counted_requests import Requests
from api.exposition import exposition
from api.identity import ServicesOf, address_of, bearer
from api.live_state import Live
from domain import processes, status
from domain.errors import NotAllowed, NotSignedIn, Unavailable
from domain.observing import observe
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import actor_of_token
from domain.tokens import hash_secret

log = structlog.get_logger(__name__)

router = APIRouter(tags=["live"])

LOOPBACK = {"127.0.0.1", "::1"}
KINDS = ("patient", "practitioner", "admin", "service")
"""Of connections: each is counted, also where there is none."""
DATABASE_SECONDS = 3.0
"""How long the database may take to answer; Prometheus itself waits 10 s for everything."""
REMEMBERED_SECONDS = 600.0
"""How long who was let in is known without the database, which may be what is away."""


def asking(request: Request, services: ServicesOf) -> Actor | None:
    """Say who asks; None for anybody on this machine in the demo. Raises NotSignedIn."""
    token = bearer(request)
    if token is not None:
        return actor_of_token(services, token, address=address_of(request))[0]
    if services.demo and address_of(request) in LOOPBACK:
        return None
    raise NotSignedIn("Sign in first: this needs an access token.")


Asker = Annotated[Actor | None, Depends(asking)]


@router.get("/ws/status")
async def live_status(request: Request, asker: Asker, services: ServicesOf) -> dict[str, Any]:
    """Count the connections and what their devices have not acknowledged; practitioners see their own practice's.

    ``counters`` are of the whole process since it started, ``processes`` those that the program consists of.
    """
    connections: Connections = request.app.state.live.connections
    by_diagnosis, counted = dict(connections.by_diagnosis), services.running.counts()

    def read() -> dict[str, Any]:
        here = status.live(services, asker, by_diagnosis)
        known = [asdict(one) for one in processes.read(services)]
        return here | {"counters": counted, "processes": known}

    return await asyncio.to_thread(read)


async def scraping(request: Request, services: ServicesOf) -> dict[str, Any]:
    """Let in whom ``asking`` lets in, and read what the database knows. Raises NotSignedIn, NotAllowed.

    Where the database is away, it says that to whoever was let in within the last minutes, and raises Unavailable for others.
    """
    scrapers: Scrapers = request.app.state.scrapers
    token = bearer(request)
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            status.require(await run_in_threadpool(asking, request, services))
            scrapers.let_in(token)
            return await scrapers.observed(services)
    except (NotSignedIn, NotAllowed):
        scrapers.forget(token)
        raise
    except (DBAPIError, NoneFree, Unavailable, TimeoutError) as error:
        log.warning("the database cannot be asked how it is", error=type(error).__name__)
        if not scrapers.knows(token):
            raise Unavailable("The database does not answer: try again in a moment.") from error
        return {"database_up": 0}


@router.get("/metrics", response_class=Response)
async def scraped(found: Annotated[dict[str, Any], Depends(scraping)], services: ServicesOf) -> Response:
    """Give the same counters as text, in the form that Prometheus reads."""
    running = services.running
    build = {running.version or "unknown": {running.name: 1}}
    return Response(exposition(running.counts() | found | {"build": build}), media_type=CONTENT_TYPE_PLAIN_1_0_0)


class Scrapers:
    """Who was let in to ``/metrics`` lately, by the hash of their token, and what is being read for them."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: dict[str, float] = {}
        self._observing: asyncio.Future[dict[str, Any]] | None = None

    def let_in(self, token: str | None) -> None:
        """Remember somebody who was let in."""
        now = self._now()
        self._seen = {one: at for one, at in self._seen.items() if now - at < REMEMBERED_SECONDS}
        self._seen[hash_secret(token or "")] = now

    def forget(self, token: str | None) -> None:
        """Forget somebody who was refused."""
        self._seen.pop(hash_secret(token or ""), None)

    async def observed(self, services: Services) -> dict[str, Any]:
        """Ask the database, once at a time: one that hangs takes one thread, however often it is asked."""
        if self._observing is None or self._observing.done():
            self._observing = asyncio.ensure_future(asyncio.to_thread(observe, services))
            self._observing.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(self._observing)

    def knows(self, token: str | None) -> bool:
        """Say whether they were let in within the last minutes."""
        at = self._seen.get(hash_secret(token or ""))
        return at is not None and self._now() - at < REMEMBERED_SECONDS


def counters(state: State) -> dict[str, Any]:
    """Count what one application has done since it started, and what is open in it."""
    live: Live = state.live
    doors: Doors = state.doors
    requests: Requests = state.requests
    services: Services = state.services
    return (
        live.metrics.as_dict()
        | live.channels.unsent()
        | services.ledger.work_done()
        | services.security.counts()
        | {
            "http_request_seconds": requests.counts(),
            "server_errors": requests.failed,
            "updates_pushed": doors.pushed,
            "hub_followers": services.hub.follower_count(),
            "acks_waiting": len(services.acks),
            "connections_by_kind": dict.fromkeys(KINDS, 0) | dict(sorted(live.connections.by_kind.items())),
        }
    )
