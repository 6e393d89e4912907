"""What the patient allows, and their rights over the record: to have it, to have it set aside, to have it erased."""

from typing import Any

from nicegui import ui

from domain import consent, in_use, sharing
from domain.consent import KINDS, ConsentInput, ConsentState, Kind
from domain.events import LoggedEvent
from domain.hub import patient_topic
from domain.patient import PatientState
from domain.patient import read as read_patient
from domain.permission import Action
from pages.frame import heading
from pages.language import N_, Language
from pages.patient_record.erasing import erasing
from pages.patient_record.export import exporting
from pages.patient_record.restricting import restricting
from pages.visit import Visit

ALLOWED: dict[Kind, str] = {
    "care": N_("Treatment, and keeping a record of it"),
    "statistics": N_("Being counted in the practice’s numbers"),
    "sharing": N_("Sharing with another practice"),
}
UNASKED: dict[Kind, str] = {
    "care": N_("Nobody asked: taken for granted while they come to be treated"),
    "statistics": N_("Nobody asked: they are counted"),
    "sharing": N_("Nobody asked: nothing leaves the practice"),
}
BY = {"patient": N_("said by the patient"), "practitioner": N_("noted by a practitioner on their word"), "other": ""}
SAID = {True: N_("Yes"), False: N_("No")}


async def privacy(here: Visit, patient: PatientState) -> None:
    """Show what the patient allows, with the ways to change it, and what can be done with the record."""
    _ = here._
    toggles: dict[Kind, ui.toggle] = {}
    hints: dict[Kind, ui.label] = {}
    shown: dict[Kind, bool | None] = {}

    async def say(kind: Kind, granted: bool) -> None:
        if shown.get(kind) is not granted:  # what was put there because somebody else said it is not said again
            await here.act(consent.say, patient.id, ConsentInput(granted=granted), kind=kind, done=_("Noted"))
            await show([])

    async def show(_events: list[LoggedEvent]) -> None:
        stands, newest = await here.read(read_patient, patient.id), await here.read(consent.listing, patient.id)
        why = await here.read(in_use.reason, patient.id)
        for one in newest:
            shown[one.kind] = one.granted
            toggles[one.kind].value = one.granted
            hints[one.kind].text = said_of(one, _)
        banner.text = _(why) if why else ""
        banner.visible = bool(banner.text)
        restrict.text = _("Lift the restriction") if stands.restricted else _("Restrict the record")

    here.follow(patient_topic(patient.id), show)
    allowed = await here.read(sharing.allowed, patient.id)
    heading(_("Privacy"))
    banner = ui.label().classes("vv-hint").props("role=status data-testid=privacy-banner")
    with ui.element("div").classes("vv-consents"):
        for kind in KINDS:
            with ui.element("div").classes("vv-consent"):
                ui.label(_(ALLOWED[kind])).classes("vv-strong")
                options = {value: _(word) for value, word in SAID.items()}
                toggles[kind] = ui.toggle(options, on_change=_saying(say, kind))
                toggles[kind].props(f"no-caps unelevated data-testid=consent-{kind}")
                toggles[kind].props["aria-label"] = _(ALLOWED[kind])
                toggles[kind].set_enabled(Action.ANSWER in allowed)
                hints[kind] = ui.label().classes("vv-soft vv-small").props(f"data-testid=said-{kind}")
    with ui.row().classes("vv-toolbar"):
        _button(_("Export the record"), "download", "export").on_click(exporting(here, patient.id))
        restrict = _button("", "lock", "restrict").on_click(restricting(here, patient.id))
        erase = _button(_("Erase the record"), "delete_forever", "erase").on_click(erasing(here, patient.id))
        erase.props("color=negative")
        restrict.visible = Action.RESTRICT in allowed
        erase.visible = Action.ERASE in allowed
    await show([])


def said_of(one: ConsentState, _: Language) -> str:
    """Say since when somebody allows something, and who noted it."""
    if one.granted is None or one.at is None:
        return _(UNASKED[one.kind])
    who = BY[one.by or "other"]
    since = _("Since {date}", date=_.date(one.at.date()))
    return f"{since} · {_(who)}" if who else since


def _saying(say: Any, kind: Kind) -> Any:
    async def changed(event: Any) -> None:
        if event.value is not None:
            await say(kind, event.value)

    return changed


def _button(text: str, icon: str, testid: str) -> ui.button:
    return ui.button(text, icon=icon).props(f"outline no-caps data-testid={testid}")
