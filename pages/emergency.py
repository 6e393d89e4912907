"""Opening a record that is not one's own, in an emergency: whom, why, and once more whether one wants to."""

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import emergency
from domain.emergency import LASTS, EmergencyInput
from domain.errors import NotAllowed, VervainError
from domain.permission import Action, Thing, may
from domain.text import latin_digits
from pages.day_field import DayField
from pages.dialog import buttons, taken
from pages.frame import built, frame, heading
from pages.parts import Registering
from pages.visit import Visit

PATH = "/emergency"


def register(at: Registering) -> None:
    """Add the page."""
    at(PATH)(page)


async def page(request: Request) -> Response | None:
    """Ask for the record."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._
    if not may(here.actor, Action.BREAK_GLASS, Thing(here.actor.practice_id)):
        raise NotAllowed("Only a practitioner can open a record in an emergency.")
    hours = _.number(LASTS.total_seconds() / 3600)
    with frame(here, _("Open a record in an emergency"), PATH):
        ui.label(
            _(
                "For a patient of this practice who is not yours and cannot wait: you can read the record and stop what they "
                "take, for {hours} hours.",
                hours=hours,
            )
        ).classes("vv-soft vv-subtitle")
        with ui.element("div").classes("vv-card vv-form-card vv-emergency"):
            name = ui.input(_("Whole name")).props("outlined autocomplete=off maxlength=200 data-testid=emergency-name")
            born = DayField(_("Born"), language=_, testid="emergency-born")
            number = ui.input(_("or the number of the record")).props(
                "outlined inputmode=numeric autocomplete=off data-testid=emergency-number"
            )
            reason = ui.textarea(_("Why it cannot wait")).props(
                "outlined autogrow maxlength=500 data-testid=emergency-reason"
            )
            go_on = ui.button(_("Go on")).props("unelevated no-caps data-testid=emergency-ask").classes("vv-start")
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            heading(_("Open this record?"))
            ui.label(
                _(
                    "That you open it, and why, is written down. The patient’s practitioner is told at once, and the patient "
                    "can see it."
                )
            )

            async def go() -> None:
                dialog.close()
                given = wanted()
                opened = None if given is None else await here.act(emergency.open_record, given)
                if opened is not None:
                    with here.client:
                        ui.navigate.to(f"/patient/{opened.patient_id}")

            buttons(here, dialog, _("Open the record"), go, "emergency-go", color="negative")

        def wanted() -> EmergencyInput | None:
            """Read the inputs; says what is wrong where they cannot be used."""

            def said() -> EmergencyInput:
                return EmergencyInput(
                    patient_id=_number(number.value),
                    name=(name.value or "").strip() or None,
                    born=born.day or None,
                    reason=reason.value or "",
                    confirmed=True,
                )

            return taken(here, said, _("This is not a date."))

        def ask() -> None:
            given = wanted()
            if given is None:
                return
            try:
                emergency.check(here.actor, given)
            except VervainError as error:
                here.refuse(error)
            else:
                dialog.open()

        go_on.on_click(ask)


def _number(typed: str | None) -> int | None:
    """Read the number of a record; what is none is as unknown as a number that nobody has."""
    plain = latin_digits((typed or "").strip())
    return None if not plain else int(plain) if plain.isdecimal() and len(plain) < 19 else 0
