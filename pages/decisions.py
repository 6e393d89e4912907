"""What a practitioner decides about one recommendation, where it takes more than a click: each in a dialog."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from nicegui import ui

from domain import alert, recommendation, resuming
from domain.alert import AcknowledgeInput
from domain.deciding import NEEDS_REASON, Overruling, SeenReason
from domain.errors import VervainError
from domain.judgement import reason_of
from domain.messages import RecommendationState
from domain.recommendation import ApproveInput, DoseInput, StopInput
from pages.another_dose import AnotherDose
from pages.cards import Cards
from pages.dialog import buttons
from pages.frame import heading, written
from pages.gate_words import gate_sentence
from pages.language import N_
from pages.visit import Visit

ASK_FOR_REASON = ("needs_reason", "needs_confirmation", "new_objection")
"""Refusals of a decision that the practitioner may overrule once the reasons were read."""

Way = Literal["approve", "go_on", "resume"]
TO_APPROVE = N_("To approve it all the same, say why. It is kept with your name, and shown at the next visit.")
TO_GO_ON = N_("To let it go on all the same, say why. It is kept with your name, and shown at the next visit.")
OVERRULED: dict[Way, tuple[str, str, str]] = {
    "approve": (TO_APPROVE, N_("Approve all the same"), N_("Approved with a reason")),
    "go_on": (TO_GO_ON, N_("Let it go on all the same"), N_("It goes on, with a reason")),
    "resume": (TO_GO_ON, N_("Let it go on all the same"), N_("It goes on, with a reason")),
}
"""What is asked for, what the button says and what is said behind it, where somebody decides against the gate."""


class Decisions:
    """The dialogs of one page, about the cards as they stand."""

    def __init__(self, here: Visit, cards: Cards) -> None:
        self._here = here
        self._cards = cards
        self._known = cards.recommendations
        self._chosen = 0
        self._names: list[ui.label] = []
        self._dose: DoseInput | None = None
        self._way: Way = "approve"
        self._seen: list[SeenReason] = []
        self._override, self._stop = self._override_dialog(), self._stop_dialog()
        self._another_dose: AnotherDose | None = None
        """Built when somebody first wants it: a page is to stay small."""

    async def approve(self, recommendation_id: int) -> None:
        """Approve, asking for a reason where the gate objects, on the card or at the click."""
        await self._decide(recommendation_id, None, way="approve")

    async def _with_dose(self, dose: DoseInput) -> None:
        """Approve with a dose that was typed, or go on with it."""
        chosen = self._known.get(self._chosen)
        if chosen is not None:
            await self._decide(self._chosen, dose, way="go_on" if chosen["status"] == "approved" else "approve")

    async def _decide(self, recommendation_id: int, dose: DoseInput | None, *, way: Way) -> None:
        _ = self._here._
        chosen = self._known.get(recommendation_id)
        if chosen is None:
            return  # it was removed before the click arrived
        self._chosen, self._dose, self._way = recommendation_id, dose, way
        if dose is None and chosen["verdict"] in {verdict.value for verdict in NEEDS_REASON}:
            self._object(chosen["verdict_reasons"])
            return
        given, otherwise = ApproveInput(dose=dose), dict.fromkeys(ASK_FOR_REASON, self._judged_again)
        said = _("The dose is changed") if way == "go_on" else _("Approved")
        if await self._here.act(_verb(way), recommendation_id, given, done=said, otherwise=otherwise) is not None:
            self._close()

    async def ask_stop(self, recommendation_id: int) -> None:
        """Ask why it is stopped."""
        if recommendation_id not in self._known:
            return
        _ = self._here._
        self._chosen = recommendation_id
        self._say_which()
        running = self._known[recommendation_id]["status"] == "approved"
        self._stop_title.text = _("Stop this recommendation") if running else _("Reject this proposal")
        self._stop_means.text = (
            _("The patient’s phone says at once that it has ended. For half an hour you can undo it.")
            if running
            else _("The patient has not seen it. For half an hour you can undo it.")
        )
        self._stops.text = _("Stop it") if running else _("Reject it")
        self._stop.open()

    async def ask_go_on(self, recommendation_id: int) -> None:
        """Ask why it goes on although the gate has come to object."""
        if recommendation_id in self._known:
            self._chosen, self._dose, self._way = recommendation_id, None, "go_on"
            self._object(self._known[recommendation_id]["verdict_reasons"])

    async def undo_stop(self, recommendation_id: int) -> None:
        """Take a stop back, asking for a reason where the gate has come to object to more than was accepted."""
        if recommendation_id in self._known:
            _ = self._here._
            self._chosen, self._dose, self._way = recommendation_id, None, "resume"
            otherwise = dict.fromkeys(ASK_FOR_REASON, self._judged_again)
            ran = self._known[recommendation_id]["approved"] is not None
            said = _("Undone: it goes on as before") if ran else _("Undone: it is proposed again")
            await self._here.act(resuming.resume, recommendation_id, Overruling(), done=said, otherwise=otherwise)

    async def ask_dose(self, recommendation_id: int) -> None:
        """Ask for another dose than the documented one."""
        if recommendation_id in self._known:
            self._chosen = recommendation_id
            self._another_dose = self._another_dose or AnotherDose(self._here, self._with_dose)
            chosen = self._known[recommendation_id]
            self._another_dose.open(
                self._cards.name(recommendation_id), chosen["dose"] or {}, running=chosen["status"] == "approved"
            )

    async def read(self, recommendation_id: int, keys: list[str]) -> None:
        """Note that reasons of the gate were read."""
        if recommendation_id in self._known:
            await self._here.act(alert.acknowledge, recommendation_id, AcknowledgeInput(reasons=keys))

    def gone(self, recommendation_id: int) -> None:
        """Close what is open about a recommendation that is not there any more."""
        if recommendation_id == self._chosen:
            self._close()

    def _close(self) -> None:
        for dialog in (self._override, self._stop):
            dialog.close()
        if self._another_dose is not None:
            self._another_dose.dialog.close()

    def _object(self, reasons: Sequence[Mapping[str, Any]]) -> None:
        """Open the dialog that says what the gate objects to, which is what a decision then overrules, and asks why."""
        _ = self._here._
        serious = [one for one in reasons if one["verdict"] in {verdict.value for verdict in NEEDS_REASON}]
        self._seen = [SeenReason(key=one["key"], verdict=one["verdict"]) for one in serious if one["key"]]
        self._say_which()
        self._why.clear()
        with self._why:
            for reason in dict.fromkeys(gate_sentence(reason_of(one), self._here.knowledge, _) for one in serious):
                written("li", reason)
        ask, all_the_same, _said = OVERRULED[self._way]
        self._ask.text, self._all_the_same.text = _(ask), _(all_the_same)
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
            reason = ui.textarea(_("Reason")).props(
                "outlined autogrow autofocus data-testid=override-reason maxlength=500"
            )
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
                done = _(OVERRULED[self._way][2])
                otherwise = {"new_objection": self._judged_again, "needs_confirmation": self._unconfirmed}
                if await here.act(_verb(self._way), self._chosen, given, done=done, otherwise=otherwise):
                    self._close()

            self._all_the_same = buttons(here, dialog, _("Approve all the same"), go, "override-go", color="negative")
        return dialog

    def _stop_dialog(self) -> ui.dialog:
        here, _ = self._here, self._here._
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            self._stop_title = ui.label().classes("vv-title vv-h2").props("role=heading aria-level=2")
            self._name()
            self._stop_means = ui.label().props("data-testid=stop-means")
            reason = ui.textarea(_("Why")).props("outlined autogrow autofocus data-testid=stop-reason maxlength=500")
            dialog.on("hide", lambda: reason.set_value(""))  # a reason is for one card

            async def go() -> None:
                try:
                    given = StopInput(reason=reason.value or "")
                except ValueError:
                    ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                    return
                running = self._known.get(self._chosen, {}).get("status") == "approved"
                done = _("Stopped") if running else _("Rejected")
                if await here.act(recommendation.stop, self._chosen, given, done=done):
                    dialog.close()

            self._stops = buttons(here, dialog, _("Stop it"), go, "stop-go")
        return dialog


def _verb(way: Way) -> Callable[..., RecommendationState]:
    match way:
        case "approve":
            return recommendation.approve
        case "go_on":
            return recommendation.go_on
        case "resume":
            return resuming.resume
