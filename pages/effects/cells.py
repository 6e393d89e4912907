"""What works per herb and condition, per herb, and per condition."""

from domain import cell_views, effectiveness, named_side_effects, summed_views
from domain.cell_views import CellView, item_name, likes
from domain.effectiveness import PartnerView, SignalView
from domain.events import LoggedEvent
from domain.statistics import Tier
from domain.summed_views import By, SummedView
from pages.answers import effect_name
from pages.charts.forest import MANY, of_share, of_shares
from pages.charts.picture import Mark, Picture
from pages.effects.drawing import Drawing
from pages.effects.table import AT_ONCE, SHOWN, Rows, Sheet, Table
from pages.effects.words import SHEET, cells, columns, funnel, listed, share_of, told, values
from pages.elements.live_table import Line, Row
from pages.language import N_, Language
from pages.visit import Visit

MOST_PARTS = 12
"""Of a sum, named one by one where it is opened."""
JUST_ENOUGH = 7
"""Answers up to which a row may just have crossed the 5 that a share needs, however many came at once."""
MIXTURE = N_(
    "A sum over different conditions or herbs is a mixture: it says how often patients improved with the mix that this practice "
    "has, and not how often a herb helps for one condition. What is usual is here what is usual in the whole practice."
)


def by_pair(here: Visit) -> Table:
    """Show each herb for each condition."""
    _ = here._
    seen: dict[str, CellView] = {}
    crossed: dict[str, bool] = {}

    def row(view: CellView) -> Row:
        key = str(view.evidence_id)
        crossed[key] = _crosses(seen.get(key), view)
        seen[key] = view
        named: Row = {"herb": {"text": view.item}, "condition": {"text": view.condition}}
        return {"key": str(view.evidence_id), "cells": named | cells(view, _)}

    async def read(words: str) -> Rows:
        found = await here.read_of_practice(cell_views.found, words, _.code, SHOWN)
        return Rows([row(view) for view in found.views], found.total)

    async def changed(events: list[LoggedEvent], words: str) -> list[Row] | None:
        touched = list(dict.fromkeys((event.values["herb"], event.values["condition"]) for event in events))
        if len(touched) > AT_ONCE:
            return None
        views = [await here.read_of_practice(cell_views.view_of, *one, _.code) for one in touched]
        return [row(view) for view in views if view is not None and likes(words, view.item, view.condition)]

    async def details(key: str) -> list[Line]:
        view = seen.get(key)
        if view is None:
            return []
        partners = await here.read_of_practice(effectiveness.given_together)
        signals = await here.read_of_practice(named_side_effects.of_practice)
        return [
            *told(view, _),
            *_together(here, partners.get(view.evidence_id, [])),
            *_side_effects(here, [one for one in signals if one.item_id == view.item_id]),
        ]

    async def picture(words: str, first: int, weakest: bool) -> Picture:
        drawn = await here.read_of_practice(cell_views.stretch, words, _.code, first, MANY, weakest)
        title = _("How many improve, by herb and condition")
        return of_shares(drawn, first, _, weakest=weakest, title=title, name="forest")

    async def sheet(words: str) -> Sheet:
        found = await here.read_of_practice(cell_views.found, words, _.code, None)
        named = ("herb_id", "herb", "condition_id", "condition")
        rows = [[view.item_id, view.item, view.condition_id, view.condition, *values(view)] for view in found.views]
        return Sheet((*named, *SHEET), rows)

    return Table(
        columns=columns({"name": "herb", "label": _("Herb")}, {"name": "condition", "label": _("Condition")}, _=_),
        title=_("Effectiveness by herb and condition"),
        empty=_("Nothing prescribed yet: approve a recommendation and its row appears here."),
        search=_("Herb or condition"),
        read=read,
        changed=changed,
        details=details,
        sheet=sheet,
        drawing=Drawing(picture, lambda key: _drawn(seen.get(key), _), lambda key: crossed.get(key, False)),
    )


def by_herb(here: Visit) -> Table:
    """Show each herb over all conditions."""
    _ = here._
    title, drawn_as = _("Effectiveness by herb"), _("How many improve, by herb")
    return _summed(here, "herb", title=title, drawn_as=drawn_as, label=_("Herb"), cells_are=_("Conditions"))


def by_condition(here: Visit) -> Table:
    """Show each condition over all herbs."""
    _ = here._
    title, drawn_as = _("Effectiveness by condition"), _("How many improve, by condition")
    return _summed(here, "condition", title=title, drawn_as=drawn_as, label=_("Condition"), cells_are=_("Herbs"))


