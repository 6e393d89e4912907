"""Handing the patient the way in: link, QR code and the code to type."""

from collections.abc import Awaitable, Callable

import segno
from nicegui import ui

from domain import invite
from pages.frame import heading
from pages.visit import Visit


def invite_dialog(here: Visit, diagnosis_id: int) -> Callable[[], Awaitable[None]]:
    """Build the dialog; returns what opens it with a new invitation."""
    _ = here._
    with ui.dialog() as dialog, ui.card().classes("vv-dialog vv-invite"):
        heading(_("Invite the patient"))
        ui.label(_("Let the patient scan this, or open the link on the phone. It works once, for 72 hours."))
        picture = ui.image().classes("vv-invite__code").props(f'alt="{_("QR code of the invitation")}" no-spinner')
        link = ui.link("", "").props("data-testid=invite-link target=_blank").classes("vv-small vv-break")
        code = ui.label().classes("vv-invite__letters").props("data-testid=invite-letters dir=ltr")
        until = ui.label().classes("vv-soft vv-small")
        ui.button(_("Done"), on_click=dialog.close).props("flat no-caps")

    async def open_it() -> None:
        found = await here.act(invite.issue, diagnosis_id)
        if found is None:
            return
        picture.set_source(segno.make(found.link, error="m").svg_data_uri(scale=6, border=2, light="#ffffff"))
        link.text = found.link
        link.props(f'href="{found.link}"')
        code.text = found.code
        until.text = _("Valid until {time}", time=_.time(found.expires))
        dialog.open()

    return open_it
