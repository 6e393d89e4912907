"""Setting up the second factor that the practice demands: between the password and the first session."""

import asyncio

import segno
from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from domain import second_factor_demanded
from domain.errors import NotSignedIn
from domain.local_sign_in import TICKET_KEY
from domain.own_path import own_path
from domain.second_factor import RECOVERY_CODES, Enrolment
from domain.second_factor_demanded import Offer
from domain.services import Services
from pages.frame import heading, hidden_field, quoted, written
from pages.language import N_, Language
from pages.parts import SERVICES, Registering
from pages.sign_in import door_field, one_more_step
from pages.visit import SIGN_IN

WRONG = N_("This is not the code of this moment: look at the authenticator once more.")


def register(at: Registering) -> None:
    """Add the page."""
    at("/sign-in/set-up")(page)


async def page(request: Request, problem: str = "", next: str = "/") -> Response | None:  # noqa: A002 - the name in the address
    """Show what the authenticator is set up with; who has not given a password in this browser is sent back to it."""
    services: Services = request.scope[SERVICES]
    ticket = str(request.session.get(TICKET_KEY, ""))
    try:
        offered = await asyncio.to_thread(second_factor_demanded.offer, services, ticket)
    except NotSignedIn:
        return RedirectResponse(f"{SIGN_IN}?next={quoted(own_path(next))}")
    with one_more_step(request) as _:
        ui.label(
            _(
                "Your practice asks for a second factor: six digits that an authenticator on your phone shows at each sign-in."
            )
        ).classes("vv-soft")
        if problem:
            ui.label(_(WRONG)).classes("vv-problem").props("role=alert")
        _show(_, offered, next)
    return None


def _show(_: Language, offered: Offer, path: str) -> None:
    with ui.element("form").props('method=post action="/auth/set-up"').classes("vv-card vv-form vv-login"):
        heading(_("Scan this with your authenticator"))
        show_secret(_, offered.enrolment)
        heading(_("Recovery codes"))
        show_codes(_, offered.recovery)
        hidden_field("next", own_path(path))
        door_field(_("The six digits that it shows now"), "code", "text", "one-time-code")
        ui.button(_("I have kept the recovery codes: sign in")).props(
            "type=submit unelevated no-caps data-testid=take-up"
        )


def show_secret(_: Language, enrolment: Enrolment) -> None:
    """Show what an authenticator is given: a picture to scan, and the same to type."""
    picture = segno.make(enrolment.address, error="m").svg_data_uri(scale=6, border=2, light="#ffffff")
    with ui.column().classes("vv-invite"):
        shown = ui.image(picture).classes("vv-invite__code").props("no-spinner")
        shown.props["alt"] = _("QR code for the authenticator")
    ui.label(_("Or type this into it:")).classes("vv-soft vv-small")
    typed = " ".join(enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4))
    ui.label(typed).classes("vv-code vv-break").props("dir=ltr data-testid=secret")


def show_codes(_: Language, codes: list[str]) -> None:
    """Show recovery codes, which are shown once."""
    ui.label(
        _(
            "Keep these {count} codes where your phone is not. Each lets you in once, when the authenticator is lost. "
            "They are not shown again.",
            count=_.number(RECOVERY_CODES),
        )
    )
    written("pre", "\n".join(codes)).classes("vv-code").props("dir=ltr data-testid=codes")
