"""What works in this practice: per herb and condition, with how sure we are, live."""

from dataclasses import replace

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain import cell_views as analytics
from domain.cell_views import CellView
from domain.events import LoggedEvent
from domain.hub import evidence_topic
from domain.snapshot import condition_name
from domain.statistics import Tier, Trend
from pages.elements.live_table import LiveTable, Row
from pages.frame import built, frame
from pages.language import N_, Language
from pages.visit import Visit

SHOWN = 40
"""Rows of one view; the search finds the others."""
AT_ONCE = 20
"""Rows that are read one by one for an update; where more changed, all are read anew."""
TIERS = {
    Tier.HIDDEN: N_("Too few answers"),
    Tier.EARLY: N_("Early"),
    Tier.PRELIMINARY: N_("Preliminary"),
    Tier.PLAIN: N_("Established here"),
}
TRENDS = {Trend.RISING: N_("Rising"), Trend.FALLING: N_("Falling"), Trend.STEADY: N_("Steady")}


def register(reconnect_timeout: float) -> None:
    """Add the page."""
    ui.page("/effectiveness", reconnect_timeout=reconnect_timeout)(page)


async def page(request: Request) -> Response | None:
    """Show what the practice knows, best first."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._

    def spoken(view: CellView) -> CellView:
        return replace(view, condition=condition_name(view.condition_id, here.knowledge, _.code))

    async def show(events: list[LoggedEvent]) -> None:
        cells = list(dict.fromkeys((event.values["herb"], event.values["condition"]) for event in events))
        if len(cells) > AT_ONCE:
            show_all(await here.read_of_practice(analytics.of_practice))
            return
        for herb, condition in cells:
            view = await here.read_of_practice(analytics.view_of, herb, condition)
            if view is not None and _fits(spoken(view), search.value):
                table.upsert(_row(spoken(view), _))

    def show_all(views: list[CellView]) -> None:
        table.replace(_rows([spoken(view) for view in views], search.value, _))

    async def look() -> None:
        views = await here.act(analytics.of_practice)
        if views is not None:
            show_all(views)

    here.follow(evidence_topic(here.actor.practice_id), show)
    views = await here.read(analytics.of_practice)
    subtitle = _("Patients who improved among those who answered, over all patients of the practice.")
    with frame(here, _("Effectiveness"), "/effectiveness", subtitle=subtitle):
        search = ui.input(_("Herb or condition"), on_change=look).props("outlined dense clearable debounce=300")
        search.classes("vv-search")
        table = LiveTable(
            _columns(_),
            title=_("Effectiveness by herb and condition"),
            empty=_("Nothing prescribed yet: approve a recommendation and its row appears here."),
            unknown=_("Not known yet"),
            most=SHOWN,
        )
        table.props("data-testid=evidence").start(_rows([spoken(view) for view in views], "", _))
        ui.link(_("Where predictions come from"), "/predictor").props("data-testid=predictor")
        with ui.expansion(_("How to read this")).classes("vv-help"):
            for text in HELP:
                ui.label(_(text))


HELP = (
    N_(
        "Improved: the symptom fell by at least 30 % and 2 points from a start of 3 or more; without a symptom score, the "
        "patient’s own “better” or “much better”. The stars are satisfaction and never the outcome."
    ),
    N_(
        "The mark is the best estimate, the band the 95 % credible interval. Few answers are pulled towards what is usual for "
        "the condition and the practice, so that three out of three does not look better than eight out of ten."
    ),
    N_(
        "Below 5 answers no number is shown. From 5 it is early, from 11 preliminary, from 30 established in this practice."
    ),
    N_("Patients who took a herb reported this; it does not prove that the herb was the cause."),
)


def _columns(_: Language) -> list[dict[str, object]]:
    return [
        {"name": "herb", "label": _("Herb")},
        {"name": "condition", "label": _("Condition")},
        {"name": "effect", "label": _("Improved (95 % interval)")},
        {"name": "funnel", "label": _("Prescribed → answered → improved")},
        {"name": "tier", "label": _("How sure")},
        {"name": "trend", "label": _("Trend")},
        {"name": "stars", "label": _("Stars"), "number": True},
        {"name": "updated", "label": _("Last change")},
    ]


def _rows(views: list[CellView], words: str | None, _: Language) -> list[Row]:
    return [_row(view, _) for view in views if _fits(view, words)][:SHOWN]


def _fits(view: CellView, words: str | None) -> bool:
    return not words or words.casefold() in f"{view.item} {view.condition}".casefold()


def _row(view: CellView, _: Language) -> Row:
    estimate = None if view.tier is Tier.HIDDEN else view.estimate
    effect = None
    if estimate is not None:
        share, low, high = _.percent(estimate.mean), _.percent(estimate.low), _.percent(estimate.high)
        effect = {
            "meter": [round(estimate.low, 3), round(estimate.mean, 3), round(estimate.high, 3)],
            "early": view.tier is Tier.EARLY,
            "text": f"{share} ({low}–{high})",
        }
    counts = (view.prescribed, view.answered, view.improved)
    funnel = _(" → ").join(_.number(count) for count in counts).replace(" ", "\u00a0")  # stays on one line
    return {
        "key": str(view.evidence_id),
        "cells": {
            "herb": {"text": view.item},
            "condition": {"text": view.condition},
            "effect": effect,
            "funnel": {"text": funnel},
            "tier": {"chip": view.tier.value, "text": _(TIERS[view.tier])},
            "trend": {"chip": view.trend.value, "text": _(TRENDS[view.trend])} if view.trend in TRENDS else None,
            "stars": {"text": _.number(view.average_rating, 1)} if view.average_rating is not None else None,
            "updated": {"text": _.time(view.updated)},
        },
    }
