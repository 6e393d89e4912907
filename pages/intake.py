"""Intake: a patient, what was found in the tradition's own terms, and what fits while it is being recorded."""

from dataclasses import asdict
from typing import Any

from fastapi import Request
from nicegui import ui
from pydantic import ValidationError
from starlette.responses import Response

from domain import diagnosis as diagnoses
from domain import patient as patients
from domain.diagnosis import DiagnosisInput
from domain.events import LoggedEvent
from domain.gate import red_flags
from domain.patient import PatientState
from pages.findings import Recording
from pages.frame import built, frame, heading, written
from pages.kinds import TRADITIONS
from pages.measuring import Measuring
from pages.profile import Fields, first_wrong, profile_fields, profile_given
from pages.returning import LastTime, Returning
from pages.thinking import Thinking
from pages.visit import Visit

MOST_PATIENTS = 50
"""Patients that are offered at once, newest first; the others are found by typing a part of their name."""
NEW = 0
"""What is chosen for a patient who is not there yet."""
SEARCH_SECONDS = 0.3
HEARD_SECONDS = 0.5
"""The chosen patient is read anew at most twice a second."""
FIRST_TRADITION = "tcm"


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/intake", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Record a diagnosis."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._

    async def heard(events: list[LoggedEvent]) -> None:
        await keep_up(events)

    await here.follow_practice(heard, every=HEARD_SECONDS)
    known = await here.read(patients.listing, limit=MOST_PATIENTS, newest=True)
    with frame(here, _("Intake"), "/intake", subtitle=_("What you find, in the words of your tradition.")):
        with ui.element("div").classes("vv-columns vv-columns--wide"):
            with ui.element("section").classes("vv-main"):
                who = _patient(here, known)
                what = _complaint(here)
                with ui.element("section").classes("vv-card vv-form-card"):
                    heading(_("Findings"))
                    tradition = ui.toggle({code: _(name) for code, name in TRADITIONS.items()}, value=FIRST_TRADITION)
                    tradition.props("no-caps unelevated spread data-testid=tradition")
                    last = LastTime(here, lambda: recording, tradition.set_value, what["measuring"])
                    recording = Recording(here, FIRST_TRADITION, lambda: changed())
                ui.button(_("Record and see what may help"), icon="spa", on_click=lambda: save()).props(
                    "unelevated no-caps data-testid=record"
                ).classes("vv-big")
            with ui.element("section").classes("vv-side vv-side--stays"):
                thinking = Thinking(here)

    def changed() -> None:
        thinking.show(list(recording.values.values()), recording.tradition)
        last.compare()

    async def save() -> None:
        try:
            given = DiagnosisInput(**_given(who, what, recording))
        except ValidationError as error:
            ui.notify(first_wrong(error, _), type="warning", position="top", close_button=_("Close"))
            return
        snapshot = await here.act(diagnoses.record, given)
        if snapshot is not None:
            ui.navigate.to(f"/recommendations/{snapshot['diagnosis']['id']}")

    async def keep_up(events: list[LoggedEvent]) -> None:
        """Show what a colleague has changed of who is chosen; what is being recorded stays as it is."""
        chosen = int(who["chosen"].value)
        about = {event.type for event in events if event.patient_id == chosen}
        if about & {"patient_update", "recommendation_update"}:
            await who["returning"].renew()
        if "diagnosis_update" in about:
            await last.show(chosen)

    thinking.follow(recording)
    tradition.on_value_change(lambda: recording.switch(str(tradition.value)))
    who["chosen"].on_value_change(lambda: last.show(int(who["chosen"].value)))


def _patient(here: Visit, known: list[PatientState]) -> Fields:
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Patient"))
        chosen = _who(here, known)
        with ui.element("div").bind_visibility_from(chosen, "value", lambda value: not value):
            fields = profile_fields(here, "patient")
        returning = Returning(here)
    chosen.on_value_change(lambda: returning.show(int(chosen.value)))
    return {**fields, "chosen": chosen, "returning": returning}


def _who(here: Visit, known: list[PatientState]) -> ui.select:
    """Offer the newest patients, or those whose name has what is typed in it; who is chosen stays among them."""

    def options(offered: list[PatientState]) -> dict[int, str]:
        return {NEW: here._("A new patient"), **{one.id: one.name for one in offered}}

    async def search(event: Any) -> None:
        typed[0] = str(event.args or "")
        current = chosen.options[chosen.value]
        words = "" if typed[0] == current else typed[0]  # after a choice its name stands where one types
        offered = await here.act(patients.listing, limit=MOST_PATIENTS, newest=True, search=words)
        if offered is None or typed[0] != str(event.args or ""):
            return
        if any(one.id not in chosen.options for one in offered):  # otherwise what a key has reached would be lost
            chosen.set_options({**options(offered), chosen.value: chosen.options[chosen.value]})

    typed = [""]
    chosen = ui.select(options(known), value=NEW, label=here._("Who"), with_input=True)
    chosen.props("outlined data-testid=patient").on(
        "input-value", search, throttle=SEARCH_SECONDS, leading_events=False
    )
    return chosen


def _complaint(here: Visit) -> Fields:
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Complaint"))
        warning = ui.label().classes("vv-problem").props("role=alert data-testid=red-flag")
        warning.visible = False

        def look(event: Any) -> None:
            hits = red_flags(event.value or "", here.knowledge)
            warning.text = " ".join(dict.fromkeys(_(hit.advice) for hit in hits))
            warning.visible = bool(hits)

        complaint = ui.textarea(_("In the patient’s words"), on_change=look)
        complaint.props("outlined autogrow debounce=300 maxlength=2000 data-testid=complaint")
        written("h3", _("What the patient will score")).classes("vv-title vv-h3")
        measuring = Measuring(here)
    return {"complaint": complaint, "measuring": measuring}


def _given(who: Fields, what: Fields, recording: Recording) -> dict[str, Any]:
    """Read the form."""
    given: dict[str, Any] = {
        "tradition": recording.tradition,
        "findings": [asdict(one) for one in recording.values.values()],
        "complaint": what["complaint"].value or "",
        **what["measuring"].given(),
    }
    if who["chosen"].value:
        given["patient_id"] = who["chosen"].value
    else:
        given["patient"] = profile_given(who)
    return given
