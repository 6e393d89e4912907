"""What works in this practice: per herb, condition, patient and practitioner, with how sure we are, live."""

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import next_steps, trending
from domain.events import LoggedEvent
from domain.hub import evidence_topic, practice_topic
from domain.improving import Step
from domain.ledger import utc_now
from domain.sheet import sheet
from domain.trending import Trending
from pages.effects.cells import by_condition, by_herb, by_pair
from pages.effects.drawing import Drawn
from pages.effects.next import NO_STEPS, step_notes, trend_columns, trend_rows, trend_words
from pages.effects.patients import by_patient, narrowed
from pages.effects.practitioners import by_practitioner
from pages.effects.side_effects import side_effects
from pages.effects.table import SHOWN, WAYS, Rows, Table
from pages.elements.live_table import LiveTable
from pages.elements.notes import Notes
from pages.frame import built, frame, heading, labelled
from pages.language import N_, Language
from pages.parts import Registering
from pages.visit import Visit

NEXT_EVERY = 5.0
"""What to improve next and what is trending go over all cells: they are read anew at most this often, in seconds."""
TABLES = {
    "": by_pair,
    "herb": by_herb,
    "condition": by_condition,
    "patient": by_patient,
    "practitioner": by_practitioner,
    "effects": side_effects,
}


def register(at: Registering) -> None:
    """Add the page."""
    at("/effectiveness")(page)


