"""One diagnosis: what fits the findings, what may help, what the safety gate says; approve, stop, invite."""

from typing import Annotated

from fastapi import Request
from nicegui import ui
from pydantic import BeforeValidator
from starlette.responses import Response

from domain import delivery
from domain.events import LoggedEvent
from domain.hub import delivery_topic, diagnosis_topic, patient_topic
from domain.overview import Wanted
from domain.row_id import RowId
from pages.answer_filter import address_of
from pages.beside import Beside, look
from pages.cards import cards_of, labels
from pages.compare import compare_expansion
from pages.decisions import Decisions
from pages.delivered import MEANING, Delivered
from pages.diagnosis_list import diagnosis_list
from pages.elements.facts import Facts
from pages.elements.phones import Phones
from pages.elements.plan import Plan
from pages.frame import built, frame, heading
from pages.invitation import inviting
from pages.parts import Registering
from pages.profile import profile_dialog
from pages.visit import Visit

PLAN_CHANGES = {"added", "removed", "approved", "stopped"}
"""Changes after which the safety gate may hold other things back."""
Asked = Annotated[RowId, BeforeValidator(lambda text: text if str(text).isdecimal() else 0)]
"""An id in an address; what is no number is as unknown as a number that nobody has."""


def register(at: Registering) -> None:
    """Add the pages."""
    at("/recommendations")(listing)
    at("/recommendations/{diagnosis_id}")(page)


async def listing(request: Request) -> Response | None:
    """List the diagnoses to choose one from."""
    return await built(request, diagnosis_list)


async def page(request: Request, diagnosis_id: Asked) -> Response | None:
    """Show one diagnosis."""
    return await built(request, lambda here: _build(here, diagnosis_id))


async def _build(here: Visit, diagnosis_id: int) -> None:
    _ = here._

    async def show(events: list[LoggedEvent]) -> None:
        stale = False
        changed: set[int] = set()
        delivered: set[int] = set()
        for event in events:
            change = event.values.get("change") if event.type == "recommendation_update" else None
            stale = stale or event.type in ("diagnosis_update", "patient_update") or change in PLAN_CHANGES
            about = cards.apply(event.type, event.values)
            changed |= set() if about is None else {about}
            delivered |= cards.delivered.apply(event)
        for about in changed:
            if about in cards.recommendations:
                plan.upsert(cards.card(about))
            else:
                plan.take_away(about)
                decide.gone(about)
        for about in delivered - changed:
            if about in cards.recommendations:
                plan.deliver(about, cards.card(about)["delivery"])
        phones.replace(cards.delivered.phones())
        show_alarm()
        if stale:
            beside.show(await look(here, diagnosis_id))

    def show_alarm() -> None:
        dangerous = [cards.danger_of(one) for one, values in cards.recommendations.items() if values["worsened"]]
        alarm.text = _("Has become dangerous: {names}. Stop it, or say why it goes on.", names=_("; ").join(dangerous))
        alarm.visible = bool(dangerous)

    seen = await look(here, diagnosis_id)
    topics = [diagnosis_topic(diagnosis_id), delivery_topic(diagnosis_id), patient_topic(seen.who.id)]
    here.follow(topics, show)
    seen = await look(here, diagnosis_id)  # once more, behind the first: nothing can have come between unseen
    cards = cards_of(
        seen.snapshot, Delivered(_, await here.read(delivery.read, diagnosis_id)), _, knowledge=lambda: here.knowledge
    )
    beside = Beside(here)
    decide = Decisions(here, cards, lambda about, what: plan.decided(about, what))
    record = f"/patient/{seen.who.id}"
    with frame(here, seen.who.name, "/recommendations", subtitle=seen.diagnosis["complaint"], about=record):
        alarm = ui.label().classes("vv-alarm").props("role=alert data-testid=alarm")
        beside.warnings = ui.element("div").classes("vv-warnings").props("role=alert data-testid=red-flags")
        beside.facts = Facts()
        beside.facts.props("data-testid=facts")
        with ui.row().classes("vv-toolbar"):
            dialog = inviting(here, diagnosis_id)
            ui.button(_("Invite the patient"), icon="qr_code_2", on_click=dialog).props(
                "outline no-caps data-testid=invite"
            )
            ui.button(_("Edit the profile"), icon="edit", on_click=profile_dialog(here, seen.who.id)).props(
                "outline no-caps data-testid=edit-profile"
            )
            ui.link(_("Record a visit"), f"/intake?patient={seen.who.id}").props("data-testid=record-visit")
            ui.link(_("Print the plan"), f"/recommendations/{diagnosis_id}/sheet").props("data-testid=sheet")
            ui.link(_("Feedback"), address_of(Wanted(patient_id=seen.who.id)))
        with ui.element("div").classes("vv-columns vv-columns--wide vv-columns--three"):
            with ui.element("section").classes("vv-main"):
                heading(_("Options to consider"))
                ui.label(
                    _("What passed the safety gate, ranked. Nothing documented does not mean that nothing can happen.")
                ).classes("vv-soft")
                plan = Plan(
                    labels(_),
                    on_approve=decide.approve,
                    on_stop=decide.ask_stop,
                    on_dose=decide.ask_dose,
                    on_go_on=decide.ask_go_on,
                    on_read=decide.read,
                    on_undo=decide.undo_stop,
                )
                plan.props("data-testid=plan").start(cards.all())
                beside.held_back = ui.expansion().classes("vv-held").props("data-testid=held-back")
            with ui.element("section").classes("vv-first"):
                heading(_("On the patient’s phone"))
                empty = _("No phone is signed in: invite the patient.")
                phones = Phones(cards.delivered.phones(), empty=empty, meaning=_(MEANING))
                phones.props("data-testid=phones")
            with ui.element("section").classes("vv-side"):
                beside.matches = ui.element("div").classes("vv-notes").props("data-testid=matches")
                compare_expansion(here, diagnosis_id)
        beside.show(seen)
        show_alarm()
