"""Asking for another dose than the documented one, before an approval or while it is taken."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from domain.recommendation import DoseInput
from domain.text import latin_digits, number
from pages.dialog import buttons, taken
from pages.frame import heading
from pages.language import N_, Language
from pages.visit import Visit

UNITS = (N_("g"), N_("mg"), N_("mL"), N_("drop"), N_("IU"))
PERS = {"day": N_("per day"), "dose": N_("per dose")}
NUMBERS = ("amount", "duration_days", "drops_per_ml")
DECIMAL = "inputmode=decimal maxlength=20"
KEPT = ("part", "route", "vehicle")
"""What a dose line says besides what can be changed here."""


class AnotherDose:
    """The dialog; ``on_dose`` is given what it was opened about, and the dose that was typed."""

    def __init__(self, here: Visit, on_dose: Callable[[int, DoseInput], Awaitable[None]]) -> None:
        self._here = here
        self._on_dose = on_dose
        self._about: int | None = None
        self._kept: dict[str, Any] = {}
        _ = here._
        with ui.dialog() as self._dialog, ui.card().classes("vv-dialog"):
            heading(_("Another dose"))
            self._name = ui.label().classes("vv-option__name vv-strong").props("dir=auto")
            ui.label(_("The safety gate compares it with the documented doses before anything is approved.")).classes(
                "vv-soft"
            )
            with ui.element("div").classes("vv-grid"):
                self._fields: dict[str, Any] = {
                    "amount": ui.input(_("Amount")).props(f"outlined autofocus {DECIMAL} data-testid=dose-amount"),
                    "unit": ui.select({one: _(one) for one in UNITS}, label=_("Unit"), value="g").props(
                        "outlined data-testid=dose-unit"
                    ),
                    "per": ui.select({key: _(text) for key, text in PERS.items()}, label=_("Per"), value="day").props(
                        "outlined data-testid=dose-per"
                    ),
                    "times_a_day": ui.input(_("Times a day")).props("outlined data-testid=dose-times maxlength=20"),
                    "preparation": ui.input(_("Preparation")).props("outlined maxlength=100"),
                    "duration_days": ui.input(_("For how many days")).props("outlined inputmode=numeric maxlength=10"),
                    "drops_per_ml": ui.input(_("Drops in one millilitre")).props(f"outlined {DECIMAL}"),
                }
            unit = self._fields["unit"]
            self._fields["drops_per_ml"].bind_visibility_from(unit, "value", lambda chosen: chosen == "drop")
            self._does = buttons(here, self._dialog, _("Approve with this dose"), self._go, "dose-go")

    @property
    def about(self) -> int | None:
        """The recommendation it is open about."""
        return self._about if self._dialog.value else None

    def close(self) -> None:
        """Close it."""
        self._dialog.close()

    def open(self, recommendation_id: int, name: str, dose: Mapping[str, Any], *, running: bool) -> None:
        """Begin with a dose line, empty where none is documented; ``running`` where it is taken already."""
        _ = self._here._
        self._about, self._name.text = recommendation_id, name
        self._does.text = _("Go on with this dose") if running else _("Approve with this dose")
        for field, element in self._fields.items():
            value = dose.get(field)
            element.value = _written(value, _) if field in NUMBERS else value
        if self._fields["unit"].value not in UNITS:
            self._fields["unit"].value = "g"
        self._fields["per"].value = dose.get("per") or "day"
        self._kept = {field: dose[field] for field in KEPT if dose.get(field)}
        self._dialog.open()

    async def _go(self) -> None:
        values = {
            name: _read(name, field.value) for name, field in self._fields.items() if field.value not in (None, "")
        }
        if values.get("unit") != "drop":
            values.pop("drops_per_ml", None)
        missing = self._here._("Give an amount above zero, its unit, and per what.")
        dose = taken(self._here, lambda: DoseInput.model_validate({**self._kept, **values}), missing)
        if dose is not None and self._about is not None:
            await self._on_dose(self._about, dose)


def _written(value: float | None, _: Language) -> str:
    return "" if value is None else _.digits(str(int(value)) if value == int(value) else str(value))


def _read(field: str, typed: str) -> str | float:
    """Read what was typed, in any digits; what should be a number and is none stays, and is refused."""
    read = number(typed) if field in NUMBERS else None
    return latin_digits(typed) if read is None else read
