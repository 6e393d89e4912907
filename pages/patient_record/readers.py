"""Who read or changed a patient's record, the newest first: the same that the patient sees on the phone."""

from nicegui import ui

from domain import audit
from domain.audit import Reader
from domain.patient import PatientState
from domain.right import Right
from pages.elements.live_table import LiveTable, Row
from pages.frame import heading
from pages.language import N_, Language
from pages.part import Part
from pages.visit import Visit

SHOWN = 50
ROLES = {
    "practitioner": N_("Practitioner"),
    "patient": N_("Patient"),
    "admin": N_("Admin"),
    "service": N_("Another program"),
    "program": N_("The program"),
}
RIGHTS: dict[Right, str] = {
    "own": N_("Their own practitioner"),
    "treat": N_("Shared, to treat"),
    "read": N_("Shared, to read"),
    "emergency": N_("Emergency"),
    "patient": ROLES["patient"],
}
READ = {
    "": N_("Read it"),
    "live": N_("Followed it live"),
    "inbox": N_("Saw it in the inbox"),
    "today": N_("Saw it in what is due or has changed today"),
    "answers": N_("Saw an answer in the list of answers"),
    "alarms": N_("Saw an alarm"),
    "patients": N_("Saw it in the list of patients"),
    "diagnoses": N_("Saw it in the list of diagnoses"),
    "search": N_("Saw it in a search"),
    "draft": N_("Read their draft of a visit"),
    "outcomes": N_("Saw it among the outcomes"),
}
ACTIONS = {
    "record": N_("Took the patient in"),
    "change": N_("Changed it"),
    "open": N_("Opened it"),
    "findings": N_("Changed the findings"),
    "confirm": N_("Confirmed a condition"),
    "approve": N_("Approved it"),
    "go on": N_("Let it go on"),
    "change dose": N_("Changed the dose"),
    "stop": N_("Stopped it"),
    "acknowledge": N_("Read a reason of the safety check"),
    "know silent": N_("Knew that no answer came"),
    "undo know silent": N_("Took back that they knew that no answer came"),
    "answer": N_("Answered"),
    "edit": N_("Corrected it"),
    "withdraw": N_("Withdrew it"),
    "reply": N_("Replied to it"),
    "change_reply": N_("Changed the reply"),
    "withdraw_reply": N_("Took the reply back"),
    "see_reply": N_("Read the reply"),
    "see": N_("Marked it as seen"),
    "undo see": N_("Took back that they had seen it"),
    "invite": N_("Invited the patient"),
    "print": N_("Printed the plan"),
    "export": N_("Wrote the whole record out"),
    "consent": N_("Noted that the patient allows something"),
    "withdraw consent": N_("Noted that the patient does not allow something"),
    "withdraw invite": N_("Withdrew an invite"),
    "share": N_("Shared it with a colleague"),
    "end share": N_("Ended a share"),
    "hand over": N_("Handed it over to a colleague"),
    "break glass": N_("Opened it in an emergency"),
    "know of break glass": N_("Marked as seen that it was opened in an emergency"),
    "know of withdrawn consent": N_("Marked as seen that the patient wants no treatment any more"),
    "undo know of break glass": N_("Took back that they had seen that it was opened in an emergency"),
    "set aside": N_("Set something about it aside in their inbox"),
    "put back": N_("Put something about it back into their inbox"),
    "restrict": N_("Restricted it"),
    "lift restriction": N_("Lifted the restriction"),
    "erase": N_("Erased it"),
    "push": N_("Sent news"),
}
THINGS = {
    "patient": N_("Profile"),
    "diagnosis": N_("Diagnosis {number}"),
    "recommendation": N_("Recommendation {number}"),
    "feedback": N_("Answer {number}"),
}
"""What other parts note in words of their own is shown as it stands."""


async def readers_of(here: Visit, patient: PatientState, _part: Part) -> None:
    """List them as they stood when the page was opened."""
    _ = here._
    seen = await here.read(audit.readers, patient.id, limit=SHOWN)
    heading(_("Who has read this record"))
    ui.label(_("The newest first, at most {number}.", number=_.number(SHOWN))).classes("vv-soft vv-small")
    table = LiveTable(
        [
            {"name": "when", "label": _("When")},
            {"name": "who", "label": _("Who")},
            {"name": "did", "label": _("What")},
            {"name": "thing", "label": _("Of what")},
            {"name": "right", "label": _("By which right")},
            {"name": "reason", "label": _("Reason")},
        ],
        title=_("Who has read this record"),
        empty=_("Nobody yet."),
        unknown="–",
        most=SHOWN,
    )
    table.props("data-testid=readers tabindex=0").classes("vv-stacks vv-low").start([_row(here, one) for one in seen])


def _row(here: Visit, one: Reader) -> Row:
    _ = here._
    did = READ.get(one.view, READ[""]) if one.action == "read" else ACTIONS.get(one.action, one.action)
    thing = (
        THINGS["patient"] if one.action == "read" and one.view not in ("", "live") else THINGS.get(one.thing, one.thing)
    )
    return {
        "key": str(one.id),
        "cells": {
            "when": {"text": _.time(one.at)},
            "who": {"text": one.name or _(ROLES["program"])},
            "right": _right(one, _),
            "did": {"text": _(did)},
            "thing": {"text": _(thing, number=_.digits(str(one.thing_id)))},
            "reason": {"text": one.reason, "words": True} if one.reason else None,
        },
    }


def _right(one: Reader, _: Language) -> dict[str, str]:
    """Say by which right somebody came to it; who has none of their own is said by what they are."""
    text = _(RIGHTS[one.right] if one.right else ROLES.get(one.role, one.role))
    return {"text": text, "chip": "major"} if one.right == "emergency" else {"text": text}
