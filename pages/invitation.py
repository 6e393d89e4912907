"""Handing the patient the way in: link, QR code and the code to type."""

from collections.abc import Awaitable, Callable

import segno
from nicegui import ui

from domain import invite, sign_ins
from domain.invite import Invitation
from pages.frame import heading
from pages.patient_record.devices import ENDED
from pages.visit import Visit


def inviting(here: Visit, diagnosis_id: int) -> Callable[[], Awaitable[None]]:
    """Return what issues an invitation and shows it, in a dialog that is gone when it is closed."""

    async def invite_them() -> None:
        found = await here.act(invite.issue, diagnosis_id)
        if found is not None:
            devices = await here.act(sign_ins.of_patient, found.patient_id)
            _show(here, found, len(devices or ()))

    return invite_them


def _show(here: Visit, found: Invitation, devices: int) -> None:
    _ = here._

    async def end_old() -> None:
        if await here.act(sign_ins.end_of_patient, found.patient_id, done=_(ENDED)) is not None:
            old.delete()

    with ui.dialog(value=True) as dialog, ui.card().classes("vv-dialog vv-invite"):
        dialog.on("hide", dialog.delete)
        heading(_("Invite the patient"))
        ui.label(_("Let the patient scan this, or open the link on the phone. It works once, for 72 hours."))
        code = segno.make(found.link, error="m").svg_data_uri(scale=6, border=2, light="#ffffff")
        shown = ui.image(code).classes("vv-invite__code").props("no-spinner")
        shown.props["alt"] = _("QR code of the invitation")
        ui.link(found.link, found.link).props("data-testid=invite-link target=_blank").classes("vv-small vv-break")
        ui.label(found.code).classes("vv-invite__letters").props("data-testid=invite-letters dir=ltr")
        ui.label(_("Valid until {time}", time=_.time(found.expires))).classes("vv-soft vv-small")
        with ui.row().classes("vv-device") as old:
            ui.label(_("Was a phone lost? The patient is still signed in on {number}.", number=_.number(devices)))
            ui.button(_("End the old ones"), on_click=end_old).props("flat no-caps data-testid=end-old-devices")
        old.set_visibility(devices > 0)
        ui.button(_("Done"), on_click=dialog.close).props("flat no-caps")
