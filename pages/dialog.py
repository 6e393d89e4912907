"""What the dialogs of the pages share."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from pages.visit import Visit


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
