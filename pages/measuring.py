"""What the patient will score: two symptoms and an activity of their own, with how it is today. Three rows of Intake."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

from domain.diagnosis import DiagnosisInput
from domain.measures import BASELINES
from domain.text import number
from domain.visit import LastVisit, Measured
from pages.language import N_
from pages.visit import Visit

LABELS = {
    "symptom": N_("The symptom to follow"),
    "second_symptom": N_("A second symptom"),
    "activity": N_("Something that is hard to do"),
}
"""What each measure is called, where the patient's own words for it are asked."""


class Measuring:
    """The rows; what was measured at the last visit stands there already, to be scored anew beside how it was then.

    For another patient they are other fields, as the complaint is: what is typed on the words of the one before is for nobody.
    """

    def __init__(self, here: Visit, changed: Callable[[], Any]) -> None:
        _ = here._
        self._here = here
        self._changed = changed
        self.words: dict[str, ui.input] = {}
        self.scores: dict[str, ui.input] = {}
        self._brought = dict.fromkeys(BASELINES, "")
        self._visit: LastVisit | None = None
        self._rows = ui.element("div").classes("vv-measures")
        self._make()
        ui.label(_("0 is none or no difficulty, 10 is the worst or cannot do it.")).classes("vv-soft vv-small")

    def _make(self) -> None:
        _ = self._here._
        with self._rows:
            for name, baseline in BASELINES.items():
                words = ui.input(_(LABELS[name])).props(f"outlined maxlength=200 data-testid={name.replace('_', '-')}")
                score = ui.input(_("Today, 0–10")).props(
                    f"outlined inputmode=numeric maxlength=5 data-key=score data-testid={baseline.replace('_', '-')}"
                )
                self.words[name], self.scores[baseline] = words, score
                words.on_value_change(lambda name=name: self._typed(name))
                score.on_value_change(lambda name=name: self._typed(name))

    def bring(self, visit: LastVisit | None) -> None:
        """Put in what was measured last time, where nobody has typed anything else."""
        self._visit = visit
        for name, field in self.words.items():
            before = "" if visit is None else str(getattr(visit, name))
            if (field.value or "") in ("", self._brought[name]):
                field.value = before
            self._brought[name] = before
            self._compare(name)

    def clear(self) -> None:
        """Measure nothing, for somebody else."""
        if any(field.value for field in (*self.words.values(), *self.scores.values())):
            self._rows.clear()
            self._make()

    def fill(self, words: Mapping[Any, str], scores: Mapping[Any, str]) -> None:
        """Put in what was typed before."""
        for name, field in self.words.items():
            field.value = words.get(name, self._brought[name])
        for name, field in self.scores.items():
            field.value = scores.get(name, "")

    def typed(self) -> tuple[dict[str, str], dict[str, str]]:
        """Read the words and the scores as they are typed; words that the last visit had, and nobody has changed, are none."""
        words = {name: field.value or "" for name, field in self.words.items()}
        return (
            {name: text for name, text in words.items() if text != self._brought[name]},
            {name: field.value for name, field in self.scores.items() if field.value},
        )

    def given(self) -> dict[str, Any]:
        """Read the rows, as fields of a diagnosis."""
        words = {name: field.value or "" for name, field in self.words.items()}
        return words | {name: _score(field.value or "") for name, field in self.scores.items()}

    def unnamed(self, given: DiagnosisInput) -> ui.input:
        """Give the field of the words that a score is without."""
        without = next(
            (name for name in ("second_symptom", "activity") if getattr(given, BASELINES[name]) is not None
             and not getattr(given, name)), "symptom",
        )  # fmt: skip
        return self.words[without]

    def _typed(self, name: str) -> None:
        self.words[name].error = self.scores[BASELINES[name]].error = None
        self._compare(name)
        self._changed()

    def _compare(self, name: str) -> None:
        """Write under a score how it was last time, and the difference; what is about something else is not compared."""
        field, visit = self.scores[BASELINES[name]], self._visit
        measured = None if visit is None else visit.measured.get(name)
        named = "" if visit is None else getattr(visit, name).strip()
        if (
            measured is None
            or (self.words[name].value or "").strip() != named
            or not (named or measured.then is not None)
        ):
            field.props(remove="hint")
            return
        hint = self._compared(measured, _score(field.value or ""))
        if field.props.get("hint") != hint:
            field.props.update(hint=hint)  # no text to be parsed
            field.update()

    def _compared(self, measured: Measured, today: int | str | None) -> str:
        _ = self._here._
        last = measured.newest if measured.newest is not None else measured.then
        if last is None:
            return _("Not scored last time")
        if measured.newest is None:
            said = _("{score} of 10 last time", score=_.number(last))
        else:
            on = _.day(measured.newest_at) if measured.newest_at else ""
            said = _("{score} of 10 by phone, {date}", score=_.number(last), date=on)
        if not isinstance(today, int) or not 0 <= today <= 10:
            return said
        if today == last:
            return _("{before}: the same", before=said)
        apart = abs(today - last)
        if today > last:
            return _.plural("{before}: {count} point more", "{before}: {count} points more", apart, before=said)
        return _.plural("{before}: {count} point less", "{before}: {count} points less", apart, before=said)


def _score(typed: str) -> int | str | None:
    """Read a whole number in any digits; what is none stays as it was typed, and is refused with its name."""
    value = number(typed)
    return None if not typed.strip() else int(value) if value is not None and value.is_integer() else typed
