"""Deciding against the safety gate: what it objects to is read, and why is said."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nicegui import ui

from domain.deciding import NEEDS_REASON, SeenReason
from domain.judgement import reason_of
from domain.recommendation import ApproveInput, DoseInput
from pages.dialog import TOO_SHORT, buttons, taken
from pages.elements.reasons import Reasons
from pages.frame import heading
from pages.gate_words import gate_sentence
from pages.language import N_
from pages.visit import Visit

Way = Literal["approve", "go_on", "resume"]
READ_SECONDS = 1.0
"""How long nothing is overruled after other reasons have come into the open dialog: a second click was about those before."""
SERIOUS = frozenset(verdict.value for verdict in NEEDS_REASON)
TO_APPROVE = N_("To approve it all the same, say why. It is kept with your name, and shown at the next visit.")
TO_GO_ON = N_("To let it go on all the same, say why. It is kept with your name, and shown at the next visit.")
OVERRULED: dict[Way, tuple[str, str, str]] = {
    "approve": (TO_APPROVE, N_("Approve all the same"), N_("Approved with a reason")),
    "go_on": (TO_GO_ON, N_("Let it go on all the same"), N_("It goes on, with a reason")),
    "resume": (TO_GO_ON, N_("Let it go on all the same"), N_("It goes on, with a reason")),
}
"""What is asked for, what the button says and what is said behind it, where somebody decides against the gate."""


@dataclass(frozen=True)
class Intended:
    """What somebody wants to be done about one recommendation; ``dose`` where it is another than the documented one."""

    about: int
    way: Way
    dose: DoseInput | None = None


class Overrule:
    """The dialog. What it names, what it lists and what it decides about is one recommendation, until it is opened anew."""

    def __init__(self, here: Visit, decide: Callable[[Intended, ApproveInput], Awaitable[None]]) -> None:
        self._here = here
        self._decide = decide
        self._wanted: Intended | None = None
        self._seen: list[SeenReason] = []
        self._others_came = -READ_SECONDS
        _ = here._
        with ui.dialog() as self._dialog, ui.card().classes("vv-dialog"):
            heading(_("The safety gate objects"))
            self._name = ui.label().classes("vv-option__name vv-strong").props("dir=auto data-testid=override-name")
            self._why = Reasons()
            self._why.props("data-testid=override-why")
            self._ask = ui.label()
            self._reason = ui.textarea(_("Reason")).props(
                "outlined autogrow autofocus data-testid=override-reason maxlength=500"
            )
            self._confirmed = ui.checkbox(_("I have weighed the risk for this patient.")).props(
                "data-testid=override-confirm"
            )
            self._dialog.on("hide", self._hidden)
            label = _("Approve all the same")
            self._does = buttons(here, self._dialog, label, self._go, "override-go", color="negative")

    @property
    def about(self) -> int | None:
        """The recommendation it is open about."""
        return self._wanted.about if self._wanted is not None and self._dialog.value else None

    def open(self, wanted: Intended, name: str, reasons: Sequence[Mapping[str, Any]]) -> None:
        """Say what the gate objects to, which is what a decision then overrules, and ask why."""
        _ = self._here._
        if self.about != wanted.about:
            self._clear()  # a reason and a confirmation are for one card
        serious = [one for one in reasons if one["verdict"] in SERIOUS]
        seen = [SeenReason(key=one["key"], verdict=one["verdict"]) for one in serious if one["key"]]
        if self.about == wanted.about and seen != self._seen:
            self._others_came = time.monotonic()
        self._wanted, self._seen = wanted, seen
        self._name.text = name
        self._why.show(gate_sentence(reason_of(one), self._here.knowledge, _) for one in serious)
        ask, all_the_same, _said = OVERRULED[wanted.way]
        self._ask.text, self._does.text = _(ask), _(all_the_same)
        self._dialog.open()

    def close(self) -> None:
        """Close it."""
        self._dialog.close()

    async def _go(self) -> None:
        if self._wanted is None or time.monotonic() - self._others_came < READ_SECONDS:
            return
        wanted = self._wanted

        def said() -> ApproveInput:
            return ApproveInput(
                override_reason=self._reason.value or "",
                confirmed=bool(self._confirmed.value),
                dose=wanted.dose,
                seen=self._seen,
            )

        given = taken(self._here, said, self._here._(TOO_SHORT))
        if given is not None:
            await self._decide(wanted, given)

    def _hidden(self) -> None:
        if not self._dialog.value:  # it may be open again already, about another
            self._clear()

    def _clear(self) -> None:
        self._reason.value, self._confirmed.value = "", False
