"""The second factor: setting an authenticator up, new recovery codes, doing without."""

from nicegui import ui

from domain import own_account
from domain.again import Again
from domain.errors import VervainError
from domain.own_account import OwnAccount
from domain.second_factor import Enrolment
from pages.account.again import ask_again, refusal
from pages.dialog import buttons
from pages.frame import heading, post_button
from pages.setting_up import show_codes, show_secret
from pages.visit import Visit

FEW_CODES = 3


def show_second_factor(here: Visit, found: OwnAccount) -> None:
    """Say whether there is a second factor, and offer what can be done about it."""
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card").props("data-testid=second-factor"):
        heading(_("Second factor"))
        if not found.second_factor:
            ui.label(
                _("An authenticator on your phone shows six digits that are asked for at sign-in, beside the password.")
            ).classes("vv-soft")
            button = ui.button(_("Set up"), on_click=lambda: _set_up(here, found))
            button.props("unelevated no-caps data-testid=set-up").classes("vv-start")
            return
        ui.label(_("A code of your authenticator is asked for at sign-in."))
        left = _.plural(
            "{count} recovery code was not used yet.", "{count} recovery codes were not used yet.", found.recovery_codes
        )
        ui.label(left).classes("vv-hint" if found.recovery_codes < FEW_CODES else "vv-soft")
        with ui.row().classes("vv-toolbar"):
            ui.button(_("New recovery codes"), on_click=lambda: _renew_codes(here, found)).props(
                "outline no-caps data-testid=renew-codes"
            )
            ui.button(_("Remove"), on_click=lambda: _remove(here, found)).props("flat no-caps data-testid=remove")


def _set_up(here: Visit, found: OwnAccount) -> None:
    _ = here._

    async def begin(given: Again) -> None:
        enrolment = await here.read(own_account.begin_second_factor, given)
        dialog.clear()
        with dialog, ui.card().classes("vv-dialog"):
            _authenticator(here, dialog, enrolment)

    dialog = ask_again(here, found, _("Set up a second factor"), _("Continue"), begin)


def _authenticator(here: Visit, dialog: ui.dialog, enrolment: Enrolment) -> None:
    _ = here._
    heading(_("Scan this with your authenticator"))
    show_secret(_, enrolment)
    code = ui.input(_("The six digits that it shows now")).props(
        "outlined inputmode=numeric autocomplete=one-time-code dir=ltr data-testid=first-code"
    )
    problem = refusal()

    async def finish() -> None:
        try:
            codes = await here.read(own_account.finish_second_factor, enrolment, code.value or "")
        except VervainError as error:
            problem.set_text(_(error.message))
            return
        dialog.clear()
        with dialog, ui.card().classes("vv-dialog"):
            _recovery_codes(here, dialog, codes)

    code.on("keydown.enter", finish)
    buttons(here, dialog, _("Turn on"), finish, "turn-on")


def _recovery_codes(here: Visit, dialog: ui.dialog, codes: list[str]) -> None:
    """Show recovery codes once; leaving gives the browser a new session id."""
    _ = here._
    dialog.props("persistent")
    heading(_("Recovery codes"))
    show_codes(_, codes)
    post_button("/auth/renew", _("I have kept them"), testid="kept")


def _renew_codes(here: Visit, found: OwnAccount) -> None:
    async def renew(given: Again) -> None:
        codes = await here.read(own_account.renew_recovery_codes, given)
        dialog.clear()
        with dialog, ui.card().classes("vv-dialog"):
            _recovery_codes(here, dialog, codes)

    dialog = ask_again(here, found, here._("New recovery codes"), here._("Continue"), renew)


def _remove(here: Visit, found: OwnAccount) -> None:
    _ = here._

    async def remove(given: Again) -> None:
        await here.read(own_account.remove_second_factor, given)
        if found.demanded:
            return  # this sign-in has ended too, and the page goes to the door
        dialog.clear()
        dialog.props("persistent")
        with dialog, ui.card().classes("vv-dialog"):
            ui.label(_("No code is asked for at sign-in from now on. Your other sign-ins have ended."))
            post_button("/auth/renew", _("Done"), testid="kept")

    note = _("Your practice asks for one: you are signed out then, and set another up at the next sign-in.")
    dialog = ask_again(
        here, found, _("Remove the second factor"), _("Remove"), remove, note=note if found.demanded else ""
    )
