"""Handing the patient the way in: link, QR code and the code to type."""

from collections.abc import Awaitable, Callable

import segno
from nicegui import ui

from domain import invite
from domain.invite import Invitation
from pages.frame import heading
from pages.visit import Visit


def inviting(here: Visit, diagnosis_id: int) -> Callable[[], Awaitable[None]]:
    """Return what issues an invitation and shows it, in a dialog that is gone when it is closed."""

    async def invite_them() -> None:
        found = await here.act(invite.issue, diagnosis_id)
        if found is not None:
            _show(here, found)

    return invite_them


def _show(here: Visit, found: Invitation) -> None:
    _ = here._
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
        ui.button(_("Done"), on_click=dialog.close).props("flat no-caps")
