"""A dialog before what changes how one comes in: the password once more, and a code where there is a second factor."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.again import Again
from domain.errors import VervainError
from domain.own_account import OwnAccount
from pages.dialog import buttons
from pages.frame import heading, labelled
from pages.visit import Visit


def ask_again(
    here: Visit,
    found: OwnAccount,
    title: str,
    label: str,
    then: Callable[[Again], Awaitable[None]],
    *,
    note: str = "",
) -> ui.dialog:
    """Ask for what the account has, and go on with it; a refusal is said beside it."""
    _ = here._
    with ui.dialog(value=True) as dialog, ui.card().classes("vv-dialog"):
        labelled(dialog, title).on("hide", dialog.delete)
        heading(title)
        if note:
            ui.label(note).classes("vv-hint")
        password = ui.input(_("Your password"), password=True).props(
            "outlined autocomplete=current-password data-testid=password"
        )
        password.set_visibility(found.has_password)
        digits = ui.input(_("Code, or a recovery code")).props("outlined autocomplete=one-time-code data-testid=code")
        digits.set_visibility(found.second_factor)
        problem = refusal()

        async def go() -> None:
            try:
                await then(Again(password.value or "", digits.value or ""))
            except VervainError as error:
                problem.set_text(_(error.message))
                digits.set_visibility(digits.visible or error.code == "second_factor_needed")  # set up meanwhile

        (digits if found.second_factor else password).on("keydown.enter", go)
        buttons(here, dialog, label, go, "go")
    return dialog


def refusal() -> ui.label:
    """Keep a place where is said why something was not done."""
    return ui.label().classes("vv-problem").props("role=alert data-testid=refusal")
