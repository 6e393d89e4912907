"""Erasing a patient: what goes is told first, and the name is typed once more."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from pydantic import ValidationError

from domain import erasing as domain
from domain.erasing import ErasureInput
from pages.dialog import buttons
from pages.frame import heading
from pages.visit import Visit


def erasing(here: Visit, patient_id: int) -> Callable[[], Awaitable[None]]:
    """Return what asks for all that erasing needs, in a dialog that is gone when it is closed."""
    _ = here._

    async def ask() -> None:
        state = await here.act(domain.look, patient_id)
        if state is None:
            return

        async def go() -> None:
            why = override.value if override is not None else None
            try:
                given = ErasureInput(name=name.value or "", reason=reason.value or "", override_reason=why or None)
            except ValidationError:
                ui.notify(_("Type the name, and reasons of at least three letters."), type="warning", position="top")
                return
            if await here.act(domain.erase, patient_id, given) is not None:
                ui.navigate.to("/")

        with ui.dialog(value=True) as dialog, ui.card().classes("vv-dialog"):
            dialog.on("hide", dialog.delete)
            heading(_("Erase the record"))
            counts = {"diagnoses": state.diagnoses, "answers": state.answers}
            told = _(
                "This cannot be undone. Diagnoses: {diagnoses}, answers: {answers}; all of it goes.",
                **{one: _.number(number) for one, number in counts.items()},
            )
            ui.label(told)
            ui.label(_("Backups keep it until they are deleted.")).classes("vv-soft")
            name = ui.input(_("The patient’s name, typed once more")).props(
                "outlined autocomplete=off maxlength=200 data-testid=erase-name"
            )
            reason = ui.textarea(_("Reason, without the name: it is kept")).props(
                "outlined autogrow maxlength=500 data-testid=erase-reason"
            )
            override = None
            if state.kept:
                until = _.date(state.kept_until)
                ui.label(_("The law may want this record kept until {date}.", date=until)).classes("vv-hint")
                override = ui.textarea(_("Why it is erased all the same")).props(
                    "outlined autogrow maxlength=500 data-testid=erase-override"
                )
            buttons(here, dialog, _("Erase for good"), go, "erase-go", color="negative")

    return ask
