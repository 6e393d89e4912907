"""The door of the pages: sign-in and sign-out as plain forms, because only an HTTP answer can set a cookie."""

import uuid
from contextlib import suppress
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse

from api.doors.cross_site import same_origin
from api.identity import ServicesOf, address_of
from domain import local_sign_in, own_account, sign_in
from domain.errors import VervainError
from domain.local_sign_in import TICKET_KEY, Ticket
from domain.origin import known_as
from domain.own_path import own_path
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
    try:
        found = local_sign_in.begin(services, login, password, address=address_of(request))
        return enter_or_ask(request, services, found, next)
    except VervainError as error:
        return RedirectResponse(f"/sign-in?problem={quote(error.code)}&next={quote(own_path(next))}", 303)


@router.post("/auth/demo")
def as_demo_person(
    request: Request,
    services: ServicesOf,
    person_id: Annotated[int, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the form's field
) -> RedirectResponse:
    """Sign in as one of the demo's people."""
    return enter(request, services, sign_in.as_demo_person(services, person_id), next)


@router.post("/auth/sign-out")
def sign_out(request: Request, services: ServicesOf) -> RedirectResponse:
    """End the browser's session."""
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
        actor = sign_in.actor_of_session(services, secret, address=address_of(connection))
    except VervainError:
        return None
    known_as(actor.person_id)
    return actor


def enter_or_ask(request: Request, services: Services, found: int | Ticket, path: str) -> RedirectResponse:
    """Let in whom the first step has found, or ask for the second."""
    if isinstance(found, Ticket):
        request.session[TICKET_KEY] = found.secret
        step = "set-up" if found.setting_up else "code"
        return RedirectResponse(f"/sign-in/{step}?next={quote(own_path(path))}", 303)
    return enter(request, services, found, path)


def enter(request: Request, services: Services, person_id: int, path: str) -> RedirectResponse:
    """Give the browser of somebody who was checked a session, and send it where they wanted to go."""
    session = sign_in.open_page_session(
        services, person_id, device=request.headers.get("user-agent", ""), address=address_of(request)
    )
    renew_cookie(request, session.secret)
    request.session.update(own_account.reading_of(services, person_id))
    return RedirectResponse("/m" if session.actor.is_patient else own_path(path), 303)


def renew_cookie(request: Request, secret: str) -> None:
    """Put a browser session into the cookie, under a new id, so that one planted before is worth nothing."""
    kept = {name: request.session[name] for name in READING if name in request.session}
    request.session.clear()
    request.session.update({"id": str(uuid.uuid4()), SESSION_KEY: secret, **kept})


READING = ("language", "calendar", "numerals")
"""How somebody reads, as this browser keeps it; the last two are the person's own wherever they sign in."""
LONGEST = 9
"""Letters of the longest word among what can be chosen: a stranger's longer one fills no cookie."""


@router.get("/language/{code}")
def language(
    code: str,
    request: Request,
    services: ServicesOf,
    next: str = "/",  # noqa: A002 - the name in the address
    calendar: str = "",
    numerals: str = "",
) -> RedirectResponse:
    """Choose how the pages are read in this browser, and dates and digits on all others that one signs in with from now on.

    A link on another site leads here and changes nothing.
    """
    if same_origin(request.headers):
        chosen = {"language": code, "calendar": calendar, "numerals": numerals}
        request.session.update({name: value[:LONGEST] for name, value in chosen.items() if value})
        actor = page_actor(request, services) if calendar or numerals else None
        if actor is not None:
            with suppress(VervainError):  # this browser has it all the same
                own_account.keep_reading(services, actor, calendar=calendar, numerals=numerals)
    return RedirectResponse(own_path(next), 303)
