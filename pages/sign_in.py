"""The sign-in page: one click in the demo, name and password otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import sign_in
from domain.own_path import own_path
from domain.passwords import LONGEST
from domain.services import Services
from domain.text import LINE
from pages.frame import head, heading, hidden_field, post_button, quoted
from pages.language import LANGUAGES, N_, Language, chosen_language
from pages.parts import SERVICES, Registering
from pages.visit import SIGN_IN, speak

PROBLEMS = {
    "sealed": N_("What was kept for this cannot be read with the program's secret: ask who runs the program."),
    "stale_ticket": N_("That took too long, or too many codes were wrong: begin again."),
    "unavailable": N_("Too many people are signing in at this moment: try again in a few seconds."),
    "wrong_password": N_("The name or the password is wrong."),
    "too_often": N_("Too many attempts: wait a few minutes."),
    "begin_again": N_("This sign-in was begun in another browser or took too long: begin again."),
    "provider_silent": N_("The identity provider does not answer: try again in a minute, or use your account here."),
    "provider_refused": N_("The identity provider has let nobody in: try again, or use your account here."),
    "provider_doubtful": N_("What the identity provider sent cannot be trusted, so nobody was signed in."),
    "unknown_identity": N_(
        "That account is not linked to anybody here: ask whoever looks after Vervain in your practice."
    ),
}


def register(at: Registering) -> None:
    """Add the page."""
    at("/sign-in")(page)


def page(request: Request, problem: str = "", next: str = "/") -> Response | None:  # noqa: A002 - the name in the address
    """Show who may sign in."""
    services: Services = request.scope[SERVICES]
    with _door(request, N_("What helps, seen as it happens")) as _:
        ui.label(_("Safety-checked recommendations, patients’ answers and what works, live.")).classes("vv-soft")
        if problem:
            ui.label(_(PROBLEMS.get(problem, N_("That did not work: try again.")))).classes("vv-problem").props(
                "role=alert"
            )
        if services.demo:
            _demo(services, _, next)
        if services.identity_providers:
            _elsewhere(services, _, next)
        with ui.element("form").props('method=post action="/auth/sign-in"').classes("vv-card vv-form vv-login"):
            heading(_("With your account"))
            hidden_field("next", own_path(next))
            door_field(_("Name"), "login", "text", "username")
            door_field(_("Password"), "password", "password", "current-password")
            ui.button(_("Sign in")).props("type=submit unelevated no-caps data-testid=sign-in")
        with ui.row().classes("vv-soft vv-small"):
            for code, name in LANGUAGES.items():
                ui.link(name, f"/language/{code}?next=/sign-in").props(f"lang={code}")
    return None


@contextmanager
def _door(request: Request, title: str) -> Iterator[Language]:
    """Lay out what stands before anybody is signed in, in the browser's language."""
    _ = chosen_language(request.session.get("language"), request.headers.get("accept-language", ""))
    speak(_)
    head(_("Sign in"))
    with ui.column().classes("vv-door"):
        brand()
        heading(_(title), level=1)
        yield _


@contextmanager
def one_more_step(request: Request) -> Iterator[Language]:
    """Show what comes between the password and the first page, in the browser's language; from here one can begin again."""
    with _door(request, N_("One more step")) as _:
        yield _
        ui.link(_("Begin again"), SIGN_IN)


def brand() -> None:
    """Show whose door it is."""
    with ui.row().classes("vv-brand vv-brand--large"):
        ui.image("/static/icon.svg").props("no-spinner no-transition aria-hidden=true").classes("vv-brand__mark")
        ui.label("Vervain").classes("vv-brand__name")


def _demo(services: Services, say: Language, path: str) -> None:
    with ui.column().classes("vv-card vv-card--accent vv-demo"):
        heading(say("Look around the demo"))
        ui.label(say("Everybody in it is made up. One click signs you in.")).classes("vv-soft")
        with ui.row().classes("vv-demo__people"):
            for person in sign_in.demo_people(services):
                if person.role == "practitioner":
                    post_button(
                        "/auth/demo",
                        person.name,
                        icon="spa",
                        testid=f"demo-{person.id}",
                        person_id=person.id,
                        next=own_path(path),
                    )
        ui.link(say("Come in as a patient, on the phone page"), "/m").props("data-testid=phone")


def _elsewhere(services: Services, say: Language, path: str) -> None:
    with ui.column().classes("vv-card vv-elsewhere"):
        heading(say("With your organisation"))
        for provider in services.identity_providers.values():
            said = say("Sign in with {provider}").format(provider=provider.label)
            address = f"/auth/oidc/{provider.name}?next={quoted(own_path(path))}"
            ui.link(said, address).classes("vv-button").props(f"data-testid=oidc-{provider.name}")


def door_field(label: str, name: str, kind: str, autocomplete: str) -> None:
    """Ask for a line in a plain form."""
    with ui.element("label").classes("vv-field"):
        ui.label(label)
        ui.element("input").props(
            f"name={name} type={kind} autocomplete={autocomplete} required maxlength={LONGEST if kind == 'password' else LINE}"
        )
