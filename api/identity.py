"""Who asks: the dependency that every route begins with."""

from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from api.asking_who import AskingWho
from api.doors.cross_site import SAFE
from domain.errors import NotAllowed, NotSignedIn
from domain.origin import known_as
from domain.permission import Actor
from domain.service import ROLE
from domain.services import Services
from domain.sign_in import actor_of_token
from domain.throttle import WRITE

ACTOR = "vervain.actor"
"""Where in the scope it says who asks, for ``api/refusals.py``."""
NO_TOKEN = "vervain.no_token"  # noqa: S105 - a name
"""Where it says that nobody does."""


async def services_of(request: HTTPConnection) -> Services:
    """Give the route the parts it works with."""
    services: Services = request.app.state.services
    return services


def address_of(connection: HTTPConnection) -> str:
    """Give the address that somebody comes from, for the audit."""
    return connection.client.host if connection.client else ""


def bearer(connection: HTTPConnection) -> str | None:
    """Read the token of an ``Authorization: Bearer`` header."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def actor_of(request: Request) -> Actor:
    """Say which person asks. Raises NotSignedIn, NotAllowed for a service, and TooOften for a person who writes without end."""
    actor = await anybody_of(request)
    if actor.role == ROLE:
        raise NotAllowed("A service token opens the doors that its scopes name, and no other.")
    if request.method not in SAFE:
        request.app.state.services.throttle.count(WRITE, actor.person_id)
    return actor


async def service_of(request: Request) -> Actor:
    """Say which service asks. Raises NotSignedIn, and NotAllowed for a person."""
    actor = await anybody_of(request)
    if actor.role != ROLE:
        raise NotAllowed("This door is for service tokens.")
    return actor


async def anybody_of(request: Request) -> Actor:
    """Say who asks, a person or a service. Raises NotSignedIn.

    Over a file on the event loop: one look-up by key takes 20 µs, and handing it to a thread five times as long.
    """
    token = bearer(request)
    if token is None:
        request.scope[NO_TOKEN] = True
        raise NotSignedIn("Sign in first: this needs an access token.")
    services: Services = request.app.state.services
    asking: AskingWho = request.app.state.asking_who
    actor = (await asking.read(actor_of_token, services, token, address=address_of(request)))[0]
    request.scope[ACTOR] = actor
    known_as(actor.person_id)
    return actor


ServicesOf = Annotated[Services, Depends(services_of)]
Asking = Annotated[Actor, Depends(actor_of)]
Service = Annotated[Actor, Depends(service_of)]
RepeatKey = Annotated[str | None, Header(alias="Idempotency-Key")]
