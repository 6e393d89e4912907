"""What a practitioner decides about one recommendation, where it takes more than a click: each in a dialog."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import ui
from pydantic import ValidationError

from domain import alert, recommendation
from domain.alert import AcknowledgeInput
from domain.deciding import NEEDS_REASON, SeenReason
from domain.errors import VervainError
from domain.recommendation import ApproveInput, DoseInput, StopInput
from pages.cards import Cards
from pages.frame import heading, written
from pages.language import N_
from pages.visit import Visit

ASK_FOR_REASON = ("needs_reason", "needs_confirmation", "new_objection")
"""Refusals of a decision that the practitioner may overrule once the reasons were read."""
UNITS = ("g", "mg", "mL", "drop", "IU")
PERS = {"day": N_("per day"), "dose": N_("per dose")}


class Decisions:
    """The dialogs of one page, about the cards as they stand."""

    def __init__(self, here: Visit, cards: Cards) -> None:
        self._here = here
        self._cards = cards
        self._known = cards.recommendations
        self._chosen = 0
        self._names: list[ui.label] = []
        self._dose: DoseInput | None = None
        self._going_on = False
        self._seen: list[SeenReason] = []
        self._override, self._stop = self._override_dialog(), self._stop_dialog()
        self._another_dose: ui.dialog | None = None
        """Built when somebody first wants it: a page is to stay small."""

    async def approve(self, recommendation_id: int, dose: DoseInput | None = None) -> None:
        """Approve, asking for a reason where the gate objects, on the card or at the click."""
        _ = self._here._
        chosen = self._known.get(recommendation_id)
        if chosen is None:
            return  # it was removed before the click arrived
        self._chosen, self._dose, self._going_on = recommendation_id, dose, False
        if dose is None and chosen["verdict"] in {verdict.value for verdict in NEEDS_REASON}:
            self._object(chosen["verdict_reasons"])
            return
        given, otherwise = ApproveInput(dose=dose), dict.fromkeys(ASK_FOR_REASON, self._judged_again)
        done = await self._here.act(
            recommendation.approve, recommendation_id, given, done=_("Approved"), otherwise=otherwise
        )
        if done is not None:
            self._close()

    async def ask_stop(self, recommendation_id: int) -> None:
        """Ask why it is stopped."""
        if recommendation_id in self._known:
            self._chosen = recommendation_id
            self._say_which()
            self._stop.open()

    async def ask_go_on(self, recommendation_id: int) -> None:
        """Ask why it goes on although the gate has come to object."""
        if recommendation_id in self._known:
            self._chosen, self._dose, self._going_on = recommendation_id, None, True
            self._object(self._known[recommendation_id]["verdict_reasons"])

    async def ask_dose(self, recommendation_id: int) -> None:
        """Ask for another dose than the documented one."""
        if recommendation_id in self._known:
            self._chosen = recommendation_id
            self._another_dose = self._another_dose or self._dose_dialog()
            self._say_which()
            self._fill_dose(self._known[recommendation_id]["dose"] or {})
            self._another_dose.open()

    async def read(self, recommendation_id: int, keys: list[str]) -> None:
        """Note that reasons of the gate were read."""
        if recommendation_id in self._known:
            await self._here.act(alert.acknowledge, recommendation_id, AcknowledgeInput(reasons=keys))

    def gone(self, recommendation_id: int) -> None:
        """Close what is open about a recommendation that is not there any more."""
        if recommendation_id == self._chosen:
            self._close()

    def _close(self) -> None:
        for dialog in (self._override, self._stop, self._another_dose):
            if dialog is not None:
                dialog.close()

    def _object(self, reasons: Sequence[Mapping[str, Any]]) -> None:
        """Open the dialog that says what the gate objects to, which is what a decision then overrules, and asks why."""
        _ = self._here._
        serious = [one for one in reasons if one["verdict"] in {verdict.value for verdict in NEEDS_REASON}]
        self._seen = [SeenReason(key=one["key"], verdict=one["verdict"]) for one in serious if one["key"]]
        self._say_which()
        self._why.clear()
        with self._why:
            for reason in dict.fromkeys(str(one["message"]) for one in serious):
                written("li", _(reason))
        self._ask.text = (
            _("To let it go on all the same, say why. It is kept with your name, and shown at the next visit.")
            if self._going_on
            else _("To approve it all the same, say why. It is kept with your name, and shown at the next visit.")
        )
        self._all_the_same.text = _("Let it go on all the same") if self._going_on else _("Approve all the same")
        self._override.open()

    def _judged_again(self, error: VervainError) -> None:
        """Ask anew: the gate has judged again, and more strictly than what was shown."""
        if self._chosen not in self._known:
            self._here.refuse(error)
            return
        if self._override.value:
            self._here.refuse(error)  # the dialog is open: say that what it lists is another
        self._object(error.details.get("reasons", ()))

    def _unconfirmed(self, error: VervainError) -> None:
        """Say that it takes the second confirmation, with what there is to confirm."""
        self._here.refuse(error)
        self._object(error.details.get("reasons", ()))

    def _name(self) -> None:
        """Make the line of a dialog that says which recommendation it is about."""
        self._names.append(ui.label().classes("vv-option__name vv-strong").props("dir=auto"))

    def _say_which(self) -> None:
        for label in self._names:
            label.text = self._cards.name(self._chosen)

    def _override_dialog(self) -> ui.dialog:
        """Ask for the reason that a serious verdict needs, and for the second confirmation of a blocked one."""
        here, _ = self._here, self._here._
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            heading(_("The safety gate objects"))
            self._name()
            self._why = ui.element("ul").classes("vv-reasons").props("data-testid=override-why")
            self._ask = ui.label()
            reason = ui.textarea(_("Reason")).props("outlined autogrow data-testid=override-reason maxlength=500")
            confirmed = ui.checkbox(_("I have weighed the risk for this patient.")).props(
                "data-testid=override-confirm"
            )

            def clear() -> None:  # also where it is cancelled: a confirmation is for one card
                reason.value, confirmed.value = "", False

            dialog.on("hide", clear)

            async def go() -> None:
                try:
                    given = ApproveInput(
                        override_reason=reason.value or "",
                        confirmed=bool(confirmed.value),
                        dose=self._dose,
                        seen=self._seen,
                    )
                except ValueError:
                    ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                    return
                verb = recommendation.go_on if self._going_on else recommendation.approve
                done = _("It goes on, with a reason") if self._going_on else _("Approved with a reason")
                otherwise = {"new_objection": self._judged_again, "needs_confirmation": self._unconfirmed}
                if await here.act(verb, self._chosen, given, done=done, otherwise=otherwise):
                    self._close()

            self._all_the_same = _buttons(here, dialog, _("Approve all the same"), go, "override-go", color="negative")
        return dialog

    def _stop_dialog(self) -> ui.dialog:
        here, _ = self._here, self._here._
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            heading(_("Stop this recommendation"))
            self._name()
            reason = ui.textarea(_("Why")).props("outlined autogrow data-testid=stop-reason maxlength=500")

            async def go() -> None:
                try:
                    given = StopInput(reason=reason.value or "")
                except ValueError:
                    ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                    return
                if await here.act(recommendation.stop, self._chosen, given, done=_("Stopped")):
                    dialog.close()
                    reason.value = ""

            _buttons(here, dialog, _("Stop it"), go, "stop-go")
        return dialog

    def _dose_dialog(self) -> ui.dialog:
        here, _ = self._here, self._here._
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            heading(_("Approve with another dose"))
            self._name()
            ui.label(_("The safety gate compares it with the documented doses before anything is approved.")).classes(
                "vv-soft"
            )
            with ui.element("div").classes("vv-grid"):
                fields: dict[str, Any] = {
                    "amount": ui.number(_("Amount"), min=0).props("outlined data-testid=dose-amount"),
                    "unit": ui.select(list(UNITS), label=_("Unit"), value="g").props("outlined data-testid=dose-unit"),
                    "per": ui.select({key: _(text) for key, text in PERS.items()}, label=_("Per"), value="day").props(
                        "outlined data-testid=dose-per"
                    ),
                    "times_a_day": ui.input(_("Times a day")).props("outlined data-testid=dose-times maxlength=20"),
                    "preparation": ui.input(_("Preparation")).props("outlined maxlength=100"),
                    "duration_days": ui.number(_("For how many days"), min=1, precision=0).props("outlined"),
                    "drops_per_ml": ui.number(_("Drops in one millilitre"), min=0).props("outlined"),
                }
            fields["drops_per_ml"].bind_visibility_from(fields["unit"], "value", lambda unit: unit == "drop")
            rest: dict[str, Any] = {}

            def fill(dose: Mapping[str, Any]) -> None:
                for name, field in fields.items():
                    field.value = dose.get(name)
                if fields["unit"].value not in UNITS:
                    fields["unit"].value = "g"
                fields["per"].value = dose.get("per") or "day"
                rest.clear()
                rest.update({name: dose[name] for name in ("part", "route", "vehicle") if dose.get(name)})

            self._fill_dose: Callable[[Mapping[str, Any]], None] = fill

            async def go() -> None:
                values = {name: field.value for name, field in fields.items() if field.value not in (None, "")}
                if values.get("unit") != "drop":
                    values.pop("drops_per_ml", None)
                for whole in ("duration_days",):
                    if whole in values:
                        values[whole] = int(values[whole])
                try:
                    dose = DoseInput.model_validate({**rest, **values})
                except ValidationError:
                    ui.notify(_("Give an amount above zero, its unit, and per what."), type="warning", position="top")
                    return
                await self.approve(self._chosen, dose)

            _buttons(here, dialog, _("Approve with this dose"), go, "dose-go")
        return dialog


def _buttons(
    here: Visit,
    dialog: ui.dialog,
    label: str,
    go: Callable[[], Awaitable[None]],
    testid: str,
    *,
    color: str = "primary",
) -> ui.button:
    """Offer to do it, and not to; gives the button that does it."""
    with ui.row().classes("vv-toolbar"):
        does = ui.button(label, on_click=go).props(f"unelevated no-caps color={color} data-testid={testid}")
        ui.button(here._("Cancel"), on_click=dialog.close).props("flat no-caps")
    return does
