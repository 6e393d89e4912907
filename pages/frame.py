"""What every page has: navigation, the practice, language, the Live mark."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from domain.errors import NotSignedIn, Unavailable, VervainError
from domain.health import in_our_words
from domain.permission import Action, Thing, may
from pages.alarms import follow_alarms, show_alarms
from pages.elements.live_mark import LiveMark
from pages.elements.theme import ThemeChoice
from pages.first_view import FirstView, show_first
from pages.language import LANGUAGES, N_, Language, chosen_language
from pages.searching import NAVIGATION, show_search
from pages.visit import SIGN_IN, Visit, visit

OPERATIONS = "/operations"
"""For whoever may see how the program runs; its icon is in the style sheet, which spares every page an element."""
E = TypeVar("E", bound=ui.element)
STATIC = Path(__file__).parent.parent / "static"


async def built(request: Request, build: Callable[[Visit], Awaitable[None]]) -> Response | None:
    """Build a page for who is signed in; what they ask for and cannot have is said in one sentence, in the frame."""
    try:
        with in_our_words():
            here = await visit(request)
    except Unavailable as error:  # nobody knows whose page it would be
        language = chosen_language(request.session.get("language"), request.headers.get("accept-language", ""))
        return Response(language(error.message), error.status, {"Retry-After": "5"}, "text/plain; charset=utf-8")
    if isinstance(here, Response):
        return here
    try:
        await follow_alarms(here)
        await build(here)
    except NotSignedIn:
        return RedirectResponse(SIGN_IN)
    except VervainError as error:
        here.note_refusal(error)
        here.stop_following()
        with suppress(VervainError):
            await follow_alarms(here)  # there too: nobody looks at a refusal and misses a danger
        if here.place is None:
            title = NOT_FOUND if error.status == MISSING else NOT_POSSIBLE
            with frame(here, here._(title), f"/{request.url.path.split('/')[1]}"):
                ui.label(here._(error.message)).classes("vv-empty")
        else:
            here.place.clear()
            with here.place:
                ui.label(here._(error.message)).classes("vv-empty")
    here.ready()
    return None


MISSING = 404
NOT_FOUND, NOT_POSSIBLE = N_("Not found"), N_("Not possible")


def head(title: str) -> None:
    """Set the title and the look."""
    ui.page_title(f"{title} · Vervain")
    ui.add_head_html('<script src="/static/theme.js"></script>')  # before anything is painted in the wrong colours
    ui.add_head_html(
        '<link rel="stylesheet" href="/static/vervain.css"><link rel="stylesheet" href="/static/pages.css">'
    )
    ui.add_head_html('<meta name="referrer" content="same-origin">')


@contextmanager
def frame(
    here: Visit, title: str, path: str, *, subtitle: str = "", about: str = "", first: Sequence[tuple[str, str]] = ()
) -> Iterator[None]:
    """Lay out a page round its content; ``title`` is what its heading says, ``about`` the page of what it names.

    ``first`` are numbers with their labels that can be read before the page's script has run.
    """
    _ = here._
    head(title)
    observes = may(here.actor, Action.OBSERVE, Thing(here.actor.practice_id))
    pages = [(target, _(name)) for target, name, _icon in NAVIGATION]
    pages += [(OPERATIONS, _("Operations"))] if observes else []
    show_first(FirstView(title, subtitle, here.practice.name, pages, path, first), _)
    with ui.header().classes("vv-header"):
        skip = ui.link(_("Go to the content")).classes("vv-skip").props("data-testid=skip")
        menu = labelled(ui.button(icon="menu"), _("Menu")).props("flat round").classes("vv-menu")
        with labelled(ui.link(target="/"), _("Vervain, to the overview")).classes("vv-brand"):
            ui.image("/static/icon.svg").props("no-spinner no-transition aria-hidden=true").classes("vv-brand__mark")
            ui.label("Vervain").classes("vv-brand__name")
        ui.label(here.practice.name).classes("vv-practice vv-soft")
        _live(here)
        show_search(here)
        account = labelled(ui.button(icon="person"), _("Account")).props("flat round data-testid=account")
        with account, ui.menu():
            _account(here, path)
        show_alarms(here)
    with labelled(ui.left_drawer(value=False, bordered=True), _("Pages")).props(DRAWER) as drawer:
        for target, name, icon in NAVIGATION:
            with ui.link(_(name), target).classes("vv-nav") as item:
                ui.icon(icon).props("aria-hidden=true")
            if target == path:
                item.props("aria-current=page")
        if observes:
            item = ui.link(_("Operations"), OPERATIONS).classes("vv-nav vv-nav--operations")
            if path == OPERATIONS:
                item.props("aria-current=page")
        if here.practice.synthetic:
            ui.label(_("Synthetic demo data. Nobody here is real.")).classes("vv-synthetic")
    menu.on_click(drawer.toggle)
    with ui.column().classes("vv-page") as here.place:
        skip.props["href"] = f"#{here.place.html_id}"
        with heading("" if about else title, level=1):
            if about:
                ui.link(title, about).classes("vv-item__title").props("data-testid=about")
        if subtitle:
            ui.label(subtitle).classes("vv-soft vv-subtitle")
        yield


DRAWER = "show-if-above breakpoint=900 width=232 role=navigation"
LIVE = {
    "title": N_("Live"),
    "live": N_("Live"),
    "stale": N_("Connecting"),
    "offline": N_("Offline"),
    "paused": N_("Paused"),
    "as_of": N_("as of {time}"),
    "kept": N_("What is shown may be old. What you type is kept."),
    "pause": N_("Pause live"),
    "resume": N_("Go on live"),
}


def heading(text: str, *, level: int = 2) -> ui.element:
    """Write a heading."""
    return written(f"h{level}", text).classes(f"vv-title vv-h{level}")


def written(tag: str, text: str) -> ui.element:
    """Write a text as an element of this kind; it is escaped."""
    element = ui.element(tag)
    element._text = text
    return element


def quoted(text: str) -> str:
    """Write text as part of an address."""
    return quote(text, safe="")


def post_button(target: str, text: str, *, icon: str = "", testid: str = "", **fields: str | int) -> None:
    """Make a button that sends a form: what sets or clears a cookie needs a real request."""
    with ui.element("form").props(f"method=post action={target}").classes("vv-form"):
        for name, value in fields.items():
            hidden_field(name, value)
        ui.button(text, icon=icon or None).props(f"type=submit unelevated no-caps data-testid={testid or 'send'}")


def hidden_field(name: str, value: str | int) -> None:
    """Put a value into a form. It is no text to be parsed: in ``props("…")`` a quote would end the value."""
    field = ui.element("input").props("type=hidden")
    field.props.update(name=name, value=str(value))


def labelled(element: E, label: str) -> E:
    """Say what an element is to those who do not see it; whatever the label says, as ``hidden_field``."""
    element.props["aria-label"] = label
    return element


def _live(here: Visit) -> None:
    """Put the Live mark here, and let it hold the page still."""
    _ = here._
    mark = LiveMark(
        {name: _(text) for name, text in LIVE.items()},
        now=here.now,
        on_pause=lambda paused: here.hold.pause() if paused else here.hold.resume(),
    )

    def tell(paused: bool, count: int) -> None:
        waiting = _.plural(N_("{count} change waits"), N_("{count} changes wait"), count) if count else ""
        mark.held(paused, _.number(count) if count else "", waiting)

    here.hold.tell(tell)


def theme_choice(_: Language) -> None:
    """Let somebody choose the look of this browser."""
    ThemeChoice(title=_("Appearance"), auto=_("As the device"), light=_("Light"), dark=_("Dark"))


def _account(here: Visit, path: str) -> None:
    _: Language = here._
    with ui.column().classes("vv-account"):
        ui.label(here.actor.name).classes("vv-strong")
        ui.link(_("Your account"), "/account").props("data-testid=own-account")
        with ui.row():
            for code, name in LANGUAGES.items():
                current = " aria-current=true" if code == _.code else ""
                link = ui.link(name, f"/language/{code}?next={quoted(path)}")
                link.props(f"lang={code} data-testid=language-{code}{current}")
        theme_choice(_)
        post_button("/auth/sign-out", _("Sign out"), icon="logout", testid="sign-out")
