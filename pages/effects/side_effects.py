"""Which side effects stand out for which herb, beside all other herbs of the practice."""

from collections import Counter

from domain import named_side_effects
from domain.cell_views import item_name, likes
from domain.effectiveness import SignalView
from domain.events import LoggedEvent
from domain.statistics import Signal, Tier, tier
from pages.answers import effect_name
from pages.charts.picture import Picture
from pages.charts.signals import FEWEST_REPORTS, of_signals
from pages.effects.drawing import Drawing
from pages.effects.table import SHOWN, Rows, Sheet, Table
from pages.effects.words import TIERS
from pages.elements.live_table import Line, Row
from pages.language import N_, Language
from pages.visit import Visit

VERDICTS = {
    Signal.SIGNAL: ("major", N_("Signal")),
    Signal.WATCH: ("moderate", N_("Watch")),
    Signal.NONE: ("nothing", N_("Does not stand out")),
}
COLUMNS = (
    "herb_id", "herb", "side_effect", "reported", "serious", "answered", "others_reported", "others_answered", "expected", "prr",
    "chi2", "ic", "ic025", "verdict",
)  # fmt: skip
HELP = (
    N_(
        "Expected: how many reports there would be if the side effect had nothing to do with the herb. Watch: at least 3 "
        "reports, at least twice as often as with other herbs (PRR), and χ² of 4 or more. Signal: more than chance explains "
        "even at the lower end of the interval (IC025 above 0), and still so after control for looking at many pairs (q = 0.10)."
    ),
    N_(
        "A signal asks for a look at the cases and proves nothing. A single serious side effect calls for a look at once, "
        "whatever stands here. No report does not mean that there is no side effect: after 30 answers without one it may still "
        "come in 1 of 10."
    ),
)


def side_effects(here: Visit) -> Table:
    """Show every side effect that was reported of a herb, serious ones first."""
    _ = here._

    def named(view: SignalView) -> tuple[str, str]:
        herb = item_name(view.item_id, view.item, here.knowledge, _.code)
        return herb, effect_name(view.term, _, here.knowledge)

    async def views(words: str) -> list[tuple[str, SignalView]]:
        found = await here.read_of_practice(named_side_effects.of_practice)
        numbers = Counter[str]()
        keyed = []
        for view in found:
            numbers[view.item_id] += not view.term
            keyed.append((f"{view.item_id}|{view.term or numbers[view.item_id]}", view))
        return [(key, view) for key, view in keyed if not words or likes(words, *named(view))]

    def row(key: str, view: SignalView) -> Row:
        herb, term = named(view)
        kind, verdict = _verdict(view)
        serious = _.plural(N_("{count} serious"), N_("{count} serious"), view.serious)
        return {
            "key": key,
            "cells": {
                "herb": {"text": herb},
                "term": {"text": term, "words": True},
                "reported": {"text": _of(view.reported, view.answered, _)},
                "others": {"text": _of(view.others_reported, view.others_answered, _)},
                "expected": {"text": "–" if _few(view) else _.number(view.expected, 2)},
                "verdict": {"chip": kind, "text": _(verdict)},
                "serious": {"chip": "block", "text": serious} if view.serious else {"text": "–"},
            },
        }

    async def read(words: str) -> Rows:
        found = await views(words)
        return Rows([row(*one) for one in found[:SHOWN]], len(found))

    async def changed(events: list[LoggedEvent], words: str) -> list[Row] | None:
        herbs = {event.values["herb"] for event in events}
        return [row(key, view) for key, view in await views(words) if view.item_id in herbs]

    async def picture(words: str, _first: int, _weakest: bool) -> Picture:
        return of_signals([(*named(view), view) for _key, view in await views(words)], _)

    async def details(key: str) -> list[Line]:
        view = dict(await views("")).get(key)
        return [] if view is None else [{"label": _("How the number comes about"), "texts": _told(view, _)}]

    async def sheet(words: str) -> Sheet:
        return Sheet(COLUMNS, [_values(view, *named(view)) for _key, view in await views(words)])

    return Table(
        columns=[
            {"name": "herb", "label": _("Herb")},
            {"name": "term", "label": _("Side effect")},
            {"name": "serious", "label": _("Serious")},
            {"name": "verdict", "label": _("Verdict")},
            {"name": "reported", "label": _("Reported, of those who answered")},
            {"name": "others", "label": _("With all other herbs")},
            {"name": "expected", "label": _("Expected"), "number": True},
        ],
        title=_("Side effects by herb"),
        empty=_("No side effect has been reported."),
        search=_("Herb or side effect"),
        read=read,
        changed=changed,
        details=details,
        sheet=sheet,
        drawing=Drawing(picture),
        subtitle=_("Side effects that patients reported, over all patients of the practice."),
        help=HELP,
    )


def _of(count: int, of: int, _: Language) -> str:
    return _("{count} of {all}", count=_.number(count), all=_.number(of))


def _few(view: SignalView) -> bool:
    return tier(view.answered) is Tier.HIDDEN


def _verdict(view: SignalView) -> tuple[str, str]:
    """Give the chip of a verdict; what cannot be judged by its rule is not said not to stand out."""
    if _few(view):
        return "unknown", TIERS[Tier.HIDDEN]
    if view.reported < FEWEST_REPORTS:
        return "unknown", N_("Too few reports to judge")
    return VERDICTS[view.verdict]


def _told(view: SignalView, _: Language) -> list[str]:
    if _few(view):
        return [_("{reported} of {answered} with an answer: too few for a comparison.", **_counts(view, _))]
    texts = [
        _(
            "{reported} of {answered} with an answer reported it; with all other herbs {others} of {others_answered}. "
            "If it had nothing to do with the herb, {expected} would be expected.",
            **_counts(view, _),
            others=_.number(view.others_reported),
            others_answered=_.number(view.others_answered),
            expected=_.number(view.expected, 2),
        ),
        _("IC {ic}, its lower 2.5 % end (IC025) {lower}.", ic=_.number(view.ic, 2), lower=_.number(view.ic025, 2)),
    ]
    if view.prr is not None:
        ratio = _(
            "{ratio} times as often as with other herbs (PRR), χ² {chi2}.",
            ratio=_.number(view.prr, 1),
            chi2=_.number(view.chi2, 1),
        )
        texts.append(ratio)
    return texts


def _counts(view: SignalView, _: Language) -> dict[str, str]:
    return {"reported": _.number(view.reported), "answered": _.number(view.answered)}


def _values(view: SignalView, herb: str, term: str) -> list[str | int | float | None]:
    numbers = [None] * 5 if _few(view) else [view.expected, view.prr, view.chi2, view.ic, view.ic025]
    return [
        *(view.item_id, herb, term, view.reported, view.serious, view.answered),
        *(view.others_reported, view.others_answered),
        *(None if one is None else round(one, 4) for one in numbers),
        view.verdict.value,
    ]
