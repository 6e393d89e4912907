"""The second step of a sign-in: the code of an authenticator, or a recovery code."""

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from domain.local_sign_in import TICKET_KEY
from domain.own_path import own_path
from pages.frame import hidden_field, quoted
from pages.language import N_
from pages.parts import Registering
from pages.sign_in import door_field, one_more_step
from pages.visit import SIGN_IN

WRONG = N_("This code is not valid (any more): wait for the next one.")


def register(at: Registering) -> None:
    """Add the page."""
    at("/sign-in/code")(page)


def page(request: Request, problem: str = "", next: str = "/") -> Response | None:  # noqa: A002 - the name in the address
    """Ask for a code; who has not given a password in this browser is sent back to it."""
    if TICKET_KEY not in request.session:
        return RedirectResponse(f"{SIGN_IN}?next={quoted(own_path(next))}")
    with one_more_step(request) as _:
        if problem:
            ui.label(_(WRONG)).classes("vv-problem").props("role=alert")
        with ui.element("form").props('method=post action="/auth/second-step"').classes("vv-card vv-form vv-login"):
            ui.label(_("Type the six digits that your authenticator shows, or one of your recovery codes.")).classes(
                "vv-soft"
            )
            hidden_field("next", own_path(next))
            door_field(_("Code"), "code", "text", "one-time-code")
            ui.button(_("Sign in")).props("type=submit unelevated no-caps data-testid=second-step")
    return None
