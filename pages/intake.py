"""Intake: a patient, what was found in the tradition's own terms, and what fits while it is being recorded."""

from typing import Any

from fastapi import Request
from nicegui import ui
from pydantic import ValidationError
from starlette.responses import Response

from domain import draft
from domain import patient as patients
from domain.diagnosis import DiagnosisInput
from domain.draft import NEW
from domain.errors import Invalid, VervainError
from domain.events import LoggedEvent
from domain.measures import check_named
from domain.patient import PatientState
from pages.drafting import Drafting
from pages.findings import Recording
from pages.frame import built, frame, heading
from pages.intake_form import IntakeForm, Who, complaint_card
from pages.intake_keys import intake_keys
from pages.kinds import TRADITIONS
from pages.parts import Registering
from pages.profile import profile_fields, wrong_fields
from pages.returning import LastTime, Returning
from pages.thinking import Thinking
from pages.visit import Visit
from pages.wrong import point_out

MOST_PATIENTS = 50
"""Patients that are offered at once, newest first; the others are found by typing a part of their name."""
SEARCH_SECONDS = 0.3
HEARD_SECONDS = 0.5
"""The chosen patient is read anew at most twice a second."""
FIRST_TRADITION = "tcm"


def register(at: Registering) -> None:
    """Add the page."""
    at("/intake")(page)


async def page(request: Request) -> Response | None:
    """Record a diagnosis; ``?patient=`` names whose."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._

    async def heard(events: list[LoggedEvent]) -> None:
        await keep_up(events)

    await here.follow_practice(heard, every=HEARD_SECONDS)
    known = await here.read(patients.listing, limit=MOST_PATIENTS, newest=True)
    asked = await _asked_for(here)
    with frame(here, _("Intake"), "/intake", subtitle=_("What you find, in the words of your tradition.")):
        with ui.element("div").classes("vv-columns vv-columns--wide"):
            with ui.element("section").classes("vv-main").on("focusout", lambda: drafting.flush()) as whole:
                drafting: Drafting = Drafting(here, lambda: form)
                who = _patient(here, known)
                complaint, measuring = complaint_card(here, lambda: changed())
                with ui.element("section").classes("vv-card vv-form-card"):
                    heading(_("Findings"))
                    tradition = ui.toggle({code: _(name) for code, name in TRADITIONS.items()}, value=FIRST_TRADITION)
                    tradition.props("no-caps unelevated spread data-testid=tradition")
                    recording = Recording(here, FIRST_TRADITION, lambda: looked())
                problem = ui.label().classes("vv-problem").props("role=alert data-testid=wrong")
                button = ui.button(_("Record and see what may help"), icon="spa", on_click=lambda: save())
                button.props("unelevated no-caps data-testid=record data-key=record").classes("vv-big")
            with ui.element("section").classes("vv-side vv-side--stays"):
                intake_keys(_)
                thinking = Thinking(here, lambda: form.patient())
    last = LastTime(here, recording, tradition.set_value, measuring)
    form: IntakeForm = IntakeForm(who, complaint, measuring, tradition, recording, last)

    def changed() -> None:
        problem.text = ""
        drafting.changed()

    def looked() -> None:
        thinking.look()
        changed()

    async def save() -> None:
        if button.props.get("loading"):
            return  # a key that is pressed twice records once
        if not turned():
            return  # what stands there was found with somebody else
        given = read_form()
        if given is None:
            return
        button.props("loading")
        try:
            await drafting.flush()
            if not turned():
                return
            otherwise = {"draft_newer": late, "draft_over": late}
            snapshot = await here.act(draft.record, given, seen=drafting.seen, otherwise=otherwise)
        finally:
            button.props(remove="loading")
        if snapshot is not None:
            drafting.over()
            ui.navigate.to(f"/recommendations/{snapshot['diagnosis']['id']}")

    def late(error: VervainError) -> None:
        drafting.refused(error)
        here.refuse(error)  # the ways out stand at the top, far from the button

    def turned() -> bool:
        ready = drafting.ready(int(who.chosen.value))
        if not ready:
            said = _("Not recorded: the chosen patient was still being opened. Look at the form, and record again.")
            here.warn(said)
        return ready

    def read_form() -> DiagnosisInput | None:
        given: DiagnosisInput | None = None
        fields = form.fields()
        try:
            given = DiagnosisInput(**form.given())
            check_named(given)
        except ValidationError as error:
            wrong = wrong_fields(error, _)
        except Invalid as error:
            field = measuring.unnamed(given) if given else None
            wrong = {name: _(error.message) for name, one in fields.items() if one is field}
        else:
            point_out(fields, {})
            problem.text = ""
            return given
        marked = point_out(fields, wrong)
        others = [said for name, said in wrong.items() if name not in fields]
        problem.text = " ".join(
            [*others, _.plural("One field needs a look.", "{count} fields need a look.", marked)] if marked else others
        )
        return None

    async def keep_up(events: list[LoggedEvent]) -> None:
        """Show what a colleague has changed of who is chosen; what is being recorded stays as it is."""
        chosen = int(who.chosen.value)
        about = {event.type for event in events if event.patient_id == chosen}
        if about & {"patient_update", "recommendation_update"}:
            await who.returning.renew()
            thinking.judge()
        if "diagnosis_update" in about:
            await last.show(chosen)

    async def turn() -> None:
        thinking.forget()
        await who.returning.show(int(who.chosen.value))
        await drafting.turn_to(int(who.chosen.value))
        thinking.judge()

    thinking.follow(recording)
    tradition.on_value_change(lambda: recording.switch(str(tradition.value)))
    if asked is not None:
        form.choose(asked.id, asked.name)
    who.chosen.on_value_change(turn)
    form.follow(changed, thinking.judge)
    whole.props("data-testid=intake")
    await turn()


async def _asked_for(here: Visit) -> PatientState | None:
    """Read the patient whom the address names; nobody where there is none that this person may read."""
    asked = here.request.query_params.get("patient", "")
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 18:
        return None
    try:
        return await here.read(patients.read, int(asked))
    except VervainError as error:
        here.note_refusal(error)
        return None


def _patient(here: Visit, known: list[PatientState]) -> Who:
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Patient"))
        chosen = _who(here, known)
        with ui.element("div").bind_visibility_from(chosen, "value", lambda value: not value):
            fields = profile_fields(here, "patient")
        returning = Returning(here)
    return Who(chosen, fields, returning)


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
    chosen.props("outlined data-testid=patient data-key=who").on(
        "input-value", search, throttle=SEARCH_SECONDS, leading_events=False
    )
    return chosen
