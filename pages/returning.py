"""A patient who comes back: what the safety gate minds of them, what was approved against it, and what was found last time."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from domain import patient as patients
from domain import recommendation
from domain.ledger import utc_now
from domain.messages import RecommendationState
from domain.patient import PatientState
from domain.visit import LastVisit, difference, last_visit, taken_over
from pages.called import title_of
from pages.elements.facts import Facts
from pages.elements.notes import Note, Notes
from pages.findings import Recording
from pages.frame import written
from pages.kinds import TRADITIONS
from pages.matches import names_of_findings
from pages.measuring import Measuring
from pages.profile import profile_dialog, summary
from pages.visit import Visit

OVERRULED_SHOWN = 5
NAMED = 12


class Returning:
    """The profile of whoever is chosen, and what was decided for them against the gate; kept up while it is open."""

    def __init__(self, here: Visit) -> None:
        self._here = here
        self._who = 0
        self._place = ui.column().classes("vv-returning").props("data-testid=returning")
        self._facts: Facts
        self._overruled: ui.element

    async def show(self, patient_id: int) -> None:
        """Show a patient; nobody for 0."""
        self._who = patient_id
        self._place.clear()
        if not patient_id:
            return
        _ = self._here._
        with self._place:
            self._facts = Facts()
            self._facts.props("data-testid=profile")
            edit = profile_dialog(self._here, patient_id, changed=self._changed)
            ui.button(_("Edit the profile"), icon="edit", on_click=edit).props(
                "outline no-caps data-testid=edit-profile"
            ).classes("self-start")
            self._overruled = ui.element("div").classes("vv-returning")
        await self.renew()

    async def renew(self) -> None:
        """Read the chosen patient anew; a dialog that is open stays as it is."""
        here, who = self._here, self._who
        if not who:
            return
        state = await here.act(patients.read, who)
        overruled = await here.act(recommendation.overruled, who)
        if state is not None and self._who == who:  # otherwise somebody else was chosen meanwhile
            self._fill(state, overruled or [])

    async def _changed(self, _state: PatientState) -> None:
        await self.renew()

    def _fill(self, state: PatientState, overruled: list[RecommendationState]) -> None:
        here, _ = self._here, self._here._
        self._facts.replace(summary(state, _))
        self._overruled.clear()
        if overruled:
            with self._overruled:
                written("h3", _("Approved against the safety gate before")).classes("vv-title vv-h3")
                Notes([_overruled_note(one, here) for one in overruled[:OVERRULED_SHOWN]]).props(
                    "data-testid=overruled"
                )


class LastTime:
    """The last visit: what was measured is there again, what was found is offered, and compared with what is recorded now."""

    def __init__(
        self, here: Visit, recording: Callable[[], Recording], choose: Callable[[str], Any], measuring: Measuring
    ) -> None:
        _ = here._
        self._here = here
        self._recording = recording
        self._choose = choose
        self._measuring = measuring
        self._visit: LastVisit | None = None
        self._who = 0
        with ui.element("div").classes("vv-last") as self._place:
            self._text = ui.label().props("data-testid=last-visit dir=auto")
            self._button = ui.button(_("Take over"), icon="history", on_click=self._take_over).props(
                "outline no-caps data-testid=take-over"
            )
            self._apart = Notes([]).props("data-testid=difference")
        self._place.visible = False

    async def show(self, patient_id: int) -> None:
        """Offer what was found when this patient was last there."""
        self._who, self._visit = patient_id, None
        visit = await self._here.act(last_visit, patient_id) if patient_id else None
        if self._who != patient_id:
            return
        self._visit = visit
        self._measuring.bring(visit)
        self._place.visible = visit is not None
        if visit is not None:
            _ = self._here._
            tradition = _(TRADITIONS[visit.tradition]) if visit.tradition in TRADITIONS else _("no tradition")
            self._text.text = _(
                "From the visit on {date}, {tradition}: {findings}",
                date=_.day(visit.on),
                tradition=tradition,
                findings=names_of_findings(self._here, [one.finding_id for one in visit.findings if one.there][:NAMED]),
            )
        self.compare()

    def compare(self) -> None:
        """Say what is different from the last visit, once something is recorded."""
        values = list(self._recording().values.values())
        note = (
            None if self._visit is None or not values else _difference_note(self._here, self._visit, self._recording())
        )
        self._apart.replace([] if note is None else [note])
        self._apart.visible = note is not None

    def _take_over(self) -> None:
        visit, _ = self._visit, self._here._
        if visit is None:
            return
        if visit.tradition in TRADITIONS and not self._recording().values:
            self._choose(visit.tradition)
        left_out = self._recording().take_over(taken_over(visit.findings, days=(utc_now() - visit.on).days))
        if left_out:
            ui.notify(
                _.plural(
                    "{count} finding was left out: it is not known any more, or speaks against what is recorded.",
                    "{count} findings were left out: they are not known any more, or speak against what is recorded.",
                    left_out,
                ),
                type="warning",
                position="top",
                close_button=_("Close"),
            )


def _overruled_note(one: RecommendationState, here: Visit) -> Note:
    _ = here._
    return {
        "key": str(one.id),
        "title": title_of(one.model_dump(include={"kind", "item_id", "name"}), here.knowledge, _),
        "beside": _.day(one.approved) if one.approved else "",
        "lines": [
            f"{_('Reason given')}: {one.override_reason}",
            *dict.fromkeys(reason.message for reason in one.verdict_reasons if reason.verdict in ("block", "major")),
        ],
    }


def _difference_note(here: Visit, visit: LastVisit, recording: Recording) -> Note:
    _ = here._
    apart = difference(visit.findings, recording.values.values())
    lines = [
        f"{label}: {names_of_findings(here, ids[:NAMED])}"
        for label, ids in (
            (_("New"), apart.new),
            (_("Worse"), apart.worse),
            (_("Better"), apart.better),
            (_("Gone"), apart.gone),
            (_("Not looked for this time"), apart.not_looked_for),
        )
        if ids
    ]
    return {
        "key": "difference",
        "title": _("Since the visit on {date}", date=_.day(visit.on)),
        "lines": lines or [_("Nothing has changed.")],
    }
