"""What is going on on the live endpoint: counts, and never a person."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_PLAIN_1_0_0
from starlette.datastructures import State
from starlette.responses import Response

from api.broadcast import Doors
from api.connections import Connections
from api.identity import ServicesOf, address_of, bearer
from api.metrics import Metrics, exposition
from domain import status
from domain.errors import NotSignedIn
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import actor_of_token

router = APIRouter(tags=["live"])

LOOPBACK = {"127.0.0.1", "::1"}


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
def live_status(request: Request, asker: Asker, services: ServicesOf) -> dict[str, Any]:
    """Count the connections and what their devices have not acknowledged; practitioners see their own practice's.

    ``counters`` are of the whole process since it started.
    """
    connections: Connections = request.app.state.live.connections
    here = status.live(services, asker, dict(connections.by_diagnosis))
    return here | {"counters": services.running.counts()}


@router.get("/metrics", response_class=Response)
def scraped(request: Request, asker: Asker, services: ServicesOf) -> Response:
    """Give the same counters as text, in the form that Prometheus reads."""
    status.require(asker)
    connections: Connections = request.app.state.live.connections
    counts = services.running.counts() | {"connections": connections.total}
    return Response(exposition(counts), media_type=CONTENT_TYPE_PLAIN_1_0_0)


def counters(state: State) -> dict[str, Any]:
    """Count what one application has done since it started, and what is open in it."""
    metrics: Metrics = state.live.metrics
    doors: Doors = state.doors
    services: Services = state.services
    return metrics.as_dict() | {
        "updates_pushed": doors.pushed,
        "ledger_commits": services.ledger.commits,
        "published_events": services.ledger.published,
        "hub_followers": services.hub.follower_count(),
        "ledger_waiting": services.ledger.waiting,
        "acks_waiting": len(services.acks),
        "connections_by_kind": dict(sorted(state.live.connections.by_kind.items())),
    }
