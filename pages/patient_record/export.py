"""Handing over what is kept of a patient."""

import asyncio
from collections.abc import Callable

from nicegui import ui

from domain import export
from domain.export import Form
from domain.exporting import MEDIA, file_name, written
from pages.dialog import asked, buttons
from pages.frame import heading
from pages.language import N_
from pages.visit import Visit

FORMS: dict[Form, str] = {
    "json": N_("JSON: everything, for a program"),
    "csv": N_("Tables for a spreadsheet (a zip of CSV files)"),
    "fhir": N_("FHIR R4B, for another practice’s software"),
}
RECIPIENTS = {"patient": N_("For the patient"), "practice": N_("For another practice, with the patient’s consent")}


def exporting(here: Visit, patient_id: int) -> Callable[[], None]:
    """Return what asks in which form, and for whom, in a dialog that is gone when it is closed."""
    _ = here._

    def ask() -> None:
        async def go() -> None:
            form: Form = forms.value
            document = await here.act(export.export, patient_id, recipient=recipients.value, form=form)
            if document is not None:
                content = await asyncio.to_thread(lambda: b"".join(written(here.services, document, form)))
                dialog.close()
                ui.download.content(content, file_name(patient_id, form), MEDIA[form])

        with asked() as dialog:
            heading(_("Export the record"))
            ui.label(_("Whoever has the file reads all of it. That it was written is audited.")).classes("vv-soft")
            forms = ui.radio({form: _(text) for form, text in FORMS.items()}, value="json")
            recipients = ui.radio({one: _(text) for one, text in RECIPIENTS.items()}, value="patient")
            recipients.props("data-testid=export-for")
            buttons(here, dialog, _("Export"), go, "export-go")

    return ask
