"""What a patient takes home: the sheet of one plan, to be printed or kept as a PDF, which says when it is no longer the plan."""

from collections.abc import Callable

import segno
from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import invite, take_home
from domain.events import LoggedEvent
from domain.hub import diagnosis_topic, patient_topic
from domain.take_home import CHANGED, Paper, TakeHome, differences
from pages.dialog import buttons
from pages.elements.take_home import TakeHomeSheet
from pages.frame import built, frame, heading, labelled, written
from pages.language import LANGUAGES, N_, Language, language_of
from pages.parts import Registering
from pages.recommendations import Asked
from pages.sheet_pdf import print_sheet
from pages.sheet_words import difference_in_words, left_out_of, sheet_of
from pages.visit import Visit

CHANGES_IT = {"recommendation_update", "diagnosis_update", "patient_update", "practice_update"}
NOT_LIVE = N_("Not printed: the page is paused or has lost its connection. Let it go on, then print.")
PAPERS: dict[Paper, str] = {"a4": "A4", "letter": "Letter"}


def register(at: Registering) -> None:
    """Add the page."""
    at("/recommendations/{diagnosis_id}/sheet")(page)


async def page(request: Request, diagnosis_id: Asked) -> Response | None:
    """Show what the patient of a diagnosis takes home, in the ``language`` of the address."""
    code = request.query_params.get("language", "")
    return await built(request, lambda here: _build(here, diagnosis_id, code))


async def _build(here: Visit, diagnosis_id: int, code: str) -> None:
    _, of_patient = here._, language_of(code or here._.code)
    looked = shown = await here.read(take_home.read, diagnosis_id)

    async def look_again() -> None:
        """Show the plan as it is now; what changed has to be looked at before anything is printed."""
        nonlocal shown
        now = await here.read(take_home.read, diagnosis_id)
        if now.key == shown.key:
            return
        shown = now
        say()

    def say() -> None:
        found, stale = differences(looked, shown), shown.key != looked.key
        words = [difference_in_words(one, here.knowledge, _) for one in found]
        if looked.phone != shown.phone:
            words.append(_("The telephone number of the practice has changed."))
        words = words or [_("Something on the sheet that is about no single item has changed.")]
        notice.set_visibility(stale)
        what.text = _("; ").join(words) if stale else ""
        say_left_out(shown)
        sheet.replace(
            sheet_of(shown, here.knowledge, of_patient), [one.item.id for one in found if stale], refuses=stale
        )

    def say_left_out(home: TakeHome) -> None:
        names = left_out_of(home, here.knowledge, _)
        left_out.set_visibility(bool(names))
        left_out.text = _("Not on the sheet: {names}.", names=_("; ").join(names))

    async def show(events: list[LoggedEvent]) -> None:
        if any(event.type in CHANGES_IT for event in events):
            await look_again()

    def looked_at() -> None:
        nonlocal looked
        looked = shown
        say()

    def may_print() -> bool:
        if shown.key != looked.key:
            here.warn(_(CHANGED))
        return shown.key == looked.key

    async def printed() -> bool:
        """Write down that it is printed, unless it has changed by now, or the browser prints no paper of a paused page."""
        if here.hold.paused:
            here.warn(_(NOT_LIVE))
            return False
        if not may_print():
            return False
        home = await here.act(take_home.print_out, diagnosis_id, way="paper", seen=looked.key)
        if home is None:
            await look_again()
        return home is not None

    async def to_paper() -> None:
        if await printed():
            sheet.print()

    async def to_pdf(paper: Paper) -> None:
        if not may_print():
            return
        made = await here.act(
            take_home.pdf_of, diagnosis_id, print_sheet, language=of_patient.code, paper=paper, seen=looked.key
        )
        if made is None:
            await look_again()
        else:
            ui.download.content(made, f"vervain-plan-{diagnosis_id}-{of_patient.code}.pdf", "application/pdf")

    # Also while the page is paused: the browser's own way to print asks nobody, and a dose of before is a wrong dose.
    here.follow([diagnosis_topic(diagnosis_id), patient_topic(shown.patient_id)], show, urgent=True)
    looked = shown = await here.read(take_home.read, diagnosis_id)  # once more: nothing can have come between unseen
    ui.add_head_html('<link rel="stylesheet" href="/static/sheet.css">')
    with frame(here, _("Patient sheet"), "/recommendations"):
        with ui.element("div").classes("vv-toolbar vv-sheet-tools"):
            ui.link(_("Back to the plan"), f"/recommendations/{diagnosis_id}").props("data-testid=back")
            _languages(diagnosis_id, of_patient, _)
            code_button = ui.button(_("Add an invitation"), icon="qr_code_2").classes("vv-push")
            code_button.props("outline no-caps data-testid=add-invite")
            for paper, name in PAPERS.items():
                ui.button(
                    _("PDF, {paper}", paper=name), icon="download", on_click=lambda paper=paper: to_pdf(paper)
                ).props(f"outline no-caps data-testid=pdf-{paper}")
            ui.button(_("Print"), icon="print", on_click=to_paper).props("unelevated no-caps data-testid=print")
        with ui.element("div").classes("vv-alarm vv-sheet-changed").props("role=alert data-testid=changed") as notice:
            with ui.element("div"):
                written("strong", _(CHANGED))
                what = ui.label().props("data-testid=what-changed")
            ui.button(_("I have looked at it"), on_click=looked_at, color=None).props(
                "unelevated no-caps data-testid=looked"
            ).classes("vv-sheet-looked")
        notice.set_visibility(False)
        left_out = ui.label().classes("vv-problem vv-sheet-tools").props("role=alert data-testid=left-out")
        say_left_out(shown)
        labels = {
            "refused": _(CHANGED),
            "not_live": _(NOT_LIVE),
            "changed": _("changed"),
            "lang": _.code,
            "dir": "rtl" if _.code == "fa" else "ltr",
        }
        sheet = TakeHomeSheet(sheet_of(shown, here.knowledge, of_patient), labels, on_printed=printed)
        sheet.props("data-testid=sheet")
        code_button.on_click(_inviting(here, diagnosis_id, of_patient, sheet))


