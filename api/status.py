"""What is going on on the live endpoint: counts, and never a person."""

from typing import Any

from fastapi import APIRouter, Request

from api.connections import Connections
from api.identity import ServicesOf, address_of, bearer
from domain import status
from domain.errors import NotSignedIn
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import actor_of_token

router = APIRouter(tags=["live"])

LOOPBACK = {"127.0.0.1", "::1"}


@router.get("/ws/status")
def live_status(request: Request, services: ServicesOf) -> dict[str, Any]:
    """Count the connections and what their devices have not acknowledged; practitioners see their own practice's."""
    connections: Connections = request.app.state.live.connections
    return status.live(services, asking_of(request, services), dict(connections.by_diagnosis))


def asking_of(request: Request, services: Services) -> Actor | None:
    """Say who asks; None for anybody on this machine in the demo. Raises NotSignedIn."""
    token = bearer(request)
    if token is not None:
        return actor_of_token(services, token, address=address_of(request))[0]
    if services.demo and address_of(request) in LOOPBACK:
        return None
    raise NotSignedIn("Sign in first: this needs an access token.")
