"""Forms of local accounts: the second step of a sign-in, another password; each leaves the browser with a new session id."""

from typing import Annotated, Protocol
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse

from api.entrance import enter, page_actor, renew_cookie
from api.identity import ServicesOf, address_of
from domain import local_sign_in, own_account, second_factor_demanded, sign_in
from domain.again import Again
from domain.errors import VervainError
from domain.local_sign_in import TICKET_KEY
from domain.own_path import own_path
from domain.services import Services

router = APIRouter(include_in_schema=False)
DOOR, ACCOUNT = "/sign-in", "/account"


@router.post("/auth/second-step")
def second_step(
    request: Request,
    services: ServicesOf,
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the form's field
) -> RedirectResponse:
    """Finish a sign-in with a code of the second factor, in the browser that gave the password."""
    return _with_ticket(request, services, local_sign_in.finish, f"{DOOR}/code", code=code, path=next)


@router.post("/auth/set-up")
def set_up(
    request: Request,
    services: ServicesOf,
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002 - the name of the form's field
) -> RedirectResponse:
    """Finish a sign-in with the first code of the second factor that the practice demands."""
    return _with_ticket(request, services, second_factor_demanded.take_up, f"{DOOR}/set-up", code=code, path=next)


class _Finish(Protocol):
    def __call__(self, services: Services, ticket: str, code: str, *, address: str = "") -> int: ...


def _with_ticket(
    request: Request, services: Services, finish: _Finish, again: str, *, code: str, path: str
) -> RedirectResponse:
    """Let in who gives the right code in the browser that gave the password; ``again`` asks for it once more."""
    onward = f"next={quote(own_path(path))}"
    ticket = str(request.session.get(TICKET_KEY, ""))
    try:
        return enter(request, services, finish(services, ticket, code, address=address_of(request)), path)
    except VervainError as error:
        if error.code == "wrong_code":
            return RedirectResponse(f"{again}?problem={error.code}&{onward}", 303)
        request.session.pop(TICKET_KEY, None)
        return RedirectResponse(f"{DOOR}?problem={quote(error.code)}&{onward}", 303)


@router.post("/auth/password")
def change_password(
    request: Request,
    services: ServicesOf,
    present: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Change one's own password."""
    actor = page_actor(request, services)
    if actor is None:
        return RedirectResponse(f"{DOOR}?next={ACCOUNT}", 303)
    if new != again:
        return RedirectResponse(f"{ACCOUNT}?problem=not_the_same", 303)
    try:
        own_account.change_password(services, actor, given=Again(present, code), new=new)
        renew_cookie(request, sign_in.renew(services, actor))
    except VervainError as error:
        return RedirectResponse(f"{ACCOUNT}?problem={quote(error.code)}", 303)
    return RedirectResponse(f"{ACCOUNT}?done=password", 303)


@router.post("/auth/renew")
def renew(request: Request, services: ServicesOf) -> RedirectResponse:
    """Give the browser session another secret, after the second factor was set up or removed over the page."""
    actor = page_actor(request, services)
    if actor is None:
        return RedirectResponse(f"{DOOR}?next={ACCOUNT}", 303)
    renew_cookie(request, sign_in.renew(services, actor))
    return RedirectResponse(ACCOUNT, 303)
