"""The stream of answers, live."""

from fastapi import Request
from nicegui import ui
from starlette.responses import RedirectResponse, Response

from domain import overview
from domain.events import LoggedEvent
from pages.answers import item_of
from pages.elements.stream import Stream
from pages.frame import frame
from pages.visit import visit

SHOWN = 40
AT_ONCE = 20
"""Answers that are read for one update; in a flood the newest are shown, which is all that fits on the page."""


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/feedback", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Show what patients say, as they say it."""
    here = await visit(request)
    if here is None:
        return RedirectResponse("/sign-in?next=/feedback")
    _ = here._

    async def show(events: list[LoggedEvent]) -> None:
        ids = [event.values["feedback_id"] for event in events if event.type == "feedback_update"]
        if ids and not paused.value:
            for answer in await here.read(overview.answers_of, list(dict.fromkeys(ids))[-AT_ONCE:]):
                stream.upsert(item_of(answer, here))

    async def catch_up() -> None:
        if not paused.value:
            stream.replace([item_of(one, here) for one in await here.read(overview.answers, limit=SHOWN)])

    await here.follow_practice(show)
    seen = await here.read(overview.answers, limit=SHOWN)
    with frame(here, _("Feedback"), "/feedback", subtitle=_("What patients say, as they say it.")):
        with ui.row().classes("vv-toolbar"):
            paused = ui.switch(_("Pause live"), on_change=catch_up).props("data-testid=pause")
        empty = _("No answers yet: approve a recommendation and invite its patient.")
        stream = Stream(title=_("Answers"), empty=empty, most=SHOWN)
        stream.props("data-testid=answers").start([item_of(one, here) for one in seen])
    here.ready()
    return None
