"""Where a patient is signed in, and the invites that still hold: each can be ended, as after a phone was lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from domain import invite, sign_ins
from domain.events import LoggedEvent
from domain.hub import sign_in_topic
from domain.invite import OpenInvite
from domain.patient import PatientState
from domain.sign_ins import SignInState
from pages.dialog import buttons
from pages.frame import heading
from pages.language import N_
from pages.visit import Visit

SHOWN = 6
"""Devices that are named; nobody has more, and the page stays small. All of them can be ended."""
ENDED = N_("Ended: it is signed out at once.")


async def devices_of(here: Visit, patient: PatientState) -> None:
    """List a patient's devices and open invites."""
    _ = here._
    followed: set[int] = set()

    async def show(_events: list[LoggedEvent] | None = None) -> None:
        devices = await here.read(sign_ins.of_patient, patient.id)
        invites = await here.read(invite.open_invites, patient.id)
        new = [one.id for one in devices if one.id not in followed]
        if new:
            followed.update(new)
            here.follow([sign_in_topic(number) for number in new], show)
        place.clear()
        with place:
            _list(here, patient.id, devices, invites, show)

    heading(_("Devices"))
    place = ui.column().classes("vv-devices").props("data-testid=devices")
    await show()


def _list(
    here: Visit, patient_id: int, devices: list[SignInState], invites: list[OpenInvite], again: Callable[..., Any]
) -> None:
    _ = here._
    if not devices and not invites:
        ui.label(_("No phone is signed in: invite the patient.")).classes("vv-empty")
    for device in devices[:SHOWN]:
        ends = partial(here.act, sign_ins.end_of_patient, patient_id, device.id, done=_(ENDED))
        said = _("Last used {time}", time=_.time(device.last_seen))
        _row(device.device or _("Phone or browser"), said, _("End"), "device-end", partial(_ask, here, ends, again))
    for one in invites:
        withdraws = partial(here.act, invite.withdraw, patient_id, one.id, done=_("The invite holds no longer."))
        said = _("by {name}, valid until {time}", name=one.created_by, time=_.time(one.expires))
        _row(_("Open invite"), said, _("Withdraw"), "invite-withdraw", partial(_do, withdraws, again))
    if len(devices) > 1:
        ends = partial(here.act, sign_ins.end_of_patient, patient_id, done=_(ENDED))
        label = _("End all {number} devices", number=_.number(len(devices)))
        ui.button(label, on_click=partial(_ask, here, ends, again)).props("flat no-caps data-testid=devices-end-all")


def _row(name: str, said: str, label: str, testid: str, do: Callable[..., Any]) -> None:
    with ui.row().classes("vv-device"):
        with ui.element("div").classes("vv-device__words"):
            ui.label(name).classes("vv-strong").props("dir=auto")
            ui.label(said).classes("vv-soft vv-small")
        button = ui.button(label, on_click=do).props(f"flat no-caps data-testid={testid}")
        button.props["aria-label"] = f"{label}: {name}"


async def _do(verb: Callable[..., Any], again: Callable[..., Any]) -> None:
    await verb()
    await again()


def _ask(here: Visit, verb: Callable[..., Any], again: Callable[..., Any]) -> None:
    _ = here._

    async def go() -> None:
        dialog.close()
        await _do(verb, again)

    with ui.dialog(value=True) as dialog, ui.card().classes("vv-dialog"):
        dialog.on("hide", dialog.delete)
        heading(_("End it?"))
        ui.label(_("The patient needs a new invite to come back on it. What was not sent yet stays on the phone."))
        buttons(here, dialog, _("End"), go, "device-end-sure", color="negative")