def _languages(diagnosis_id: int, chosen: Language, _: Language) -> None:
    """Offer the languages in which the sheet can be, each with an address of its own."""
    with labelled(ui.element("nav"), _("Language of the sheet")).classes("vv-ways"):
        for code, name in LANGUAGES.items():
            link = ui.link(name, f"/recommendations/{diagnosis_id}/sheet?language={code}")
            link.props(f"lang={code} data-testid=sheet-{code}")
            if code == chosen.code:
                link.props("aria-current=page")


def _inviting(here: Visit, diagnosis_id: int, of_patient: Language, sheet: TakeHomeSheet) -> Callable[[], None]:
    """Return what asks first: an invitation is a secret, and paper is left lying about."""
    _ = here._

    async def go() -> None:
        found = await here.act(invite.issue, diagnosis_id)
        if found is None:
            return
        dialog.close()
        say = of_patient
        sheet.invite(
            {
                "code": segno.make(found.link, error="m").svg_data_uri(scale=6, border=2, light="#ffffff"),
                "alt": say("QR code of the invitation"),
                "text": say("Your way in: scan this with your phone. It works once. Show it to nobody."),
                "letters": found.code,
                "until": say("Valid until {time}", time=say.time(found.expires)),
            }
        )

    def ask() -> None:
        dialog.open()

    with ui.dialog() as dialog, ui.card().classes("vv-dialog"):
        heading(_("An invitation on paper is a key"))
        ui.label(
            _(
                "Whoever finds the sheet before the patient has used it can read this record. It works once, for 72 hours; "
                "invitations from before end now. Hand it over in person, and print the sheet again without it for the file."
            )
        )
        buttons(here, dialog, _("Make one and put it on the sheet"), go, "invite-go")
    return ask
