"""Where a patient is signed in, and the invites that still hold: each can be ended, as after a phone was lost."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from nicegui import ui

from domain import invite, sign_ins
from domain.events import LoggedEvent
from domain.hub import sign_in_topic
from domain.invite import OpenInvite
from domain.ledger import utc_now
from domain.patient import PatientState
from domain.sign_ins import SignInState
from pages.dialog import asked, buttons
from pages.elements.notes import Note, Notes
from pages.frame import heading
from pages.language import N_, Language
from pages.part import Part
from pages.visit import Visit

SOON = timedelta(days=21)
"""Before a device's last day: the phone says it as long ahead (static/m/session.js)."""
SHOWN = 6
"""Devices that are named; nobody has more, and the page stays small. All of them can be ended."""
ENDED = N_("Ended: it is signed out at once.")


async def devices_of(here: Visit, patient: PatientState, part: Part) -> None:
    """List a patient's devices and open invites."""
    _ = here._
    followed: set[int] = set()

    async def show(_events: list[LoggedEvent] | None = None) -> None:
        devices = await here.read(sign_ins.of_patient, patient.id)
        invites = await here.read(invite.open_invites, patient.id)
        new = [one.id for one in devices if one.id not in followed]
        if new:
            followed.update(new)
            part.follow([sign_in_topic(number) for number in new], show)
        if not part.over:
            there.replace([*(device_note(one, _) for one in devices[:SHOWN]), *(_invite(one, _) for one in invites)])
            end_all.text = _("End all {number} devices", number=_.number(len(devices)))
            end_all.visible = len(devices) > 1

    async def end(sign_in_id: int | None = None) -> None:
        await here.act(sign_ins.end_of_patient, patient.id, sign_in_id, done=_(ENDED))
        await show()

    async def chosen(key: str) -> None:
        what, number = key.split("-")
        if what == "device":
            _ask(here, partial(end, int(number)))
        else:
            await here.act(invite.withdraw, patient.id, int(number), done=_("The invite holds no longer."))
            await show()

    heading(_("Devices"))
    there = Notes([], on_choose=chosen, empty=_("No phone is signed in: invite the patient."))
    there.props("data-testid=devices").classes("vv-notes--beside")
    end_all = ui.button(on_click=lambda: _ask(here, end))
    end_all.props("flat no-caps data-testid=devices-end-all").classes("vv-start")
    await show()


def device_note(one: SignInState, _: Language) -> Note:
    """Say of a device when it came last, and its last day once that is near."""
    said = [_("Last used {time}", time=_.time(one.last_seen))]
    if one.last_day - utc_now() < SOON:
        said.append(
            _("Signed out on {day} however often it is used: invite the patient anew.", day=_.day(one.last_day))
        )
    title = one.device or _("Phone or browser")
    return {"key": f"device-{one.id}", "title": title, "lines": said, "action": _("End")}


def _invite(one: OpenInvite, _: Language) -> Note:
    said = _("by {name}, valid until {time}", name=one.created_by, time=_.time(one.expires))
    return {"key": f"invite-{one.id}", "title": _("Open invite"), "lines": [said], "action": _("Withdraw")}


def _ask(here: Visit, end: Callable[[], Awaitable[None]]) -> None:
    _ = here._

    async def go() -> None:
        dialog.close()
        await end()

    with asked() as dialog:
        heading(_("End it?"))
        ui.label(_("The patient needs a new invite to come back on it. What was not sent yet stays on the phone."))
        buttons(here, dialog, _("End"), go, "device-end-sure", color="negative")
