"""One patient's record: who they are in one line, and below it, section by section, what goes for the whole record."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Request
from nicegui import ui
from pydantic import BeforeValidator
from starlette.responses import Response

from domain import patient as patients
from domain import sharing
from domain.age import age
from domain.events import LoggedEvent
from domain.hub import patient_topic
from domain.ledger import utc_now
from domain.patient import PatientState
from domain.permission import Action
from domain.row_id import RowId
from pages.frame import built, frame
from pages.language import Language
from pages.part import Part
from pages.parts import Registering
from pages.patient_record.devices import devices_of
from pages.patient_record.diagnoses import diagnoses_of
from pages.patient_record.privacy import privacy
from pages.patient_record.readers import readers_of
from pages.patient_record.shared_with import shared_with
from pages.profile import SEXES
from pages.visit import Visit

Section = Callable[[Visit, PatientState, Part], Awaitable[None]]
SECTIONS: tuple[tuple[Section, Action], ...] = (
    (diagnoses_of, Action.READ),
    (shared_with, Action.READ),
    (devices_of, Action.TREAT),
    (privacy, Action.READ),
    (readers_of, Action.READ),
)
"""What stands on the page, in this order, for those who may do this; each reads what it shows, builds it where it is called, and
follows for itself through the part that it belongs to. What somebody may do changes while they look: then all are built anew."""
Asked = Annotated[RowId, BeforeValidator(lambda text: text if str(text).isdecimal() else 0)]
"""An id in an address; what is no number is as unknown as a number that nobody has."""


def register(at: Registering) -> None:
    """Add the page."""
    at("/patient/{patient_id}")(page)


async def page(request: Request, patient_id: Asked) -> Response | None:
    """Show one patient's record."""
    return await built(request, lambda here: _build(here, patient_id))


async def _build(here: Visit, patient_id: int) -> None:
    _ = here._

    async def show(_events: list[LoggedEvent]) -> None:
        now = await here.read(patients.read, patient_id)
        line.text = who_in_a_line(now, _)
        allowed = await here.read(sharing.allowed, patient_id)
        if allowed != sections.allowed:
            await sections.build(now, allowed)

    here.follow(patient_topic(patient_id), show)
    seen = await here.read(patients.read, patient_id)
    allowed = await here.read(sharing.allowed, patient_id)
    with frame(here, seen.name, "/recommendations"):
        line = ui.label(who_in_a_line(seen, _)).classes("vv-soft vv-subtitle").props("data-testid=patient")
        if Action.TREAT in allowed:
            ui.link(_("Record a visit"), f"/intake?patient={patient_id}").props("data-testid=record-visit")
        sections = _Sections(here)
        await sections.build(seen, allowed)


class _Sections:
    """What stands below the line that says who it is: for what this person may do, and others as soon as that is another."""

    def __init__(self, here: Visit) -> None:
        self.allowed: frozenset[Action] = frozenset()
        self._here = here
        self._place = ui.element("div").classes("vv-whole")
        self._part = Part(here, self.allowed)

    async def build(self, patient: PatientState, allowed: frozenset[Action]) -> None:
        """Build the sections; those that stood there are shown until the new ones are whole."""
        before = list(self._place.default_slot.children)
        self._part.end()
        self._part = Part(self._here, allowed)
        with self._place, ui.element("div").classes("vv-whole") as content:
            content.visible = not before
            for section, needed in SECTIONS:
                if needed in allowed:
                    with ui.element("section").classes("vv-section"):
                        await section(self._here, patient, self._part)
        for one in before:
            one.delete()
        content.visible = True
        self.allowed = allowed


def who_in_a_line(who: PatientState, _: Language) -> str:
    """Say in one line who somebody is: age and day of birth, sex, number."""
    years = None if who.born is None else age(who.born, utc_now().date())
    said = [
        _("Born: not known yet")
        if who.born is None or years is None
        else _("{age} years, born {date}", age=_.number(years), date=_.date(who.born)),
        _(SEXES[who.sex]) if who.sex and who.sex in SEXES else who.sex,
        _("Number {number}", number=_.digits(str(who.id))),
    ]
    return " · ".join(one for one in said if one)
