"""What became of each practitioner's prescriptions, beside what others' answers lead one to expect of the same ones."""

from domain import effectiveness
from domain.effectiveness import PractitionerView
from domain.events import LoggedEvent
from domain.statistics import Tier
from pages.charts.forest import of_ratios
from pages.charts.picture import Picture
from pages.effects.drawing import Drawing
from pages.effects.table import Rows, Sheet, Table
from pages.effects.words import TIERS, funnel
from pages.elements.live_table import Line, Row
from pages.language import N_, Language
from pages.visit import Visit

COLUMNS = (
    "practitioner_id",
    "name",
    "prescribed",
    "answered",
    "improved",
    "expected",
    "ratio",
    "low_95",
    "high_95",
    "tier",
)
HELP = (
    N_(
        "Expected: how many of the same prescriptions would have improved if each had gone as with the other practitioners. The "
        "ratio is improved by expected, 1 is as expected. A difference may lie in the patients and not in the treatment."
    ),
    N_("A practitioner sees themselves and the practice as a whole; an admin sees everybody."),
)


def by_practitioner(here: Visit) -> Table:
    """Show the practice as a whole, and who may be seen."""
    _ = here._

    async def views() -> list[PractitionerView]:
        return await here.read(effectiveness.by_practitioner)

    def row(view: PractitionerView) -> Row:
        return {
            "key": str(view.practitioner_id or 0),
            "cells": {
                "name": {"text": view.name if view.practitioner_id is not None else _("The whole practice")},
                "funnel": funnel(view.prescribed, view.answered, view.improved, _),
                "expected": {"text": _.number(view.expected, 1) if view.expected is not None else "–"},
                "ratio": {"text": _ratio(view, _) if view.ratio is not None else "–"},
                "tier": {"chip": view.tier.value, "text": _(TIERS[view.tier])},
            },
        }

    async def read(_words: str) -> Rows:
        found = [row(view) for view in await views()]
        return Rows(found, len(found))

    async def changed(_events: list[LoggedEvent], _words: str) -> list[Row] | None:
        return [row(view) for view in await views()]  # a handful; those that are as they were are not sent

    async def picture(_words: str, _first: int, _weakest: bool) -> Picture:
        return of_ratios(await views(), _)

    async def details(key: str) -> list[Line]:
        view = next((one for one in await views() if str(one.practitioner_id or 0) == key), None)
        return [] if view is None else [{"label": _("How the number comes about"), "texts": [_told(view, _)]}]

    async def sheet(_words: str) -> Sheet:
        return Sheet(COLUMNS, [_values(view) for view in await views()])

    return Table(
        columns=[
            {"name": "name", "label": _("Practitioner")},
            {"name": "funnel", "label": _("Prescribed → answered → improved")},
            {"name": "expected", "label": _("Expected to improve"), "number": True},
            {"name": "ratio", "label": _("Improved ÷ expected (95 % interval)")},
            {"name": "tier", "label": _("How sure")},
        ],
        title=_("What became of each practitioner’s prescriptions"),
        empty=_("Nothing prescribed yet: approve a recommendation and its row appears here."),
        search="",
        read=read,
        changed=changed,
        details=details,
        sheet=sheet,
        drawing=Drawing(picture),
        help=HELP,
    )


def _ratio(view: PractitionerView, _: Language) -> str:
    ratio, low, high = (_.number(one or 0.0, 2) for one in (view.ratio, view.low, view.high))
    return f"{ratio} ({low}–{high})"


def _told(view: PractitionerView, _: Language) -> str:
    counts = {"improved": _.number(view.improved), "answered": _.number(view.answered)}
    if view.practitioner_id is None:
        return _("{improved} of the {answered} who answered improved, whoever prescribed it.", **counts)
    if view.tier is Tier.HIDDEN:
        return _("{improved} of {answered} who answered improved. A share is shown from 5 answers on.", **counts)
    if view.expected is None:
        return _("{improved} of the {answered} who answered improved; there is nobody to compare with.", **counts)
    return _(
        "{improved} of the {answered} who answered improved. With the other practitioners {expected} of as many, with the same "
        "herbs for the same conditions, would have been expected to.",
        **counts,
        expected=_.number(view.expected, 1),
    )


def _values(view: PractitionerView) -> list[str | int | float | None]:
    shares = (view.expected, view.ratio, view.low, view.high)
    return [
        *(view.practitioner_id, view.name, view.prescribed, view.answered, view.improved),
        *(None if one is None else round(one, 4) for one in shares),
        view.tier.value,
    ]
