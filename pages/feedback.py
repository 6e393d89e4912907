"""The stream of answers, live: those that are wanted, with the curve of a patient who is chosen, and replies to them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import overview, sharing
from domain import patient as patients
from domain.errors import NotFound
from domain.events import LoggedEvent
from domain.hub import deliveries_topic
from domain.overview import Wanted
from pages.answer_filter import FLAGS, address_of, filters, wanted_of
from pages.answers import items_of, newest_items, seeing, without_refused
from pages.called import title_of
from pages.course import charts, curves_of, touches
from pages.delivered import WAITS
from pages.elements.stream import Item, Stream
from pages.frame import built, frame, labelled
from pages.language import N_
from pages.parts import Registering
from pages.replying import replying
from pages.visit import Visit

SHOWN = 40
AT_ONCE = 20
"""Answers that are read one by one for an update; where more came in, the newest are read anew."""
MOST_PATIENTS = 20
"""That are offered before somebody types."""
SEARCH_SECONDS = 0.3
ALL = 0
NOTHING = N_("No answers yet: approve a recommendation and invite its patient.")
NOTHING_FITS = N_("No answer fits these filters. Take one away to see more.")
KEYS = N_("By keyboard, on an answer: arrows go up and down, S marks as seen, R replies, O opens the record.")


def register(at: Registering) -> None:
    """Add the page."""
    at("/feedback")(page)


async def page(request: Request) -> Response | None:
    """Show what patients say, as they say it."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._
    wanted = wanted_of(here.request.query_params)
    shown = {"wanted": wanted}
    only_read: frozenset[int] = frozenset()

    def offered_to_me(items: Iterable[Item]) -> list[Item]:
        return without_refused(items, only_read)

    def nothing() -> str:
        return _(NOTHING_FITS if filters(shown["wanted"]) else NOTHING)

    async def show(events: list[LoggedEvent]) -> None:
        nonlocal only_read
        if any(event.type == "patient_update" for event in events):
            before, only_read = only_read, await here.read(sharing.only_read)
            if only_read != before:
                found = await here.read_of_patients(newest_items, _, SHOWN, shown["wanted"])
                stream.replace(offered_to_me(found))
        if any(touches(event, shown["wanted"].patient_id) for event in events):
            await draw()
        told = [event.values["feedback_id"] for event in events if event.type == "feedback_update"]
        come = {event.diagnosis_id for event in events if event.type == "delivery_update"}
        told += [one["key"] for one in stream.items if one["diagnosis_id"] in come and _waits(one)]
        ids = tuple(dict.fromkeys(told))
        if len(ids) > AT_ONCE:
            newest = await here.read_of_patients(newest_items, _, SHOWN, shown["wanted"])
            stream.replace(offered_to_me(newest))
            return
        found = offered_to_me(await here.read_of_patients(items_of, _, ids, shown["wanted"]) if ids else ())
        for gone in set(ids) - {one["key"] for one in found}:
            stream.drop(gone)
        for item in found:
            if item not in stream.items:
                stream.upsert(item)

    async def draw() -> None:
        about = shown["wanted"].patient_id
        try:
            curves.show([] if about is None else await here.read_of_patients(charts, _, about))
        except NotFound:  # the record was taken away meanwhile
            curves.show([])

    async def choose(**other: Any) -> None:
        shown["wanted"] = replace(shown["wanted"], **other)
        stream.address(address_of(shown["wanted"]))
        curves.set_visibility(shown["wanted"].patient_id is not None)
        items = await here.act(newest_items, _, SHOWN, shown["wanted"])
        if items is not None:
            stream.replace(offered_to_me(items), nothing=nothing())
            await draw()

    await here.follow_practice(show, also=[deliveries_topic(here.actor.practice_id)])
    who = None if wanted.patient_id is None else await here.read(patients.read, wanted.patient_id)
    only_read = await here.read(sharing.only_read)
    seen = offered_to_me(await here.read(newest_items, _, SHOWN, wanted))
    drawn = [] if who is None else await here.read(charts, _, who.id)
    offered = {} if who is None else {who.id: who.name}
    offered |= {one.id: one.name for one in await here.read(patients.listing, limit=MOST_PATIENTS, newest=True)}
    with frame(here, _("Feedback"), "/feedback", subtitle=_("What patients say, as they say it.")):
        with labelled(ui.element("search"), _("Filters")).classes("vv-toolbar vv-filters"):
            _patient(here, offered, wanted, choose)
            await _item(here, wanted, choose)
            for name, label in FLAGS.items():
                _flag(_(label), name, wanted, choose)
        curves = curves_of(here)
        curves.start(drawn)
        curves.set_visibility(who is not None)
        stream = Stream(title=_("Answers"), empty=_(NOTHING), most=SHOWN, on_act=seeing(here), replying=replying(here))
        stream.props("data-testid=answers").start(seen, nothing=nothing())
        ui.label(_(KEYS)).classes("vv-soft vv-small")


Choose = Callable[..., Awaitable[None]]


def _patient(here: Visit, offered: dict[int, str], wanted: Wanted, choose: Choose) -> None:
    """Offer the newest patients, or those whose name has what is typed in it; who is chosen stays among them."""
    _ = here._

    options = {ALL: _("All patients"), **offered}

    async def search(event: Any) -> None:
        words = str(event.args or "")
        if words == options.get(chosen.value):
            return  # after a choice its name stands where one types
        found = await here.act(patients.listing, limit=MOST_PATIENTS, newest=True, search=words)
        new = {one.id: one.name for one in found or () if one.id not in options}
        if new:
            options.update(new)
            chosen.set_options(dict(options), value=chosen.value)

    chosen = ui.select(
        dict(options),
        value=wanted.patient_id or ALL,
        label=_("Patient"),
        with_input=True,
        on_change=lambda event: choose(patient_id=int(event.value or ALL) or None),
    )
    chosen.props("outlined dense data-testid=filter-patient").classes("vv-filters__choice")
    chosen.on("input-value", search, throttle=SEARCH_SECONDS, leading_events=False)


async def _item(here: Visit, wanted: Wanted, choose: Choose) -> None:
    """Offer what has been answered about, the most often answered first."""
    _ = here._
    named = {
        item_id: title_of({"kind": kind, "item_id": item_id, "name": name}, here.knowledge, _)
        for kind, item_id, name in await here.read(overview.answered_about)
    }
    if wanted.item_id:
        named.setdefault(wanted.item_id, wanted.item_id)
    chosen = ui.select(
        {"": _("All herbs and advice"), **named},
        value=wanted.item_id,
        label=_("About"),
        with_input=True,
        on_change=lambda event: choose(item_id=str(event.value or "")),
    )
    chosen.props("outlined dense data-testid=filter-item").classes("vv-filters__choice")


def _flag(label: str, name: str, wanted: Wanted, choose: Choose) -> None:
    box = ui.checkbox(label, value=getattr(wanted, name), on_change=lambda event: choose(**{name: bool(event.value)}))
    box.props(f"dense data-testid=filter-{name}")


def _waits(item: dict[str, Any]) -> bool:
    return item["reply"] is not None and item["reply"]["state"] == WAITS
