"""The first page: what needs the practitioner now, sorted by risk, and what is going on."""

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import overview
from domain.events import LoggedEvent
from domain.overview import InboxItem, Overview, Risk
from pages.answers import item_of
from pages.elements.stream import Item, Stream
from pages.frame import built, frame, heading
from pages.language import N_, Language
from pages.visit import Visit

REFRESH_SECONDS = 0.5
"""The counters are read anew at most twice a second, however busy the practice."""
RECENT = 8
COUNTERS = (
    ("answers_since", N_("Answers today")),
    ("proposed", N_("Waiting for approval")),
    ("approved", N_("Running recommendations")),
    ("open_diagnoses", N_("Open diagnoses")),
    ("patients", N_("Patients")),
)
INBOX = {
    Risk.SERIOUS: ("block", N_("Serious side effect or warning sign")),
    Risk.STOPPED: ("major", N_("Stopped because of a side effect")),
    Risk.WORSE: ("moderate", N_("Getting worse")),
    Risk.SILENT: ("unknown", N_("No answer for a week")),
}


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Show what needs the practitioner now."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._
    counters: dict[str, ui.label] = {}

    async def refresh(_events: list[LoggedEvent]) -> None:
        show(await here.read_of_patients(overview.read))

    await here.follow_practice(refresh, every=REFRESH_SECONDS)
    seen = await here.read(overview.read)
    with frame(here, _("Overview"), "/", subtitle=_("What needs you now, and what is going on.")):
        with ui.element("section").classes("vv-stats").props(f'aria-label="{_("Numbers")}"'):
            for name, label in COUNTERS:
                with ui.element("div").classes("vv-card vv-stat"):
                    counters[name] = ui.label(_.number(seen.counters[name])).props(f"data-testid=count-{name}")
                    ui.label(_(label))
        with ui.element("div").classes("vv-columns"):
            with ui.element("section").classes("vv-main"):
                heading(_("Needs you now"))
                empty = _("Nothing needs you now. It will show up here by itself.")
                inbox = Stream(title=_("Needs you now"), empty=empty, most=20)
                inbox.props("data-testid=inbox")
            with ui.element("section").classes("vv-side"):
                heading(_("Answers in the last two weeks"))
                days = ui.html("", sanitize=False).classes("vv-card")
                heading(_("Just in"))
                empty = _("No answers yet: invite a patient from a recommendation.")
                recent = Stream(title=_("Just in"), empty=empty, most=RECENT)
                recent.props("data-testid=recent")
        inbox.start([_inbox_item(one, _) for one in seen.inbox])
        recent.start([item_of(one, here) for one in seen.answers])
        days.content = _bars(seen, _)

    def show(now: Overview) -> None:
        for name, label in counters.items():
            label.text = _.number(now.counters[name])
        inbox.replace([_inbox_item(one, _) for one in now.inbox])
        shown = {item["key"]: item for item in recent.items}
        newest = [item_of(answer, here) for answer in now.answers[:RECENT]]
        for item in reversed(newest):
            if shown.get(item["key"]) != item:
                recent.upsert(item)
        recent.replace(newest)  # where the order differs: a record that was handed over brings older answers
        days.content = _bars(now, _)


def _inbox_item(one: InboxItem, _: Language) -> Item:
    kind, text = INBOX[one.risk]
    return {
        "key": f"{one.risk}-{one.diagnosis_id}-{one.recommendation}-{one.since.isoformat()}",
        "title": one.patient,
        "subtitle": one.recommendation,
        "href": f"/recommendations/{one.diagnosis_id}",
        "at": one.since.isoformat(),
        "time": _.time(one.since),
        "chips": [{"kind": kind, "text": _(text)}],
        "alert": one.risk is Risk.SERIOUS,
    }


def _bars(seen: Overview, _: Language) -> str:
    """Draw the answers of each day as bars with a text for those who cannot see them; numbers and dates only."""
    most = max((count for _day, count in seen.days), default=0) or 1
    bars = "".join(
        f'<span class="vv-bar" style="block-size:{max(2, round(100 * count / most))}%" '
        f'title="{_.digits(f"{day}: {count}")}"></span>'
        for day, count in seen.days
    )
    total = sum(count for _day, count in seen.days)
    words = _.plural(N_("{count} answer in 14 days"), N_("{count} answers in 14 days"), total)
    return (
        f'<div class="vv-bars" role="img" aria-label="{words}">{bars}</div><div class="vv-soft vv-small">{words}</div>'
    )
