"""One diagnosis: what fits the findings, what may help, what the safety gate says; approve, stop, invite."""

from typing import Annotated

from fastapi import Request
from nicegui import ui
from pydantic import BeforeValidator
from starlette.responses import Response

from domain import delivery, recommendation
from domain.errors import VervainError
from domain.events import LoggedEvent
from domain.hub import delivery_topic, diagnosis_topic
from domain.recommendation import NEEDS_REASON, ApproveInput, StopInput
from domain.row_id import RowId
from pages.beside import Beside, look
from pages.cards import cards_of, labels
from pages.delivered import MEANING, Delivered
from pages.diagnosis_list import diagnosis_list
from pages.elements.phones import Phones
from pages.elements.plan import Plan
from pages.frame import built, frame, heading
from pages.invitation import invite_dialog
from pages.visit import Visit

ASK_FOR_REASON = ("needs_reason", "needs_confirmation")
"""Refusals of an approval that the practitioner may overrule."""
PLAN_CHANGES = {"added", "removed", "approved", "stopped"}
"""Changes after which the safety gate may hold other things back."""
Asked = Annotated[RowId, BeforeValidator(lambda text: text if str(text).isdecimal() else 0)]
"""An id in an address; what is no number is as unknown as a number that nobody has."""


def register(reconnect_timeout: float) -> None:
    """Add the pages."""
    ui.page("/recommendations", reconnect_timeout=reconnect_timeout)(listing)
    ui.page("/recommendations/{diagnosis_id}", reconnect_timeout=reconnect_timeout)(page)


async def listing(request: Request) -> Response | None:
    """List the diagnoses to choose one from."""
    return await built(request, diagnosis_list)


async def page(request: Request, diagnosis_id: Asked) -> Response | None:
    """Show one diagnosis."""
    return await built(request, lambda here: _build(here, diagnosis_id))


async def _build(here: Visit, diagnosis_id: int) -> None:
    _ = here._
    state = _State()

    async def show(events: list[LoggedEvent]) -> None:
        stale = False
        changed: set[int] = set()
        delivered: set[int] = set()
        for event in events:
            change = event.values.get("change") if event.type == "recommendation_update" else None
            stale = stale or event.type == "diagnosis_update" or change in PLAN_CHANGES
            about = cards.apply(event.type, event.values)
            changed |= set() if about is None else {about}
            delivered |= cards.delivered.apply(event)
        for about in changed:
            if about in cards.recommendations:
                plan.upsert(cards.card(about))
            else:
                plan.take_away(about)
                if about == state.chosen:
                    override.close()
                    stopping.close()
        for about in delivered - changed:
            if about in cards.recommendations:
                plan.deliver(about, cards.card(about)["delivery"])
        phones.replace(cards.delivered.phones())
        if stale:
            beside.show(await look(here, diagnosis_id))

    async def approve(recommendation_id: int) -> None:
        chosen = cards.recommendations.get(recommendation_id)
        if chosen is None:
            return  # it was removed before the click arrived
        if chosen["verdict"] in {verdict.value for verdict in NEEDS_REASON}:
            state.chosen = recommendation_id
            override.open()
            return

        def ask(error: VervainError) -> None:  # the gate judged again, and more strictly than the card said
            if recommendation_id in cards.recommendations:
                state.chosen = recommendation_id
                override.open()
            else:
                here.refuse(error)

        given, otherwise = ApproveInput(), dict.fromkeys(ASK_FOR_REASON, ask)
        await here.act(recommendation.approve, recommendation_id, given, done=_("Approved"), otherwise=otherwise)

    async def ask_stop(recommendation_id: int) -> None:
        if recommendation_id in cards.recommendations:
            state.chosen = recommendation_id
            stopping.open()

    here.follow([diagnosis_topic(diagnosis_id), delivery_topic(diagnosis_id)], show)
    seen = await look(here, diagnosis_id)
    cards = cards_of(seen.snapshot, Delivered(_, await here.read(delivery.read, diagnosis_id)), _)
    beside = Beside(here)
    with frame(here, seen.who.name, "/recommendations", subtitle=seen.diagnosis["complaint"]):
        beside.warnings = ui.element("div").classes("vv-warnings").props("role=alert data-testid=red-flags")
        beside.facts = ui.element("dl").classes("vv-facts").props("data-testid=facts")
        with ui.row().classes("vv-toolbar"):
            dialog = invite_dialog(here, diagnosis_id)
            ui.button(_("Invite the patient"), icon="qr_code_2", on_click=dialog).props(
                "outline no-caps data-testid=invite"
            )
            ui.link(_("Feedback"), "/feedback")
        with ui.element("div").classes("vv-columns vv-columns--wide vv-columns--three"):
            with ui.element("section").classes("vv-main"):
                heading(_("Options to consider"))
                ui.label(
                    _("What passed the safety gate, ranked. Nothing documented does not mean that nothing can happen.")
                ).classes("vv-soft")
                plan = Plan(labels(_), on_approve=approve, on_stop=ask_stop)
                plan.props("data-testid=plan").start(cards.all())
                beside.held_back = ui.expansion().classes("vv-held").props("data-testid=held-back")
            with ui.element("section").classes("vv-first"):
                heading(_("On the patient’s phone"))
                empty = _("No phone is signed in: invite the patient.")
                phones = Phones(cards.delivered.phones(), empty=empty, meaning=_(MEANING))
                phones.props("data-testid=phones")
            beside.matches = ui.element("section").classes("vv-side").props("data-testid=matches")
        beside.show(seen)
    override = _override_dialog(here, state)
    stopping = _stop_dialog(here, state)