def _summed(here: Visit, by: By, *, title: str, drawn_as: str, label: str, cells_are: str) -> Table:
    _ = here._
    seen: dict[str, SummedView] = {}
    crossed: dict[str, bool] = {}

    def row(view: SummedView) -> Row:
        crossed[view.id] = _crosses(seen.get(view.id), view)
        seen[view.id] = view
        named: Row = {"name": {"text": view.name}, "cells": {"text": _.number(view.cells)}}
        return {"key": view.id, "cells": named | cells(view, _)}

    async def read(words: str) -> Rows:
        found = await here.read_of_practice(summed_views.found, by, words, _.code, SHOWN)
        return Rows([row(view) for view in found.views], found.total)

    async def changed(events: list[LoggedEvent], words: str) -> list[Row] | None:
        touched = list(dict.fromkeys(event.values[by] for event in events))
        if len(touched) > AT_ONCE:
            return None
        views = [await here.read_of_practice(summed_views.view_of, by, one, _.code) for one in touched]
        return [row(view) for view in views if view is not None and likes(words, view.name)]

    async def details(key: str) -> list[Line]:
        view = seen.get(key)
        if view is None:
            return []
        parts = await here.read_of_practice(cell_views.of_one, by, key, _.code)
        more = [_("and {count} more", count=_.number(len(parts) - MOST_PARTS))] if len(parts) > MOST_PARTS else []
        signals = await here.read_of_practice(named_side_effects.of_practice) if by == "herb" else []
        return [
            *told(view, _),
            {"label": _("Made of"), "texts": [_(MIXTURE), *(_part(one, by, _) for one in parts[:MOST_PARTS]), *more]},
            *_side_effects(here, [one for one in signals if one.item_id == key]),
        ]

    async def picture(words: str, first: int, weakest: bool) -> Picture:
        drawn = await here.read_of_practice(summed_views.stretch, by, words, _.code, first, MANY, weakest)
        return of_shares(drawn, first, _, weakest=weakest, title=drawn_as, name=by)

    async def sheet(words: str) -> Sheet:
        found = await here.read_of_practice(summed_views.found, by, words, _.code, None)
        rows = [[view.id, view.name, view.cells, *values(view)] for view in found.views]
        return Sheet((f"{by}_id", by, "conditions" if by == "herb" else "herbs", *SHEET), rows)

    return Table(
        columns=[
            *columns({"name": "name", "label": label}, _=_)[:-1],
            {"name": "cells", "label": cells_are, "number": True},
            {"name": "updated", "label": _("Last change")},
        ],
        title=title,
        empty=_("Nothing prescribed yet: approve a recommendation and its row appears here."),
        search=label,
        read=read,
        changed=changed,
        details=details,
        sheet=sheet,
        drawing=Drawing(picture, lambda key: _drawn(seen.get(key), _), lambda key: crossed.get(key, False)),
        help=(MIXTURE,),
    )


def _drawn(view: CellView | SummedView | None, _: Language) -> Mark | None:
    return None if view is None or view.tier is Tier.HIDDEN else of_share(view, _)


def _crosses(before: CellView | SummedView | None, view: CellView | SummedView) -> bool:
    """Say whether a row has just got its share; of one that was not read before only its few answers hint at it."""
    if before is None:
        return view.answered <= JUST_ENOUGH
    return before.tier is Tier.HIDDEN and view.tier is not Tier.HIDDEN


def _part(view: CellView, by: By, _: Language) -> str:
    name = view.condition if by == "herb" else view.item
    counts = funnel(view.prescribed, view.answered, view.improved, _)["text"]
    if view.tier is Tier.HIDDEN or view.estimate is None:
        return f"{name}: {counts}"
    return _("{name}: {counts}, {share}", name=name, counts=counts, share=share_of(view.estimate, _))


def _together(here: Visit, partners: list[PartnerView]) -> list[Line]:
    """Say what was given beside it, and what it cannot be told from."""
    _ = here._
    if not partners:
        return []
    names = {one.item_id: item_name(one.item_id, one.item, here.knowledge, _.code) for one in partners}
    texts = [
        _(
            "{item}: in {together} of {all} prescriptions",
            item=names[one.item_id],
            together=_.number(one.together),
            all=_.number(one.together + one.alone),
        )
        for one in partners
    ]
    inseparable = [names[one.item_id] for one in partners if one.inseparable]
    if inseparable:
        sentence = _("Cannot be separated from {items}: read as the combination.", items=listed(inseparable, _))
        texts.insert(0, sentence)
    return [{"label": _("Given together with"), "texts": texts}]


def _side_effects(here: Visit, signals: list[SignalView]) -> list[Line]:
    _ = here._
    if not signals:
        return []
    texts = [
        _(
            "{term}: reported by {reported} of {answered}",
            term=effect_name(one.term, _, here.knowledge),
            reported=_.number(one.reported),
            answered=_.number(one.answered),
        )
        for one in signals
    ]
    line: Line = {"label": _("Side effects reported, for any condition"), "texts": texts}
    return [line | {"href": "/effectiveness?by=effects", "link": _("All side effects")}]
