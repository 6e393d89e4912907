"""What a practitioner decides about one recommendation; where it takes more than a click, in a dialog of its own."""

from collections.abc import Callable
from functools import partial

from domain import alert, recommendation, resuming
from domain.alert import AcknowledgeInput
from domain.deciding import Overruling
from domain.errors import VervainError
from domain.messages import RecommendationState
from domain.recommendation import ApproveInput, DoseInput, StopInput
from pages.another_dose import AnotherDose
from pages.cards import Cards
from pages.elements.plan import Decided
from pages.language import N_
from pages.overruling import OVERRULED, SERIOUS, Intended, Overrule, Way
from pages.stopping import Stopping
from pages.visit import Visit

ASK_FOR_REASON = ("needs_reason", "needs_confirmation", "new_objection")
"""Refusals of a decision that the practitioner may overrule once the reasons were read."""
ONE_AT_A_TIME = N_("Nothing was done: another decision is open. Finish it or cancel it first.")
LEADS_TO: dict[Way, Decided] = {"approve": "approve", "go_on": "goOn", "resume": "undo"}


class Decisions:
    """The dialogs of one page, about the cards as they stand; ``decided`` is told what this page has decided.

    While one of them is open, nothing is begun about any card: a key or a click that was on its way was meant for
    what was shown before.
    """

    def __init__(self, here: Visit, cards: Cards, decided: Callable[[int, Decided], None]) -> None:
        self._here = here
        self._cards = cards
        self._known = cards.recommendations
        self._decided = decided
        self._overrule = Overrule(here, self._all_the_same)
        self._stopping = Stopping(here, self._stop)
        self._another_dose: AnotherDose | None = None
        """Built when somebody first wants it: a page is to stay small."""

    async def approve(self, recommendation_id: int) -> None:
        """Approve, asking for a reason where the gate objects, on the card or at the click."""
        if self._may_begin(recommendation_id):
            wanted = Intended(recommendation_id, "approve")
            if not self._objects(wanted):
                await self._decide(wanted)

    async def ask_stop(self, recommendation_id: int) -> None:
        """Ask why it is stopped."""
        if self._may_begin(recommendation_id):
            running = self._running(recommendation_id)
            self._stopping.open(recommendation_id, self._cards.name(recommendation_id), running=running)

    async def ask_go_on(self, recommendation_id: int) -> None:
        """Ask why it goes on although the gate has come to object."""
        if self._may_begin(recommendation_id):
            reasons = self._known[recommendation_id]["verdict_reasons"]
            self._overrule.open(Intended(recommendation_id, "go_on"), self._cards.name(recommendation_id), reasons)

    async def undo_stop(self, recommendation_id: int) -> None:
        """Take a stop back, asking for a reason where the gate has come to object to more than was accepted."""
        if not self._may_begin(recommendation_id):
            return
        _ = self._here._
        ran = self._known[recommendation_id]["approved"] is not None
        said = _("Undone: it goes on as before") if ran else _("Undone: it is proposed again")
        otherwise = dict.fromkeys(ASK_FOR_REASON, partial(self._ask_again, Intended(recommendation_id, "resume")))
        if await self._here.act(resuming.resume, recommendation_id, Overruling(), done=said, otherwise=otherwise):
            self._done(recommendation_id, "undo")

    async def ask_dose(self, recommendation_id: int) -> None:
        """Ask for another dose than the documented one."""
        if self._may_begin(recommendation_id):
            self._another_dose = self._another_dose or AnotherDose(self._here, self._with_dose)
            dose, running = self._known[recommendation_id]["dose"] or {}, self._running(recommendation_id)
            self._another_dose.open(recommendation_id, self._cards.name(recommendation_id), dose, running=running)

    async def read(self, recommendation_id: int, keys: list[str]) -> None:
        """Note that reasons of the gate were read."""
        if recommendation_id in self._known:
            await self._here.act(alert.acknowledge, recommendation_id, AcknowledgeInput(reasons=keys))

    def gone(self, recommendation_id: int) -> None:
        """Close what is open about a recommendation that is not there any more."""
        for dialog in (self._overrule, self._stopping, self._another_dose):
            if dialog is not None and dialog.about == recommendation_id:
                dialog.close()

    def _may_begin(self, recommendation_id: int) -> bool:
        """Say whether it is still there, and no dialog is open; that one is, is said."""
        if self._overrule.about is None and not self._others(None):
            return recommendation_id in self._known
        self._here.warn(self._here._(ONE_AT_A_TIME))
        return False

    def _others(self, about: int | None) -> set[int]:
        """Name what a dialog under the one about the gate is open about, besides the other dose of this one."""
        dose = None if self._another_dose is None else self._another_dose.about
        return {one for one in (self._stopping.about, None if dose == about else dose) if one is not None}

    def _running(self, recommendation_id: int) -> bool:
        return self._known.get(recommendation_id, {}).get("status") == "approved"

    def _objects(self, wanted: Intended) -> bool:
        """Ask for a reason where the card itself says that the gate objects."""
        chosen = self._known[wanted.about]
        if chosen["verdict"] not in SERIOUS:
            return False
        self._overrule.open(wanted, self._cards.name(wanted.about), chosen["verdict_reasons"])
        return True

    async def _with_dose(self, recommendation_id: int, dose: DoseInput) -> None:
        """Approve with a dose that was typed, or go on with it."""
        if recommendation_id in self._known:
            way: Way = "go_on" if self._running(recommendation_id) else "approve"
            await self._decide(Intended(recommendation_id, way, dose))

    async def _decide(self, wanted: Intended) -> None:
        _ = self._here._
        otherwise = dict.fromkeys(ASK_FOR_REASON, partial(self._ask_again, wanted))
        said = _("The dose is changed") if wanted.way == "go_on" else _("Approved")
        given = ApproveInput(dose=wanted.dose)
        if await self._here.act(_verb(wanted.way), wanted.about, given, done=said, otherwise=otherwise) is not None:
            self._done(wanted.about, LEADS_TO[wanted.way])

    async def _all_the_same(self, wanted: Intended, given: ApproveInput) -> None:
        """Decide against the gate, for the reason that was given."""
        again = partial(self._ask_again, wanted)
        unconfirmed = partial(self._ask_again, wanted, aloud=True)
        otherwise = {"new_objection": again, "needs_confirmation": unconfirmed}
        done = self._here._(OVERRULED[wanted.way][2])
        if await self._here.act(_verb(wanted.way), wanted.about, given, done=done, otherwise=otherwise):
            self._done(wanted.about, LEADS_TO[wanted.way])

    async def _stop(self, recommendation_id: int, given: StopInput) -> None:
        _ = self._here._
        done = _("Stopped") if self._running(recommendation_id) else _("Rejected")
        if await self._here.act(recommendation.stop, recommendation_id, given, done=done):
            self._done(recommendation_id, "stop")

    def _done(self, recommendation_id: int, what: Decided) -> None:
        self.gone(recommendation_id)
        self._decided(recommendation_id, what)

    def _ask_again(self, wanted: Intended, error: VervainError, *, aloud: bool = False) -> None:
        """Ask anew: the gate has judged again, and more strictly than what was shown; ``aloud`` where that is said, too.

        Where a dialog about another one is open by now, or this one is not there any more, it is only said.
        """
        about = self._overrule.about
        if wanted.about not in self._known or about not in (None, wanted.about) or self._others(wanted.about):
            self._here.refuse(error)
            return
        if aloud or about is not None:
            self._here.refuse(error)  # the dialog is open: say that what it lists is another
        self._overrule.open(wanted, self._cards.name(wanted.about), error.details.get("reasons", ()))


def _verb(way: Way) -> Callable[..., RecommendationState]:
    match way:
        case "approve":
            return recommendation.approve
        case "go_on":
            return recommendation.go_on
        case "resume":
            return resuming.resume
