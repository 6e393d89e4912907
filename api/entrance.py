"""The door of the pages: sign-in and sign-out as plain forms, because only an HTTP answer can set a cookie."""

import uuid
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse

from api.identity import ServicesOf, address_of
from domain import sign_in
from domain.errors import NotAllowed, VervainError
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import SESSION_KEY

router = APIRouter(include_in_schema=False)


@router.post("/auth/sign-in")
def with_password(
    request: Request,
    services: ServicesOf,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the form's field
) -> RedirectResponse:
    """Sign in with a local account and go where the person wanted to."""
    _require_own_page(request)
    try:
        return _enter(request, services, sign_in.with_password(services, login[:200], password[:1_000]), next)
    except VervainError as error:
        return RedirectResponse(f"/sign-in?problem={quote(error.code)}&next={quote(safe_path(next))}", 303)


@router.post("/auth/demo")
def as_demo_person(
    request: Request,
    services: ServicesOf,
    person_id: Annotated[int, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the form's field
) -> RedirectResponse:
    """Sign in as one of the demo's people."""
    _require_own_page(request)
    return _enter(request, services, sign_in.as_demo_person(services, person_id), next)


@router.post("/auth/sign-out")
def sign_out(request: Request, services: ServicesOf) -> RedirectResponse:
    """End the browser's session."""
    _require_own_page(request)
    actor = page_actor(request, services)
    if actor is not None:
        sign_in.sign_out(services, actor)
    request.session.clear()
    return RedirectResponse("/sign-in", 303)


def page_actor(connection: HTTPConnection, services: Services) -> Actor | None:
    """Say whose browser this is, by the cookie; None for nobody."""
    secret = connection.session.get(SESSION_KEY)
    if not isinstance(secret, str):
        return None
    try:
        return sign_in.actor_of_session(services, secret, address=address_of(connection))
    except VervainError:
        return None


def same_origin(connection: HTTPConnection) -> bool:
    """Say whether a browser's request comes from a page of ours; a missing Origin is no browser's cross-site request."""
    origin = connection.headers.get("origin")
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or origin.split("://", 1)[-1] == connection.headers.get("host")


def safe_path(path: str) -> str:
    """Keep a redirect on this site."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside else "/"


def _enter(request: Request, services: Services, person_id: int, path: str) -> RedirectResponse:
    session = sign_in.open_page_session(
        services, person_id, device=request.headers.get("user-agent", ""), address=address_of(request)
    )
    language = request.session.get("language")
    request.session.clear()  # a new session id at sign-in, so that one planted before is worth nothing
    request.session.update({"id": str(uuid.uuid4()), SESSION_KEY: session.secret})
    if language is not None:
        request.session["language"] = language
    return RedirectResponse("/m" if session.actor.is_patient else safe_path(path), 303)


def _require_own_page(request: Request) -> None:
    if not same_origin(request):
        raise NotAllowed("This form was sent from another site.")


@router.get("/language/{code}")
def language(code: str, request: Request, next: str = "/") -> RedirectResponse:  # noqa: A002 - the name in the address
    """Choose the language of the pages for this browser."""
    request.session["language"] = code[:8]
    return RedirectResponse(safe_path(next), 303)
