"""What the patient allows, and their rights over the record: to have it, to have it set aside, to have it erased."""

from nicegui import ui

from domain import consent, in_use
from domain.consent import ConsentInput, ConsentState, Kind
from domain.events import LoggedEvent
from domain.hub import patient_topic
from domain.patient import PatientState
from domain.patient import read as read_patient
from domain.permission import Action
from pages.elements.choices import Choice, Choices
from pages.frame import heading
from pages.language import N_, Language
from pages.part import Part
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
YES, NO = "yes", "no"
ANSWERS = {YES: N_("Yes"), NO: N_("No")}


async def privacy(here: Visit, patient: PatientState, part: Part) -> None:
    """Show what the patient allows, with the ways to change it, and what can be done with the record."""
    _ = here._

    async def say(kind: str, answer: str) -> None:
        given = ConsentInput(granted=answer == YES)
        await here.act(consent.say, patient.id, given, kind=kind, done=_("Noted"))

    async def show(_events: list[LoggedEvent]) -> None:
        stands, newest = await here.read(read_patient, patient.id), await here.read(consent.listing, patient.id)
        why = await here.read(in_use.reason, patient.id)
        consents.replace([_choice(one, _) for one in newest])
        banner.text = _(why) if why else ""
        banner.visible = bool(banner.text)
        restrict.text = _("Lift the restriction") if stands.restricted else _("Restrict the record")

    part.follow(patient_topic(patient.id), show)
    heading(_("Privacy"))
    banner = ui.label().classes("vv-hint").props("role=status data-testid=privacy-banner")
    answers = [(key, _(word)) for key, word in ANSWERS.items()]
    consents = Choices([], answers, enabled=Action.ANSWER in part.allowed, on_choose=say)
    consents.props("data-testid=consents")
    with ui.row().classes("vv-toolbar"):
        _button(_("Export the record"), "download", "export").on_click(exporting(here, patient.id))
        restrict = _button("", "lock", "restrict").on_click(restricting(here, patient.id))
        erase = _button(_("Erase the record"), "delete_forever", "erase").on_click(erasing(here, patient.id))
        erase.props("color=negative")
        restrict.visible = Action.RESTRICT in part.allowed
        erase.visible = Action.ERASE in part.allowed
    await show([])


def _choice(one: ConsentState, _: Language) -> Choice:
    chosen = None if one.granted is None else YES if one.granted else NO
    return {"key": one.kind, "title": _(ALLOWED[one.kind]), "chosen": chosen, "said": said_of(one, _)}


def said_of(one: ConsentState, _: Language) -> str:
    """Say since when somebody allows something, and who noted it."""
    if one.granted is None or one.at is None:
        return _(UNASKED[one.kind])
    who = BY[one.by or "other"]
    since = _("Since {date}", date=_.date(one.at.date()))
    return f"{since} · {_(who)}" if who else since


def _button(text: str, icon: str, testid: str) -> ui.button:
    return ui.button(text, icon=icon).props(f"outline no-caps data-testid={testid}")