async def page(request: Request) -> Response | None:
    """Show what the practice knows, best first."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._
    asked = here.request.query_params.get("by", "")
    by = asked if asked in TABLES else ""
    words = here.request.query_params.get("q", "")
    shown = TABLES[by](here)

    async def show(events: list[LoggedEvent]) -> None:
        rows = await shown.changed(events, words)
        if rows is None:
            show_all(await shown.read(words))
        else:
            for row in rows:
                table.upsert(row)
        if drawn is not None:
            await drawn.changed(None if rows is None else [str(row["key"]) for row in rows])
        if table.opened is not None:
            await table.tell()

    def show_all(found: Rows) -> None:
        table.replace(found.rows)
        count.text = _count(found, _)

    async def renew(_events: list[LoggedEvent]) -> None:
        show_all(await shown.read(words))

    async def look() -> None:
        nonlocal words
        words = (search.value or "").strip()
        show_all(await shown.read(words))
        if drawn is not None:
            await drawn.search(words)

    async def download() -> None:
        made = await shown.sheet(words)
        name = f"vervain-{by or 'herb-condition'}-{utc_now().astimezone().date().isoformat()}.csv"
        ui.download.content(sheet(made.columns, made.rows), name, "text/csv; charset=utf-8")

    here.follow(evidence_topic(here.actor.practice_id), show)
    if by == "patient":  # a record that changes hands comes and goes
        here.follow(practice_topic(here.actor.practice_id), renew, keep=lambda event: event.type == "patient_update")
    found = await shown.read(words)
    drawn = None if shown.drawing is None else Drawn(here, shown.drawing, words, sums=not by)
    if drawn is not None:
        await drawn.read()
    below = await _below(here) if not by else None
    everybody = _("Patients who improved among those who answered, over all patients of the practice.")
    with frame(here, _("Effectiveness"), "/effectiveness", subtitle=shown.subtitle or everybody):
        _ways(by, _)
        if by == "patient" and narrowed(here):
            with ui.row().classes("vv-toolbar"):
                ui.label(narrowed(here)).props("data-testid=narrowed")
                ui.link(_("Show all"), "/effectiveness?by=patient")
        with ui.row().classes("vv-toolbar"):
            if shown.search:
                search = ui.input(shown.search, value=words, on_change=look)
                search.props("outlined dense clearable debounce=300 data-testid=search").classes("vv-search")
            count = ui.label(_count(found, _)).classes("vv-soft vv-small").props("role=status data-testid=count")
            if below is not None:
                ui.link(_("What to improve next"), "#next").classes("vv-small")
                ui.link(_("Trending"), "#trending").classes("vv-small")
            button = ui.button(_("Download CSV"), icon="download", on_click=download).classes("vv-push")
            button.props("outline no-caps data-testid=csv")
        if drawn is not None:
            drawn.build()
        table = LiveTable(
            shown.columns,
            title=shown.title,
            empty=shown.empty,
            unknown=_("Not known yet"),
            most=SHOWN,
            opens=_("Details"),
            on_open=shown.details,
        )
        table.props("data-testid=evidence").start(found.rows)
        if below is not None:
            _show_below(here, *below)
        ui.link(_("Where predictions come from"), "/predictor").props("data-testid=predictor")
        _help(shown, _)


def _ways(by: str, _: Language) -> None:
    """Offer the ways to look, each with an address of its own."""
    with labelled(ui.element("nav"), _("Ways to look")).classes("vv-ways"):
        for way, name in WAYS.items():
            link = ui.link(_(name), f"/effectiveness?by={way}" if way else "/effectiveness").props(
                f"data-testid=by-{way}"
            )
            if way == by:
                link.props("aria-current=page")


async def _below(here: Visit) -> tuple[list[Step], Trending]:
    steps = await here.read_of_practice(next_steps.of_practice, here._.code)
    return steps, await here.read_of_practice(trending.of_practice, here._.code)


def _show_below(here: Visit, steps: list[Step], trends: Trending) -> None:
    """Show what to improve next and what is trending, and keep both up to date."""
    _ = here._

    async def renew(_events: list[LoggedEvent]) -> None:
        say(*await _below(here))

    def say(steps: list[Step], trends: Trending) -> None:
        notes.replace(step_notes(steps, here.knowledge, _))
        nothing.set_visibility(not steps)
        rows = trend_rows(trends, _)
        if table.rows != rows:
            table.replace(rows)
        compared.text = trend_words(trends, _)

    with ui.element("div").classes("vv-columns"):
        with ui.element("section"):
            heading(_("What to improve next")).props("id=next")
            notes = Notes(step_notes(steps, here.knowledge, _))
            notes.props("data-testid=next")
            nothing = ui.label(_(NO_STEPS)).classes("vv-soft")
        with ui.element("section"):
            heading(_("Trending")).props("id=trending")
            table = LiveTable(
                trend_columns(_),
                title=_("Trending"),
                empty=_("No herb’s share has changed for certain."),
                unknown="–",
                most=SHOWN,
            )
            table.props("data-testid=trending").classes("vv-narrow")
            compared = ui.label("").classes("vv-soft vv-small").props("data-testid=compared")
    table.start(trend_rows(trends, _))
    nothing.set_visibility(not steps)
    compared.text = trend_words(trends, _)
    here.follow(evidence_topic(here.actor.practice_id), renew, every=NEXT_EVERY)


def _help(shown: Table, _: Language) -> None:
    with ui.expansion(_("How to read this")).classes("vv-help").props("data-testid=help"):
        for text in (*HELP, *shown.help):
            ui.label(_(text))


def _count(found: Rows, _: Language) -> str:
    if found.total <= len(found.rows):
        return _.plural(N_("{count} row"), N_("{count} rows"), found.total)
    return _(
        "{shown} of {total} rows; the search finds the others",
        shown=_.number(len(found.rows)),
        total=_.number(found.total),
    )


HELP = (
    N_(
        "Improved: the symptom fell by at least 30 % and 2 points from a start of 3 or more; without a symptom score, the "
        "patient’s own “better” or “much better”. The stars are satisfaction and never the outcome."
    ),
    N_(
        "The mark is the best estimate, the band the 95 % credible interval. Few answers are pulled towards what is usual for "
        "the condition and the practice, so that three out of three does not look better than eight out of ten; how much of "
        "a number is what is usual, and how much your own answers, stands below it."
    ),
    N_(
        "Worst case: the share of all who were prescribed it if nobody who is silent improved; best: if all of them did. The "
        "truth lies between the two, whoever is silent."
    ),
    N_(
        "Below 5 answers no number is shown. From 5 it is early, from 11 preliminary, from 30 established in this practice."
    ),
    N_("Open a row to read how its number comes about."),
    N_("Patients who took a herb reported this; it does not prove that the herb was the cause."),
)
