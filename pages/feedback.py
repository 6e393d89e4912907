"""The stream of answers, live."""

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain.events import LoggedEvent
from pages.answers import items_of, newest_items, seeing
from pages.elements.stream import Stream
from pages.frame import built, frame
from pages.visit import Visit

SHOWN = 40
AT_ONCE = 20
"""Answers that are read one by one for an update; where more came in, the newest are read anew."""


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/feedback", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Show what patients say, as they say it."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._

    async def show(events: list[LoggedEvent]) -> None:
        told = [event.values for event in events if event.type == "feedback_update"]
        ids = dict.fromkeys(one["feedback_id"] for one in told)
        if paused.value:
            return
        for gone in (one["feedback_id"] for one in told if one["change"] == "withdrawn"):
            stream.drop(gone)
        if len(ids) > AT_ONCE:
            stream.replace(await here.read_of_patients(newest_items, _, SHOWN))
            return
        for item in await here.read_of_patients(items_of, _, tuple(ids)) if ids else ():
            stream.upsert(item)

    async def catch_up() -> None:
        if paused.value:
            return
        items = await here.act(newest_items, _, SHOWN)
        if items is not None:
            stream.replace(items)

    await here.follow_practice(show)
    seen = await here.read(newest_items, _, SHOWN)
    with frame(here, _("Feedback"), "/feedback", subtitle=_("What patients say, as they say it.")):
        with ui.row().classes("vv-toolbar"):
            paused = ui.switch(_("Pause live"), on_change=catch_up).props("data-testid=pause")
        empty = _("No answers yet: approve a recommendation and invite its patient.")
        stream = Stream(title=_("Answers"), empty=empty, most=SHOWN, on_act=seeing(here))
        stream.props("data-testid=answers").start(seen)
