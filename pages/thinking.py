"""What fits so far, and the question that would tell most: computed anew at each finding, which takes under 1 ms."""

from collections.abc import Sequence

from nicegui import ui

from domain.matching import FindingValue, match
from pages.elements.notes import Notes
from pages.findings import Recording
from pages.frame import heading
from pages.matches import match_note, question_of
from pages.visit import Visit

SHOWN = 3


class Thinking:
    """The side of a record that thinks along. Its elements stay, so that a key that answers a question finds the next one."""

    def __init__(self, here: Visit) -> None:
        _ = here._
        self._here = here
        self._recording: Recording | None = None
        self._asked = ""
        heading(_("What fits so far"))
        with ui.column().classes("vv-thinking").props("aria-live=polite data-testid=thinking"):
            self._empty = ui.label(_("Choose a finding to see which patterns fit.")).classes("vv-empty")
            with ui.element("article").classes("vv-card vv-card--accent") as self._question:
                ui.label(_("Ask next")).classes("vv-soft vv-small")
                self._text = ui.label().classes("vv-strong").props("data-testid=next-question dir=auto")
                with ui.row().classes("vv-toolbar"):
                    for present, label in ((True, _("Yes")), (False, _("No"))):
                        ui.button(label, on_click=lambda present=present: self._answer(present=present)).props(
                            f"outline dense no-caps data-testid=answer-{'present' if present else 'absent'}"
                        )
            self._notes = Notes([])
            self._meaning = ui.label(
                _("A share says how often a match with such a score was true in simulated cases. It is no diagnosis.")
            ).classes("vv-soft vv-small")
        self.show([], "")

    def follow(self, recording: Recording) -> None:
        """Think along with this record, which also takes the answers."""
        self._recording = recording

    def show(self, values: Sequence[FindingValue], tradition: str) -> None:
        """Show the best matches for what is recorded."""
        here, _ = self._here, self._here._
        found = match(values, here.knowledge, tradition=tradition, limit=SHOWN) if values else []
        question = question_of(here, found, values) if found else None
        self._asked, self._text.text = question or ("", "")
        self._question.visible = question is not None
        self._empty.visible = not found
        self._empty.text = (
            _("Nothing fits what is there so far.") if values else _("Choose a finding to see which patterns fit.")
        )
        self._meaning.visible = bool(found)
        self._notes.replace([match_note(here, one) for one in found])

    def _answer(self, *, present: bool) -> None:
        if self._asked and self._recording is not None:
            self._recording.put(FindingValue(self._asked, present=present))
