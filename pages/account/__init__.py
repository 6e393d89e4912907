"""The Account page: who I am, how I come in, and where I am signed in."""

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import own_account, practice_phone
from domain.own_account import OwnAccount
from pages.account.password import show_password
from pages.account.practice import show_practice
from pages.account.reading import show_reading
from pages.account.second_factor import show_second_factor
from pages.account.sessions import show_sessions
from pages.frame import built, frame, heading, theme_choice
from pages.language import LANGUAGES, N_
from pages.parts import Registering
from pages.visit import Visit

PATH = "/account"
ROLES = {"practitioner": N_("Practitioner"), "admin": N_("Admin")}


def register(at: Registering) -> None:
    """Add the page."""
    at(PATH)(page)


async def page(request: Request, problem: str = "", done: str = "") -> Response | None:
    """Show one's own account."""

    async def build(here: Visit) -> None:
        found = await here.read(own_account.look)
        with frame(here, here._("Account"), PATH):
            with ui.element("div").classes("vv-account-page"):
                _who(here, found)
                if practice_phone.may_set(here.actor):
                    await show_practice(here)
                show_reading(here, PATH)
                if found.has_password:
                    show_password(here._, found, problem, done)
                    show_second_factor(here, found)
                else:
                    _without_password(here, found)
                    if found.second_factor:
                        show_second_factor(here, found)
                await show_sessions(here, found)

    return await built(request, build)


def _who(here: Visit, found: OwnAccount) -> None:
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(found.name)
        role = _(ROLES.get(found.role, found.role))
        ui.label(f"{role} · {here.practice.name}").classes("vv-soft")
        if found.login:
            ui.label(_("You sign in as {login}.", login=found.login))
        with ui.row().classes("vv-toolbar"):
            for code, name in LANGUAGES.items():
                current = " aria-current=true" if code == _.code else ""
                ui.link(name, f"/language/{code}?next={PATH}").props(f"lang={code}{current}")
        theme_choice(_)


def _without_password(here: Visit, found: OwnAccount) -> None:
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card").props("data-testid=no-password"):
        heading(_("Password"))
        ui.label(
            _(
                "You are one of the demo’s made-up people: one click signs you in, on this machine only. There is no password."
            )
            if found.demo
            else _("You sign in with another provider, where your password and second factor are kept.")
        ).classes("vv-soft")
