"""One diagnosis: what fits the findings, what may help, what the safety gate says; approve, stop, invite."""

from typing import Annotated

from fastapi import Request
from nicegui import ui
from pydantic import BeforeValidator
from starlette.responses import RedirectResponse, Response

from domain import diagnosis as diagnoses
from domain import patient as patients
from domain import proposal, recommendation
from domain.errors import VervainError
from domain.events import LoggedEvent
from domain.hub import diagnosis_topic
from domain.recommendation import NEEDS_REASON, ApproveInput, StopInput
from domain.recommending import Proposal
from domain.row_id import RowId
from domain.snapshot import condition_name
from pages.cards import KINDS, cards_of, labels
from pages.diagnosis_list import diagnosis_list
from pages.elements.notes import Note, Notes
from pages.elements.plan import Plan
from pages.frame import frame, heading, written
from pages.invitation import invite_dialog
from pages.language import Language
from pages.matches import show_matches
from pages.visit import Visit, visit

REASONS_SHOWN = 3
Asked = Annotated[RowId, BeforeValidator(lambda text: text if str(text).isdecimal() else 0)]
"""An id in an address; what is no number is as unknown as a number that nobody has."""


def register(reconnect_timeout: float) -> None:
    """Add the pages."""
    ui.page("/recommendations", reconnect_timeout=reconnect_timeout)(listing)
    ui.page("/recommendations/{diagnosis_id}", reconnect_timeout=reconnect_timeout)(page)


async def listing(request: Request) -> Response | None:
    """List the diagnoses to choose one from."""
    here = await visit(request)
    if here is None:
        return RedirectResponse("/sign-in?next=/recommendations")
    await diagnosis_list(here)
    here.ready()
    return None


async def page(request: Request, diagnosis_id: Asked) -> Response | None:
    """Show one diagnosis."""
    here = await visit(request)
    if here is None:
        return RedirectResponse(f"/sign-in?next=/recommendations/{diagnosis_id}")
    _ = here._
    state = _State()

    def show(events: list[LoggedEvent]) -> None:
        for event in events:
            changed = cards.apply(event.type, event.values)
            if changed is None:
                continue
            if changed in cards.recommendations:
                plan.upsert(cards.card(changed))
            else:
                plan.take_away(changed)

    async def approve(recommendation_id: int) -> None:
        chosen = cards.recommendations[recommendation_id]
        if chosen["verdict"] in {verdict.value for verdict in NEEDS_REASON}:
            state.chosen = recommendation_id
            override.open()
        else:
            await here.act(recommendation.approve, recommendation_id, ApproveInput(), done=_("Approved"))

    async def ask_stop(recommendation_id: int) -> None:
        state.chosen = recommendation_id
        stopping.open()

    here.follow(diagnosis_topic(diagnosis_id), show)
    try:
        snapshot = await here.read(diagnoses.read, diagnosis_id)
        who = await here.read(patients.read, snapshot["diagnosis"]["patient_id"])
        found = await here.read(diagnoses.matches, diagnosis_id)
        held = await here.read(proposal.held_back, diagnosis_id)
    except VervainError as error:
        with frame(here, _("Not found"), "/recommendations"):
            ui.label(_(error.message)).classes("vv-empty")
        return None
    cards = cards_of(snapshot, _)
    diagnosis = snapshot["diagnosis"]
    with frame(here, who.name, "/recommendations", subtitle=diagnosis["complaint"]):
        _facts(here, diagnosis, who)
        with ui.row().classes("vv-toolbar"):
            dialog = invite_dialog(here, diagnosis_id)
            ui.button(_("Invite the patient"), icon="qr_code_2", on_click=dialog).props(
                "outline no-caps data-testid=invite"
            )
            ui.link(_("Feedback"), "/feedback")
        with ui.element("div").classes("vv-columns vv-columns--wide"):
            with ui.element("section").classes("vv-main"):
                heading(_("Options to consider"))
                ui.label(
                    _("What passed the safety gate, ranked. Nothing documented does not mean that nothing can happen.")
                ).classes("vv-soft")
                plan = Plan(labels(_), on_approve=approve, on_stop=ask_stop)
                plan.props("data-testid=plan").start(cards.all())
                _held_back(here, held)
            with ui.element("section").classes("vv-side"):
                show_matches(here, diagnosis, found)
    override = _override_dialog(here, state)
    stopping = _stop_dialog(here, state)
    here.ready()
    return None


class _State:
    """Which recommendation a dialog is about."""

    chosen: int = 0


def _facts(here: Visit, diagnosis: dict[str, object], who: patients.PatientState) -> None:
    _ = here._
    name = condition_name(str(diagnosis["condition_id"] or "") or None, here.services.knowledge, _.code)
    facts = [
        (_("Condition"), name or _("Not confirmed yet")),
        (_("Born"), _.digits(who.born.isoformat()) if who.born else _("Not known yet")),
        (_("Medicines"), _(", ").join(who.medicines) or _("None recorded")),
        (_("Allergies"), _(", ").join(who.allergies) or _("None recorded")),
        (
            str(diagnosis["symptom"] or _("Symptom")),
            _("{score} of 10 at the start", score=_.number(int(str(diagnosis["baseline"]))))
            if diagnosis["baseline"] is not None
            else _("Not known yet"),
        ),
    ]
    if who.pregnant:
        facts.append((_("Pregnant"), _("Yes")))
    with ui.element("dl").classes("vv-facts"):
        for label, value in facts:
            with ui.element("div"):
                written("dt", label)
                written("dd", value).props("dir=auto")


def _held_back(here: Visit, held: tuple[Proposal, ...]) -> None:
    _ = here._
    if not held:
        return
    with (
        ui.expansion(_("Held back by the safety gate ({count})", count=_.number(len(held))))
        .props("data-testid=held-back")
        .classes("vv-held")
    ):
        Notes([_held_note(one, _) for one in held])


def _held_note(one: Proposal, _: Language) -> Note:
    lines = [f"{reason.message} ({', '.join(reason.source)})" for reason in one.judgement.reasons[:REASONS_SHOWN]]
    return {"key": f"{one.kind}-{one.item_id}", "title": f"{one.name} · {_(KINDS[one.kind])}", "lines": lines}


def _override_dialog(here: Visit, state: _State) -> ui.dialog:
    """Ask for the reason that a serious verdict needs, and for the second confirmation of a blocked one."""
    _ = here._
    with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
        heading(_("The safety gate objects"))
        ui.label(_("Read the reasons on the card. To approve it all the same, say why; it is kept with your name."))
        reason = ui.textarea(_("Reason")).props("outlined autogrow data-testid=override-reason maxlength=500")
        confirmed = ui.checkbox(_("I have weighed the risk for this patient.")).props("data-testid=override-confirm")

        async def go() -> None:
            try:
                given = ApproveInput(override_reason=reason.value or "", confirmed=bool(confirmed.value))
            except ValueError:
                ui.notify(_("Give a reason of at least three characters."), type="warning", position="top")
                return
            if await here.act(recommendation.approve, state.chosen, given, done=_("Approved with a reason")):
                dialog.close()
                reason.value, confirmed.value = "", False

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
