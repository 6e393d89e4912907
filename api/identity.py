"""Who asks: the dependency that every route begins with."""

from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.requests import HTTPConnection

from domain.errors import NotSignedIn
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import actor_of_token


def services_of(request: HTTPConnection) -> Services:
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


def actor_of(request: Request) -> Actor:
    """Say who asks. Raises NotSignedIn."""
    token = bearer(request)
    if token is None:
        raise NotSignedIn("Sign in first: this needs an access token.")
    return actor_of_token(services_of(request), token, address=address_of(request))[0]


ServicesOf = Annotated[Services, Depends(services_of)]
Asking = Annotated[Actor, Depends(actor_of)]
RepeatKey = Annotated[str | None, Header(alias="Idempotency-Key")]
