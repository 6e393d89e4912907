"""Stopping what a patient takes, or rejecting what is proposed: why is said."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.recommendation import StopInput
from pages.dialog import TOO_SHORT, buttons, taken
from pages.visit import Visit


class Stopping:
    """The dialog. What it names and what it stops is one recommendation, until it is opened anew."""

    def __init__(self, here: Visit, stop: Callable[[int, StopInput], Awaitable[None]]) -> None:
        self._here = here
        self._stop = stop
        self._about: int | None = None
        _ = here._
        with ui.dialog() as self._dialog, ui.card().classes("vv-dialog"):
            self._title = ui.label().classes("vv-title vv-h2").props("role=heading aria-level=2")
            self._name = ui.label().classes("vv-option__name vv-strong").props("dir=auto data-testid=stop-name")
            self._means = ui.label().props("data-testid=stop-means")
            self._reason = ui.textarea(_("Why")).props(
                "outlined autogrow autofocus data-testid=stop-reason maxlength=500"
            )
            self._dialog.on("hide", self._hidden)
            self._stops = buttons(here, self._dialog, _("Stop it"), self._go, "stop-go")

    @property
    def about(self) -> int | None:
        """The recommendation it is open about."""
        return self._about if self._dialog.value else None

    def open(self, recommendation_id: int, name: str, *, running: bool) -> None:
        """Ask why; ``running`` where the patient takes it."""
        _ = self._here._
        self._about, self._name.text, self._reason.value = recommendation_id, name, ""
        self._title.text = _("Stop this recommendation") if running else _("Reject this proposal")
        self._means.text = (
            _("The patient’s phone says at once that it has ended. For half an hour you can undo it.")
            if running
            else _("The patient has not seen it. For half an hour you can undo it.")
        )
        self._stops.text = _("Stop it") if running else _("Reject it")
        self._dialog.open()

    def close(self) -> None:
        """Close it."""
        self._dialog.close()

    async def _go(self) -> None:
        if self._about is None:
            return
        given = taken(self._here, lambda: StopInput(reason=self._reason.value or ""), self._here._(TOO_SHORT))
        if given is not None:
            await self._stop(self._about, given)

    def _hidden(self) -> None:
        if not self._dialog.value:  # it may be open again already, about another
            self._reason.value = ""
