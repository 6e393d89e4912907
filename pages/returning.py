"""A patient who comes back: what the safety gate minds of them, what was approved against it, and what was found last time."""

from collections.abc import Callable
from typing import Any

from nicegui import ui

from domain import patient as patients
from domain import recommendation
from domain.messages import RecommendationState
from domain.patient import PatientState
from domain.visit import last_visit
from pages.called import title_of
from pages.elements.facts import Facts
from pages.elements.notes import Note, Notes
from pages.findings import Recording
from pages.frame import written
from pages.gate_words import gate_sentence
from pages.kinds import TRADITIONS
from pages.measuring import Measuring
from pages.profile import profile_dialog, summary
from pages.visit import Visit

OVERRULED_SHOWN = 5


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
    """The last visit: what was measured is there again, and what was found stands beside what is found now."""

    def __init__(self, here: Visit, recording: Recording, choose: Callable[[str], Any], measuring: Measuring) -> None:
        self._here = here
        self._recording = recording
        self._choose = choose
        self._measuring = measuring
        self._who = 0

    async def show(self, patient_id: int) -> None:
        """Bring what was found when this patient was last there; nothing for a new one."""
        self._who = patient_id
        visit = await self._here.act(last_visit, patient_id) if patient_id else None
        if self._who != patient_id:
            return  # somebody else was chosen meanwhile
        if visit is not None and visit.tradition in TRADITIONS and not self._recording.values:
            self._choose(visit.tradition)
        self._measuring.bring(visit)
        self._recording.compare_with(visit)


def _overruled_note(one: RecommendationState, here: Visit) -> Note:
    _ = here._
    return {
        "key": str(one.id),
        "title": title_of(one.model_dump(include={"kind", "item_id", "name"}), here.knowledge, _),
        "beside": _.day(one.approved) if one.approved else "",
        "lines": [
            f"{_('Reason given')}: {one.override_reason}",
            *dict.fromkeys(
                gate_sentence(reason, here.knowledge, _)
                for reason in one.verdict_reasons
                if reason.verdict in ("block", "major")
            ),
        ],
    }
