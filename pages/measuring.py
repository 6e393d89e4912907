"""What the patient will score: two symptoms and an activity of their own, with how it is today. Three rows of Intake."""

from typing import Any

from nicegui import ui

from domain.measures import BASELINES
from domain.text import number
from domain.visit import LastVisit
from pages.language import N_
from pages.visit import Visit

LABELS = {
    "symptom": N_("The symptom to follow"),
    "second_symptom": N_("A second symptom"),
    "activity": N_("Something that is hard to do"),
}
"""What each measure is called, where the patient's own words for it are asked."""


class Measuring:
    """The rows; what was measured at the last visit stands there already, to be scored anew."""

    def __init__(self, here: Visit) -> None:
        _ = here._
        self._words: dict[str, ui.input] = {}
        self._scores: dict[str, ui.input] = {}
        self._brought = dict.fromkeys(BASELINES, "")
        with ui.element("div").classes("vv-measures"):
            for name, baseline in BASELINES.items():
                words = ui.input(_(LABELS[name])).props(f"outlined maxlength=200 data-testid={name.replace('_', '-')}")
                score = ui.input(_("Today, 0–10")).props(
                    f"outlined inputmode=numeric maxlength=5 data-testid={baseline.replace('_', '-')}"
                )
                self._words[name], self._scores[baseline] = words, score
        ui.label(_("0 is none or no difficulty, 10 is the worst or cannot do it.")).classes("vv-soft vv-small")

    def bring(self, visit: LastVisit | None) -> None:
        """Put in what was measured last time, where nobody has typed anything else."""
        for name, field in self._words.items():
            before = "" if visit is None else str(getattr(visit, name))
            if (field.value or "") in ("", self._brought[name]):
                field.value = before
            self._brought[name] = before

    def given(self) -> dict[str, Any]:
        """Read the rows, as fields of a diagnosis."""
        words = {name: field.value or "" for name, field in self._words.items()}
        return words | {name: _score(field.value or "") for name, field in self._scores.items()}


def _score(typed: str) -> int | str | None:
    """Read a whole number in any digits; what is none stays as it was typed, and is refused with its name."""
    value = number(typed)
    return None if not typed.strip() else int(value) if value is not None and value.is_integer() else typed
