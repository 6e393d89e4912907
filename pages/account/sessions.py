"""Where one is signed in, and ending it."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from domain import sign_ins
from domain.again import Again
from domain.own_account import OwnAccount
from domain.sign_ins import SignInState
from pages.account.again import ask_again
from pages.account.device import words_of
from pages.elements.notes import Note, Notes
from pages.frame import heading
from pages.visit import Visit


async def show_sessions(here: Visit, account: OwnAccount) -> None:
    """List one's sign-ins, each with a way to end it, and a way to end all others."""
    _ = here._

    def end(key: str) -> None:
        ask(_("End this sign-in?"), partial(sign_ins.end, sign_in_id=int(key)))

    def ask(title: str, verb: Callable[..., object]) -> None:
        async def then(given: Again) -> None:
            await here.read(verb, given=given)
            dialog.close()
            await show()

        dialog = ask_again(here, account, title, _("End"), then)

    async def show() -> None:
        found = await here.read(sign_ins.listing)
        notes.replace([_note(here, one) for one in found])
        others.set_visibility(len(found) > 1)

    found = await here.read(sign_ins.listing)
    with ui.element("section").classes("vv-card vv-form-card").props("data-testid=sessions"):
        heading(_("Where you are signed in"))
        notes = Notes([_note(here, one) for one in found], on_choose=end)
        notes.classes("vv-notes--rows")
        others = ui.button(_("End all others"), on_click=lambda: ask(_("End all others?"), sign_ins.end_others))
        others.props("outline no-caps data-testid=end-others")
        others.classes("vv-start").set_visibility(len(found) > 1)


def _note(here: Visit, one: SignInState) -> Note:
    _ = here._
    since = _("Since {time}", time=_.time(one.created))
    seen = _("last seen {time}", time=_.time(one.last_seen))
    parts = [since, seen, *([_("From {address}", address=one.address)] if one.address else [])]
    note: Note = {"key": str(one.id), "title": words_of(one.device, _), "lines": [" · ".join(parts)]}
    return note | ({"mark": _("This one")} if one.current else {"action": _("End")})
