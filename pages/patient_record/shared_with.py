"""With whom a patient is shared: for the own practitioner to change, for a colleague to leave, for both to see."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from nicegui import ui

from domain import sharing
from domain.events import LoggedEvent
from domain.hub import patient_topic
from domain.ledger import utc_now
from domain.patient import PatientState
from domain.sharing import HandOverInput, ReaderState, ShareInput
from pages.dialog import asked, buttons
from pages.elements.notes import Note, Notes
from pages.frame import heading
from pages.language import N_, Language
from pages.part import Part
from pages.visit import Visit

LEVELS = {
    "own": N_("Their own practitioner"),
    "treat": N_("May read and treat"),
    "read": N_("May read"),
    "emergency": N_("Opened in an emergency"),
}
OFFERED = ("read", "treat")
FOR = {0: N_("Until somebody ends it"), 1: N_("For one day"), 7: N_("For one week"), 30: N_("For 30 days")}
"""Days that a share can be given for; our proposal."""


async def shared_with(here: Visit, patient: PatientState, part: Part) -> None:
    """Show who of the practice may read the record, and let those who may change that."""
    _ = here._

    async def show(_events: list[LoggedEvent]) -> None:
        put(await here.read(sharing.readers, patient.id))

    def put(now: list[ReaderState]) -> None:
        own = now[0].person_id == here.actor.person_id
        people.replace([_note(one, here, own=own) for one in now])
        offers.visible = own

    async def end(person_id: str) -> None:
        await here.act(sharing.end, patient.id, int(person_id), done=_("The share has ended"))

    part.follow(patient_topic(patient.id), show)
    seen = await here.read(sharing.readers, patient.id)
    heading(_("Shared with"))
    people = Notes([], on_choose=end)
    people.props("data-testid=shared-with").classes("vv-notes--beside")
    with ui.row().classes("vv-toolbar") as offers:
        ui.button(_("Share"), icon="person_add", on_click=partial(_sharing, here, patient)).props(
            "outline no-caps data-testid=share"
        )
        ui.button(_("Hand over"), icon="move_up", on_click=partial(_handing_over, here, patient)).props(
            "flat no-caps data-testid=hand-over"
        )
    put(seen)


def _note(one: ReaderState, here: Visit, *, own: bool) -> Note:
    _: Language = here._
    mine = one.person_id == here.actor.person_id
    note: Note = {"key": str(one.person_id), "title": one.name, "lines": [_(LEVELS[one.level])]}
    if one.until is not None:
        note["lines"].append(_("Until {time}", time=_.time(one.until)))
    if one.level == "emergency":
        note["chip"] = {"kind": "major", "text": _("Emergency")}
    if one.level != "own" and (own or mine):
        note["action"] = _("End the share") if own else _("Give it back")
    return note


async def _sharing(here: Visit, patient: PatientState) -> None:
    """Ask with whom it is shared, how far and for how long."""
    _ = here._
    colleagues = await _colleagues(here)
    with asked() as dialog:
        heading(_("Share {name}", name=patient.name))
        ui.label(_("The colleague sees the whole record at once, and you and they can end it at any time.")).classes(
            "vv-soft"
        )
        who = _choice(_("Colleague"), colleagues, "share-who")
        level = _choice(_("What they may do"), {one: _(LEVELS[one]) for one in OFFERED}, "share-level", first=True)
        days = _choice(_("For how long"), {one: _(name) for one, name in FOR.items()}, "share-days", first=True)

        async def go() -> None:
            if who.value is None:
                here.warn(_("Choose a colleague."))
                return
            until = utc_now() + timedelta(days=days.value) if days.value else None
            given = ShareInput(person_id=who.value, level=level.value, until=until)
            if await here.act(sharing.share, patient.id, given, done=_("Shared")) is not None:
                dialog.close()

        buttons(here, dialog, _("Share"), go, "share-go")


async def _handing_over(here: Visit, patient: PatientState) -> None:
    """Ask whose the patient is from then on."""
    _ = here._
    colleagues = await _colleagues(here)
    with asked() as dialog:
        heading(_("Hand {name} over", name=patient.name))
        ui.label(_("The patient is the colleague’s from then on. You do not see the record any more.")).classes(
            "vv-soft"
        )
        who = _choice(_("Colleague"), colleagues, "hand-over-who")

        async def go() -> None:
            if who.value is None:
                here.warn(_("Choose a colleague."))
                return
            dialog.close()
            await here.act(sharing.hand_over, patient.id, HandOverInput(person_id=who.value), done=_("Handed over"))

        buttons(here, dialog, _("Hand over"), go, "hand-over-go", color="negative")


async def _colleagues(here: Visit) -> dict[int, str]:
    return {one.person_id: one.name for one in await here.read(sharing.colleagues)}


def _choice(label: str, options: Mapping[Any, str], testid: str, *, first: bool = False) -> ui.select:
    value = next(iter(options)) if first else None
    return ui.select(dict(options), label=label, value=value).props(f"outlined data-testid={testid}").classes("vv-wide")
