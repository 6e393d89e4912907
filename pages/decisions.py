"""What a practitioner decides about one recommendation, where it takes more than a click: each in a dialog."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from nicegui import ui

from domain import recommendation
from domain.errors import VervainError
from domain.recommendation import NEEDS_REASON, AcknowledgeInput, ApproveInput, DoseInput, StopInput
from pages.another_dose import AnotherDose
from pages.dialog import buttons
from pages.frame import heading
from pages.visit import Visit

ASK_FOR_REASON = ("needs_reason", "needs_confirmation")
"""Refusals of an approval that the practitioner may overrule."""


class Decisions:
    """The dialogs of one page, each built when it is first needed. ``known`` are the recommendations as they stand, by id."""

    def __init__(self, here: Visit, known: Mapping[int, Mapping[str, Any]]) -> None:
        self._here = here
        self._known = known
        self._chosen = 0
        self._dose: DoseInput | None = None
        self._going_on = False
        self._built: list[ui.dialog] = []

    async def approve(self, recommendation_id: int, dose: DoseInput | None = None) -> None:
        """Approve, asking for a reason where the gate objects, on the card or at the click."""
        _ = self._here._
        chosen = self._known.get(recommendation_id)
        if chosen is None:
            return  # it was removed before the click arrived
        self._chosen, self._dose, self._going_on = recommendation_id, dose, False
        if dose is None and chosen["verdict"] in {verdict.value for verdict in NEEDS_REASON}:
            self._override.open()
            return

        def ask(error: VervainError) -> None:  # the gate judged again, and more strictly than the card said
            if recommendation_id in self._known:
                self._override.open()
            else:
                self._here.refuse(error)

        given, otherwise = ApproveInput(dose=dose), dict.fromkeys(ASK_FOR_REASON, ask)
        done = await self._here.act(
            recommendation.approve, recommendation_id, given, done=_("Approved"), otherwise=otherwise
        )
        if done is not None and dose is not None:
            self._another_dose.dialog.close()

    async def ask_stop(self, recommendation_id: int) -> None:
        """Ask why it is stopped."""
        if recommendation_id in self._known:
            self._chosen = recommendation_id
            self._stop.open()

    async def ask_go_on(self, recommendation_id: int) -> None:
        """Ask why it goes on although the gate has come to object."""
        if recommendation_id in self._known:
            self._chosen, self._dose, self._going_on = recommendation_id, None, True
            self._override.open()

    async def ask_dose(self, recommendation_id: int) -> None:
        """Ask for another dose than the documented one."""
        if recommendation_id in self._known:
            self._chosen = recommendation_id
            self._another_dose.open(self._known[recommendation_id]["dose"] or {})

    async def read(self, recommendation_id: int, keys: list[str]) -> None:
        """Note that reasons of the gate were read."""
        if recommendation_id in self._known:
            await self._here.act(recommendation.acknowledge, recommendation_id, AcknowledgeInput(reasons=keys))

    def gone(self, recommendation_id: int) -> None:
        """Close what is open about a recommendation that is not there any more."""
        if recommendation_id == self._chosen:
            self._close()

    def _close(self) -> None:
        for dialog in self._built:
            dialog.close()

    @cached_property
    def _another_dose(self) -> AnotherDose:
        async def approve(dose: DoseInput) -> None:
            await self.approve(self._chosen, dose)

        asking = AnotherDose(self._here, approve)
        self._built.append(asking.dialog)
        return asking

    @cached_property
    def _override(self) -> ui.dialog:
        """Ask for the reason that a serious verdict needs, and for the second confirmation of a blocked one."""
        here, _ = self._here, self._here._
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            heading(_("The safety gate objects"))
            ui.label(_("Read the reasons on the card. To approve it all the same, say why; it is kept with your name."))
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
                        override_reason=reason.value or "", confirmed=bool(confirmed.value), dose=self._dose
                    )
                except ValueError:
                    ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                    return
                verb = recommendation.go_on if self._going_on else recommendation.approve
                done = _("It goes on, with a reason") if self._going_on else _("Approved with a reason")
                if await here.act(verb, self._chosen, given, done=done):
                    self._close()

            buttons(here, dialog, _("Approve all the same"), go, "override-go", color="negative")
        self._built.append(dialog)
        return dialog

    @cached_property
    def _stop(self) -> ui.dialog:
        """Ask why it is stopped."""
        here, _ = self._here, self._here._
        with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
            heading(_("Stop this recommendation"))
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

            buttons(here, dialog, _("Stop it"), go, "stop-go")
        self._built.append(dialog)
        return dialog
