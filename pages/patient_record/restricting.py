"""Setting a record aside, and lifting that."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain import restriction
from domain.patient import read
from domain.restriction import RestrictionInput
from pages.dialog import TOO_SHORT, asked, buttons, taken
from pages.frame import heading
from pages.visit import Visit


def restricting(here: Visit, patient_id: int) -> Callable[[], Awaitable[None]]:
    """Return what asks for the reason, in a dialog that is gone when it is closed."""
    _ = here._

    async def ask() -> None:
        patient = await here.act(read, patient_id)
        if patient is None:
            return
        lifts = patient.restricted is not None
        title = _("Lift the restriction") if lifts else _("Restrict the record")

        async def go() -> None:
            said = reason.value or ""
            given = taken(here, lambda: RestrictionInput(restricted=not lifts, reason=said), _(TOO_SHORT))
            if given is None:
                return
            if await here.act(restriction.restrict, patient_id, given, done=_("Saved")) is not None:
                dialog.close()

        with asked() as dialog:
            heading(title)
            ui.label(
                _("The record can be planned from again, and counts in the practice’s numbers.")
                if lifts
                else _(
                    "It can be read and is used for nothing: no new plan, no numbers, no sharing. What is taken goes on."
                )
            ).classes("vv-soft")
            reason = ui.textarea(_("Reason")).props("outlined autogrow maxlength=500 data-testid=restrict-reason")
            buttons(here, dialog, title, go, "restrict-go")

    return ask
