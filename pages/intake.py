"""Intake: a patient, what was found in the tradition's own terms, and what fits while it is being recorded."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from nicegui import ui
from pydantic import ValidationError
from starlette.responses import Response

from domain import diagnosis as diagnoses
from domain import patient as patients
from domain.diagnosis import DiagnosisInput
from domain.gate import red_flags
from domain.matching import FindingValue, match
from domain.patient import PatientInput, PatientState
from pages.elements.notes import Notes
from pages.frame import built, frame, heading
from pages.language import N_, Language
from pages.matches import match_note, question_of
from pages.terms import POPULATIONS
from pages.visit import Visit

TRADITIONS = {"avicenna": N_("Persian (mizaj)"), "tcm": N_("Chinese"), "ayurveda": N_("Ayurveda")}
SEXES = {"": N_("Not known"), "female": N_("Female"), "male": N_("Male"), "other": N_("Other")}
ANSWERS = {None: N_("Not known"), True: N_("Yes"), False: N_("No")}
MOST_PATIENTS = 50
"""Patients that are offered at once, newest first; the others are found by typing a part of their name."""
NEW = 0
"""What is chosen for a patient who is not there yet."""
SEARCH_SECONDS = 0.3


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/intake", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Record a diagnosis."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._
    known = await here.read(patients.listing, limit=MOST_PATIENTS, newest=True)
    with frame(here, _("Intake"), "/intake", subtitle=_("What you find, in the words of your tradition.")):
        with ui.element("div").classes("vv-columns vv-columns--wide"):
            with ui.element("section").classes("vv-main"):
                who = _patient(here, known)
                what = _complaint(here)
                signs = _findings(here, lambda: thinking.refresh())
                ui.button(_("Record and see what may help"), icon="spa", on_click=lambda: save()).props(
                    "unelevated no-caps data-testid=record"
                ).classes("vv-big")
            with ui.element("section").classes("vv-side"):
                thinking = _Thinking(here, signs)

    async def save() -> None:
        try:
            given = DiagnosisInput(**_given(who, what, signs))
        except ValidationError as error:
            ui.notify(_first(error, _), type="warning", position="top", close_button=_("Close"))
            return
        snapshot = await here.act(diagnoses.record, given)
        if snapshot is not None:
            ui.navigate.to(f"/recommendations/{snapshot['diagnosis']['id']}")


WRONG = {
    "date": N_("This is not a date."),
    "string_too_short": N_("This cannot be empty."),
    "string_too_long": N_("This is too long."),
}
"""What is said of a field instead of the words of the library."""
VALUES = (N_("this cannot be empty"), N_("the day of birth is yet to come"))
"""What the domain says of a value, for the catalogues."""

Fields = dict[str, Any]
"""The inputs of a form by the name of what they ask for."""


def _patient(here: Visit, known: list[PatientState]) -> Fields:
    _ = here._
    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Patient"))
        chosen = _who(here, known)
        with ui.element("div").classes("vv-grid").bind_visibility_from(chosen, "value", lambda value: not value):
            fields: Fields = {
                "chosen": chosen,
                "name": ui.input(_("Name")).props("outlined data-testid=patient-name maxlength=200 autocomplete=off"),
                "born": ui.input(_("Born")).props("outlined type=date stack-label data-testid=patient-born"),
                "surgery_on": ui.input(_("Planned surgery")).props(
                    "outlined type=date stack-label data-testid=patient-surgery"
                ),
                "sex": _choice(_, N_("Sex"), SEXES, ""),
                "pregnant": _choice(_, N_("Pregnant"), ANSWERS, None),
                "lactating": _choice(_, N_("Breast-feeding"), ANSWERS, None),
                "medicines": _words(_("Medicines (Enter after each)"), "medicines"),
                "allergies": _words(_("Allergies (Enter after each)"), "allergies"),
                "conditions": ui.select(
                    {code: _(name) for code, name in POPULATIONS.items()},
                    label=_("Conditions to mind"),
                    multiple=True,
                    clearable=True,
                    value=[],
                ).props("outlined use-chips data-testid=patient-conditions"),
            }
    return fields


def _who(here: Visit, known: list[PatientState]) -> ui.select:
    """Offer the newest patients, or those whose name has what is typed in it; who is chosen stays among them."""

    def options(offered: list[PatientState]) -> dict[int, str]:
        return {NEW: here._("A new patient"), **{one.id: one.name for one in offered}}

    async def search(event: Any) -> None:
        typed[0] = str(event.args or "")
        current = chosen.options[chosen.value]
        words = "" if typed[0] == current else typed[0]  # after a choice its name stands where one types
        offered = await here.act(patients.listing, limit=MOST_PATIENTS, newest=True, search=words)
        if offered is not None and typed[0] == str(event.args or ""):
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
        with ui.element("div").classes("vv-grid"):
            symptom = ui.input(_("The symptom to follow")).props("outlined maxlength=200 data-testid=symptom")
            baseline = ui.number(_("How bad today, 0 to 10"), min=0, max=10, step=1, precision=0)
            baseline.props("outlined data-testid=baseline")
    return {"complaint": complaint, "symptom": symptom, "baseline": baseline}


def _findings(here: Visit, changed: Callable[[], None]) -> Fields:
    _ = here._

    def options(tradition: str) -> dict[str, str]:
        rows = [row for row in here.knowledge.findings.values() if tradition in row.traditions]
        names = {row.id: row.names.get(_.code) or row.names["en"] for row in rows}
        return dict(sorted(names.items(), key=lambda one: one[1]))

    def switch() -> None:
        found = options(str(tradition.value))
        for field in (present, absent):
            field.set_options(found, value=[one for one in field.value if one in found])
        changed()

    with ui.element("section").classes("vv-card vv-form-card"):
        heading(_("Findings"))
        tradition = ui.toggle({code: _(name) for code, name in TRADITIONS.items()}, value="tcm", on_change=switch)
        tradition.props("no-caps unelevated spread data-testid=tradition")
        first = options("tcm")
        present = ui.select(
            first,
            label=_("Found"),
            multiple=True,
            with_input=True,
            clearable=True,
            value=[],
            on_change=lambda: changed(),
        ).props("outlined use-chips data-testid=present")
        absent = ui.select(
            first, label=_("Looked for and not there"), multiple=True, with_input=True, clearable=True, value=[],
            on_change=lambda: changed(),
        ).props("outlined use-chips data-testid=absent")  # fmt: skip
        ui.label(_("What nobody looked for stays unknown and counts neither way.")).classes("vv-soft vv-small")
    return {"tradition": tradition, "present": present, "absent": absent}


class _Thinking:
    """What fits so far, and the question that would tell most: recomputed at each finding, which takes under 1 ms."""

    def __init__(self, here: Visit, signs: Fields) -> None:
        self._here = here
        self._signs = signs
        heading(here._("What fits so far"))
        self._place = ui.column().classes("vv-thinking").props("aria-live=polite data-testid=thinking")
        self.refresh()

    def refresh(self) -> None:
        """Show the best matches for the present findings."""
        here, _ = self._here, self._here._
        values = _values(self._signs)
        self._place.clear()
        with self._place:
            if not values:
                ui.label(_("Choose a finding to see which patterns fit.")).classes("vv-empty")
                return
            found = match(values, here.knowledge, tradition=str(self._signs["tradition"].value), limit=3)
            question = question_of(here, found, values)
            if question is not None:
                self._ask(*question)
            Notes([match_note(here, one) for one in found])

    def _ask(self, finding_id: str, question: str) -> None:
        _ = self._here._
        with ui.element("article").classes("vv-card vv-card--accent"):
            ui.label(_("Ask next")).classes("vv-soft vv-small")
            ui.label(question).classes("vv-strong").props("data-testid=next-question")
            with ui.row().classes("vv-toolbar"):
                for name, label in (("present", _("Yes")), ("absent", _("No"))):
                    field = self._signs[name]
                    ui.button(label, on_click=lambda field=field: field.set_value([*field.value, finding_id])).props(
                        f"outline dense no-caps data-testid=answer-{name}"
                    )


def _choice(_: Language, label: str, options: dict[Any, str], value: Any) -> ui.select:
    select = ui.select({key: _(text) for key, text in options.items()}, label=_(label), value=value)
    select.props(f"outlined data-testid=patient-{label.split('-')[0].lower()}")
    return select


def _words(label: str, testid: str) -> ui.select:
    select = ui.select([], label=label, multiple=True, with_input=True, new_value_mode="add-unique", value=[])
    select.props(f"outlined use-chips hide-dropdown-icon data-testid=patient-{testid}")
    return select


def _values(signs: Fields) -> list[FindingValue]:
    return [FindingValue(one) for one in signs["present"].value] + [
        FindingValue(one, present=False) for one in signs["absent"].value
    ]


def _given(who: Fields, what: Fields, signs: Fields) -> dict[str, Any]:
    """Read the form."""
    given: dict[str, Any] = {
        "tradition": signs["tradition"].value,
        "findings": [{"finding_id": one.finding_id, "present": one.present} for one in _values(signs)],
        "complaint": what["complaint"].value or "",
        "symptom": what["symptom"].value or "",
        "baseline": None if what["baseline"].value is None else int(what["baseline"].value),
    }
    if who["chosen"].value:
        given["patient_id"] = who["chosen"].value
    else:
        given["patient"] = PatientInput.model_validate(
            {
                "name": who["name"].value or "",
                **{name: who[name].value or None for name in ("born", "surgery_on")},
                **{name: who[name].value for name in ("sex", "pregnant", "lactating")},
                **{name: list(who[name].value) for name in ("medicines", "allergies", "conditions")},
            }
        )
    return given


def _first(error: ValidationError, _: Language) -> str:
    first = error.errors()[0]
    names = {
        "name": _("Name"),
        "born": _("Born"),
        "surgery_on": _("Planned surgery"),
        "medicines": _("Medicines"),
        "allergies": _("Allergies"),
        "complaint": _("Complaint"),
        "symptom": _("The symptom to follow"),
        "baseline": _("How bad today, 0 to 10"),
    }
    named = [names[str(part)] for part in first["loc"] if str(part) in names]
    kind, said = str(first["type"]), str(first["msg"]).removeprefix("Value error, ")
    message = _(WRONG.get("date" if kind.startswith("date_") else kind, said))
    return f"{named[-1]}: {message}" if named else message
