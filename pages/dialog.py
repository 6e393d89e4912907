"""What the dialogs of the pages share."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from nicegui import ui
from pydantic import ValidationError

from pages.language import N_
from pages.visit import Visit

Given = TypeVar("Given")
TOO_SHORT = N_("Give a reason of at least three letters.")


@contextmanager
def asked() -> Iterator[ui.dialog]:
    """Lay out a dialog that is open at once, and gone when it is closed: a page that asks much stays small."""
    with ui.element("div") as holder:  # what NiceGUI leaves of a dialog where it was asked for goes with it
        holder.visible = False
        dialog = ui.dialog(value=True)

    def gone() -> None:
        dialog.delete()
        holder.delete()

    dialog.on("hide", gone)
    with dialog, ui.card().classes("vv-dialog"):
        yield dialog


def buttons(
    here: Visit,
    dialog: ui.dialog,
    label: str,
    go: Callable[[], Awaitable[None]],
    testid: str,
    *,
    color: str = "primary",
) -> ui.button:
    """Offer to do it, and not to; gives the button that does it."""
    with ui.row().classes("vv-toolbar"):
        does = ui.button(label, on_click=go).props(f"unelevated no-caps color={color} data-testid={testid}")
        ui.button(here._("Cancel"), on_click=dialog.close).props("flat no-caps")
    return does


def taken(here: Visit, make: Callable[[], Given], missing: str) -> Given | None:
    """Make what a decision takes of what was typed; where that cannot be, say what is missing and give nothing."""
    try:
        return make()
    except ValidationError:
        here.warn(missing)
        return None
