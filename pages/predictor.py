"""The card of the predictor: who speaks and why, what it was fitted to, how it was judged, what it is not for."""

from typing import Any

from fastapi import Request
from nicegui import ui
from starlette.responses import Response

from domain.events import LoggedEvent
from domain.hub import predictor_topic
from domain.predictors import report
from domain.predictors.card import Card, Judged, Measure
from domain.predictors.report import Report
from pages.calibration import of_bins
from pages.elements.chart import Chart
from pages.elements.live_table import LiveTable, Row
from pages.frame import built, frame, heading
from pages.language import N_, Language
from pages.parts import Registering
from pages.predictor_words import (
    FEATURES,
    NOT_FOR,
    READ_IT,
    STATUSES,
    called,
    pipeline_of,
    sentence_of,
    speaker_of,
)
from pages.said import unturned
from pages.visit import Visit


def register(at: Registering) -> None:
    """Add the page."""
    at("/predictor")(page)


async def page(request: Request) -> Response | None:
    """Show the card of the practice's predictor."""
    return await built(request, _build)


async def _build(here: Visit) -> None:
    _ = here._

    async def show(_events: list[LoggedEvent]) -> None:
        found = await here.read_of_practice(report.of_practice)
        place.clear()
        with place:
            _card(found, _)

    here.follow(predictor_topic(here.actor.practice_id), show)
    found = await here.read(report.of_practice)
    subtitle = _("Where the number “Chance that it helps” comes from, and how far it may be believed.")
    with frame(here, _("Predictor"), "/effectiveness", subtitle=subtitle):
        place = ui.column().classes("vv-card-of-predictor")
        with place:
            _card(found, _)
        ui.link(_("Back to effectiveness"), "/effectiveness")


def _card(found: Report, _: Language) -> None:
    with ui.element("section").classes("vv-item").props("data-testid=speaks"):
        ui.label(speaker_of(found.speaks, _)).classes("vv-strong")
        ui.label(sentence_of(found.sentence, _)).props("data-testid=why")
        counted = _("{improved} of {outcomes} outcomes of this practice improved.", **_numbers(found, _))
        ui.label(counted).classes("vv-soft")
    heading(_("What it must not be used for"))
    for text in NOT_FOR:
        ui.label(_(text))
    if found.card is not None:
        _fit(found.card, _)
    heading(_("What was shown, and what became of it"))
    _said(found, _)
    if found.versions:
        heading(_("Versions"))
        _versions(found, _)
    with ui.expansion(_("How to read this")).classes("vv-help"):
        for text in READ_IT:
            ui.label(_(text))


def _numbers(found: Report, _: Language) -> dict[str, str]:
    return {"improved": _.number(found.improved), "outcomes": _.number(found.outcomes)}


def _fit(card: Card, _: Language) -> None:
    judged = card.judged
    heading(_("The newest fit"))
    ui.label(
        _(
            "Fitted to {outcomes} outcomes of {patients} patients, prescribed from {since} to {until}: {pipeline}.",
            outcomes=_.number(card.outcomes),
            patients=_.number(card.patients),
            since=_.date(card.since),
            until=_.date(card.until),
            pipeline=pipeline_of(card.pipeline, _),
        )
    )
    ui.label(
        _(
            "Judged on {outcomes} later outcomes of {patients} other patients, prescribed from {since} to {until}.",
            outcomes=_.number(judged.outcomes),
            patients=_.number(judged.patients),
            since=_.date(judged.since),
            until=_.date(judged.until),
        )
    )
    ui.label(_("It reads: {features}.", features=_(", ").join(_(FEATURES[name]) for name in card.features)))
    with ui.element("div").classes("vv-columns"):
        with ui.element("section"):
            _table(_("Measures"), _measure_columns(_), _measures(judged, _), _).props("data-testid=measures")
        with ui.element("section"):
            Chart(of_bins(judged.reliability, _), _).props("data-testid=reliability")


def _table(title: str, columns: list[dict[str, object]], rows: list[Row], _: Language) -> LiveTable:
    table = LiveTable(columns, title=title, empty=_("Nothing yet."), unknown="–", most=len(rows) + 1)
    table.start(rows)
    return table


def _measure_columns(_: Language) -> list[dict[str, object]]:
    return [
        {"name": "measure", "label": _("Measure")},
        {"name": "value", "label": _("Value"), "number": True},
        {"name": "interval", "label": _("90 % interval"), "number": True},
    ]


def _measures(judged: Judged, _: Language) -> list[Row]:
    skill = N_("Brier skill over the rules") if judged.baseline == "rules" else N_("Brier skill over the evidence")
    named: tuple[tuple[str, Measure], ...] = (
        (skill, judged.skill),
        (N_("Brier score"), judged.brier),
        (N_("Log loss"), judged.log_loss),
        (N_("AUROC"), judged.auroc),
        (N_("Calibration slope"), judged.slope),
        (N_("Calibration intercept"), judged.intercept),
    )
    return [_row(name, measure=_(name), value=_.number(one.value, 3), interval=_span(one, _)) for name, one in named]


def _span(one: Measure, _: Language) -> str:
    return _("{low} to {high}", low=_.number(one.low, 3), high=_.number(one.high, 3))


def _said(found: Report, _: Language) -> None:
    columns: list[dict[str, object]] = [
        {"name": "predictor", "label": _("Predictor")},
        {"name": "shown", "label": _("Stood at an approval"), "number": True},
        {"name": "scored", "label": _("With an outcome"), "number": True},
        {"name": "predicted", "label": _("Predicted"), "number": True},
        {"name": "improved", "label": _("Improved"), "number": True},
        {"name": "brier", "label": _("Brier score"), "number": True},
    ]
    rows = [
        _row(
            one.predictor,
            predictor=called(one.predictor, _),
            shown=_.number(one.shown),
            scored=_.number(one.scored),
            predicted=None if one.predicted is None else _.percent(one.predicted),
            improved=_.percent(one.improved / one.scored) if one.scored else None,
            brier=None if one.brier is None else _.number(one.brier, 3),
        )
        for one in found.said
    ]
    _table(_("What was shown, and what became of it"), columns, rows, _).props("data-testid=said")
    if found.watch is not None and found.watch.shifted:
        shifted = _(", ").join(_(FEATURES[name]) for name, _index in found.watch.shifted)
        ui.label(_("Other than when it was fitted: {features}.", features=shifted)).classes("vv-soft")


def _versions(found: Report, _: Language) -> None:
    columns: list[dict[str, object]] = [
        {"name": "version", "label": _("Version")},
        {"name": "status", "label": _("Status")},
        {"name": "why", "label": _("Why")},
        {"name": "changed", "label": _("Since")},
    ]
    rows = [
        _row(
            one.version,
            version=unturned(one.version),
            status=_(STATUSES[one.status]),
            why=sentence_of(one.reason, _),
            changed=_.time(one.changed),
        )
        for one in found.versions
    ]
    for row in rows:
        row["cells"]["why"]["words"] = True
    _table(_("Versions"), columns, rows, _).props("data-testid=versions")


def _row(key: str, **texts: str | None) -> Row:
    cells: dict[str, Any] = {name: None if text is None else {"text": text} for name, text in texts.items()}
    return {"key": key, "cells": cells}
