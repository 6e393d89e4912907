"""The Knowledge page: every row that the practice works by, and where it comes from."""

from dataclasses import dataclass

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import reading
from domain.errors import NotFound
from domain.events import LoggedEvent
from domain.hub import knowledge_topic
from domain.permission import Actor
from domain.services import Services
from pages.elements.fact import Fact, FactCard
from pages.elements.notes import Notes
from pages.elements.shelf import Leaf, Shelf
from pages.fact import fact_of
from pages.fact_titles import address, listed
from pages.fact_words import SETS, Words
from pages.frame import built, frame, heading
from pages.own_shelf import own_notes
from pages.parts import Registering
from pages.visit import Visit

SHOWN = 30
FIRST = "herbs.yaml"


def register(at: Registering) -> None:
    """Add the page."""
    at("/knowledge")(page)


async def page(request: Request) -> Response | None:
    """Show what is known, row by row."""
    return await built(request, _build)


@dataclass
class _Place:
    """What is looked at."""

    file: str
    row: str | None
    after: int = 0
    words: str = ""


async def _build(here: Visit) -> None:
    _ = here._
    asked = here.request.query_params
    place = _Place(next((file for file in SETS if file.partition(".")[0] == asked.get("set")), FIRST), asked.get("row"))
    names = {file: _(name) for file, name in SETS.items()}

    async def leaf() -> Leaf:
        return await here.read(_leaf, Words(here.knowledge, _), place)

    async def fact() -> Fact | None:
        return await here.read(_fact, Words(here.knowledge, _), place)

    async def look() -> None:
        place.words, place.after = search.value or "", 0
        shelf.replace(await leaf())

    async def change_set() -> None:
        if chosen.value != place.file:
            place.file, place.row = chosen.value, None
            await look()
            card.replace(None)
            shelf.choose("", address(place.file))

    async def turn(after: int) -> None:
        place.after = after
        shelf.replace(await leaf())

    async def choose(row_id: str) -> None:
        place.row = row_id
        card.replace(await fact(), look=True)
        shelf.choose(row_id, address(place.file, row_id))

    async def open_other(file: str, row_id: str) -> None:
        if file in SETS and file != place.file:
            place.file, place.words, place.after = file, "", 0
            chosen.value, search.value = file, ""
            place.row = row_id
            shelf.replace(await leaf())
        await choose(row_id)

    async def show(events: list[LoggedEvent]) -> None:
        if any(event.type == "knowledge_update" for event in events):  # the library may not have read it yet
            await here.read_of_practice(reading.renewed)
        shelf.replace(await leaf())
        card.replace(await fact())
        own.replace(own_notes(_, await here.read(reading.brought_in)))

    here.follow(knowledge_topic(here.actor.practice_id), show)
    first, known, shelved = await leaf(), await fact(), await here.read(reading.brought_in)
    subtitle = _(
        "Every row that the program works by, and where it comes from; whether a clinician has read it stands on each."
    )
    with frame(here, _("Knowledge"), "/knowledge", subtitle=subtitle):
        with ui.row().classes("vv-toolbar"):
            chosen = ui.select(names, value=place.file, label=_("Set of facts"), on_change=change_set)
            chosen.props("outlined dense options-dense data-testid=set").classes("vv-set")
            search = ui.input(_("Search in any language"), on_change=look)
            search.props("outlined dense clearable debounce=300 data-testid=search").classes("vv-search")
        with ui.element("div").classes("vv-columns vv-columns--knowledge"):
            with ui.element("section"):
                shelf = Shelf(
                    first,
                    title=_("Rows"),
                    empty=_("Nothing in this set is called like that."),
                    labels={"before": _("Back"), "next": _("More"), "elsewhere": _("In other sets:")},
                    on_choose=choose,
                    on_turn=turn,
                    on_other=lambda file: chosen.set_value(file) if file in SETS else None,
                )
                shelf.props("data-testid=shelf")
            with ui.element("section").classes("vv-beside"):
                labels = {
                    "sources": _("Where this comes from"),
                    "note": _("Note:"),
                    "empty": _("Choose a row to read it."),
                }
                card = FactCard(known, labels=labels, on_open=open_other)
                card.props("data-testid=fact aria-live=polite")
        heading(_("This practice’s own"))
        own = Notes(own_notes(_, shelved))
        own.props("data-testid=own")


def _leaf(services: Services, actor: Actor, words: Words, place: _Place) -> Leaf:
    _ = words._
    page = reading.rows(services, actor, place.file, words=place.words, after=place.after, limit=SHOWN)
    first = place.after + 1 if page.items else 0
    of = {"first": _.number(first), "last": _.number(place.after + len(page.items)), "total": _.number(page.total)}
    return {
        "items": [listed(one, words) for one in page.items],
        "count": _("{first}–{last} of {total}", **of) if page.items else "",
        "others": [
            {"set": file, "text": _("{set} ({count})", set=_(SETS[file]), count=_.number(count))}
            for file, count in reading.elsewhere(services, actor, place.file, place.words).items()
        ],
        "chosen": place.row or "",
        "before": max(0, place.after - SHOWN) if place.after else None,
        "next": page.next,
    }


def _fact(services: Services, actor: Actor, words: Words, place: _Place) -> Fact | None:
    """Read the chosen row; nothing where it is not there, or not any more."""
    if place.row is None:
        return None
    try:
        one = reading.row(services, actor, place.file, place.row)
    except NotFound:
        return None
    return fact_of(one, reading.beside(services, actor, one), words)