class _State:
    """Which recommendation a dialog is about."""

    chosen: int = 0


def _override_dialog(here: Visit, state: _State) -> ui.dialog:
    """Ask for the reason that a serious verdict needs, and for the second confirmation of a blocked one."""
    _ = here._
    with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
        heading(_("The safety gate objects"))
        ui.label(_("Read the reasons on the card. To approve it all the same, say why; it is kept with your name."))
        reason = ui.textarea(_("Reason")).props("outlined autogrow data-testid=override-reason maxlength=500")
        confirmed = ui.checkbox(_("I have weighed the risk for this patient.")).props("data-testid=override-confirm")

        def clear() -> None:  # also where it is cancelled: a confirmation is for one card
            reason.value, confirmed.value = "", False

        dialog.on("hide", clear)

        async def go() -> None:
            try:
                given = ApproveInput(override_reason=reason.value or "", confirmed=bool(confirmed.value))
            except ValueError:
                ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                return
            if await here.act(recommendation.approve, state.chosen, given, done=_("Approved with a reason")):
                dialog.close()

        with ui.row().classes("vv-toolbar"):
            ui.button(_("Approve all the same"), on_click=go).props(
                "unelevated no-caps color=negative data-testid=override-go"
            )
            ui.button(_("Cancel"), on_click=dialog.close).props("flat no-caps")
    return dialog


def _stop_dialog(here: Visit, state: _State) -> ui.dialog:
    _ = here._
    with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
        heading(_("Stop this recommendation"))
        reason = ui.textarea(_("Why")).props("outlined autogrow data-testid=stop-reason maxlength=500")

        async def go() -> None:
            try:
                given = StopInput(reason=reason.value or "")
            except ValueError:
                ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                return
            if await here.act(recommendation.stop, state.chosen, given, done=_("Stopped")):
                dialog.close()
                reason.value = ""

        with ui.row().classes("vv-toolbar"):
            ui.button(_("Stop it"), on_click=go).props("unelevated no-caps data-testid=stop-go")
            ui.button(_("Cancel"), on_click=dialog.close).props("flat no-caps")
    return dialog
