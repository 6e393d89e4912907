"""What to improve next, and what is trending, below the table."""

from typing import Any

from domain.improving import MORE_ANSWERS, Cell, Silent, Step, Unsure, Watched, Worse
from domain.library import Knowledge
from domain.statistics import Signal
from domain.trending import Change, Trending
from pages.answers import effect_name
from pages.effects.words import TRENDS
from pages.elements.live_table import Row
from pages.elements.notes import Note
from pages.frame import quoted
from pages.language import N_, Language

NO_STEPS = N_("Nothing stands out: no herb is watched, worse than expected, often unanswered or little known.")


def step_notes(steps: list[Step], knowledge: Knowledge, _: Language) -> list[Note]:
    """Write each step as a card: which herb, the reason in one sentence, and where to act."""
    return [_note(number, one, knowledge, _) for number, one in enumerate(steps, start=1)]


def trend_columns(_: Language) -> list[dict[str, object]]:
    """Give the columns of what is trending."""
    return [
        {"name": "herb", "label": _("Herb")},
        {"name": "trend", "label": _("Trend")},
        {"name": "recent", "label": _("Last 30 days")},
        {"name": "before", "label": _("60 days before")},
    ]


def trend_rows(trending: Trending, _: Language) -> list[Row]:
    """Write the changes that hold."""
    return [
        {
            "key": one.item_id,
            "cells": {
                "herb": {"text": one.name},
                "trend": {"chip": one.trend.value, "text": _(TRENDS[one.trend]), "more": _points(one, _)},
                "recent": {"text": _window(one.recent, _)},
                "before": {"text": _window(one.before, _)},
            },
        }
        for one in trending.holding
    ]


def trend_words(trending: Trending, _: Language) -> str:
    """Say what was compared and what could not be."""
    compared = _.plural(N_("One herb was compared."), N_("{count} herbs were compared."), len(trending.compared))
    few = _.plural(
        N_("One herb has too few answers in a window."),
        N_("{count} herbs have too few answers in a window."),
        trending.insufficient,
    )
    holds = _("What is listed holds after control for looking at many herbs (q = 0.10).")
    said = [holds] if trending.holding else []
    return " ".join([*said, compared, *([few] if trending.insufficient else [])])


def _points(one: Change, _: Language) -> str:
    sign = "+" if one.points > 0 else "−"
    return _("{change} points", change=f"{sign}{_.number(abs(100 * one.points))}")


def _window(counts: tuple[int, int], _: Language) -> str:
    improved, answered = counts
    return _(
        "{improved} of {answered} improved ({share})",
        improved=_.number(improved),
        answered=_.number(answered),
        share=_.percent(improved / answered),
    )


def _note(number: int, step: Step, knowledge: Knowledge, _: Language) -> Note:
    if isinstance(step, Watched):
        kind, label = ("block", N_("Side effect")) if step.serious else ("major", N_("Side effect"))
        return _card(number, step.item, kind, _(label), _watched(step, knowledge, _), _) | {
            "href": "/effectiveness?by=effects",
            "link": _("Look at the side effects"),
        }
    cell = step.cell
    title = _("{herb}, {condition}", herb=cell.item, condition=cell.condition)
    match step:
        case Worse():
            note = _card(number, title, "moderate", _("Worse than expected"), _worse(step, _), _)
            link = {"href": f"/effectiveness?q={quoted(cell.condition)}", "link": _("Compare what is given for it")}
        case Silent():
            note = _card(number, title, "waiting", _("Silent patients"), _silent(cell, _), _)
            link = _who(cell, _)
        case Unsure():
            note = _card(number, title, "early", _("Little known"), _unsure(step, _), _)
            link = _who(cell, _)
    return note | link


def _card(number: int, title: str, kind: str, label: str, sentence: str, _: Language) -> Note:
    chip = {"kind": kind, "text": label}
    return {"key": str(number), "title": title, "beside": "", "lines": [sentence], "chip": chip}


def _who(cell: Cell, _: Language) -> dict[str, Any]:
    about = f"herb={quoted(cell.item_id)}&condition={quoted(cell.condition_id)}"
    return {"href": f"/effectiveness?by=patient&{about}", "link": _("Whom to ask")}


def _watched(step: Watched, knowledge: Knowledge, _: Language) -> str:
    values = {
        "term": effect_name(step.term, _, knowledge),
        "reported": _.number(step.reported),
        "answered": _.number(step.answered),
        "serious": _.number(step.serious),
    }
    if step.serious:
        return _("{term} was reported by {reported} of {answered}, {serious} of them called it serious.", **values)
    if step.verdict is Signal.SIGNAL:
        return _(
            "{term} was reported by {reported} of {answered}: more often than chance explains. Look at the cases.",
            **values,
        )
    return _("{term} was reported by {reported} of {answered}: often enough to be watched.", **values)


def _worse(step: Worse, _: Language) -> str:
    return _(
        "At most {high} improved (upper end of the interval), {usual} with the other herbs for it.",
        high=_.percent(step.cell.high),
        usual=_.percent(step.usual),
    )


def _silent(cell: Cell, _: Language) -> str:
    return _(
        "Of {prescribed} patients {silent} should have answered by now and have not said whether they improved.",
        prescribed=_.number(cell.prescribed),
        silent=_.number(cell.silent),
    )


def _unsure(step: Unsure, _: Language) -> str:
    counts = {"prescribed": _.number(step.cell.prescribed), "answered": _.number(step.cell.answered)}
    if not step.shown:
        return _("Prescribed {prescribed} times and {answered} answers known: too few to show a share.", **counts)
    return _(
        "Prescribed {prescribed} times and {answered} answers known: the interval is {now} points wide, "
        "ten more answers would make it {then}.",
        **counts,
        now=_.number(100 * step.cell.width),
        then=_.number(100 * step.cell.width_with(MORE_ANSWERS)),
    )
