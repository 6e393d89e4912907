"""What became of each patient's own prescriptions: of those whose record this person may read."""

from domain import patient_views
from domain.cell_views import item_name, likes
from domain.events import LoggedEvent
from domain.patient_views import Outcome, PatientView
from domain.snapshot import condition_name
from pages.effects.table import AT_ONCE, SHOWN, Rows, Sheet, Table
from pages.effects.words import TIERS, effect, funnel
from pages.elements.live_table import Line, Row
from pages.language import N_, Language
from pages.visit import Visit

MOST_IN_A_FILE = 5_000
"""Patients, those with the newest answers."""
OUTCOMES = {True: N_("improved"), False: N_("not improved"), None: N_("no answer yet")}
SHEET = ("patient_id", "patient", "diagnosis_id", "prescribed", "answered", "improved", "share", "low_95", "high_95")
HELP = (
    N_(
        "Only patients whose record you may read, and of them only what the practice’s numbers count: who said no to statistics "
        "is not listed here, and is in their own record as before."
    ),
    N_(
        "Herbs of one patient share one course, so their answers are not independent of each other: the interval, drawn from 5 "
        "answers on, is narrower than it should be. Read the course of the symptom first."
    ),
)


def silent_about(here: Visit) -> tuple[str, str] | None:
    """Say which herb and condition the address asks about: who has not said how it went."""
    asked = here.request.query_params
    herb, condition = asked.get("herb"), asked.get("condition")
    return (herb, condition) if herb and condition is not None else None


def narrowed(here: Visit) -> str:
    """Say in words what the list is narrowed to; empty where it is not."""
    about, _ = silent_about(here), here._
    if about is None:
        return ""
    herb = item_name(about[0], about[0], here.knowledge, _.code)
    row = here.knowledge.herbs.get(about[0]) or here.knowledge.formulas.get(about[0])
    if row is not None and _.code == "en":
        herb = row.names["en"][0]
    condition = condition_name(about[1], here.knowledge, _.code)
    return _("Only patients who have not said how {herb} for {condition} went.", herb=herb, condition=condition)


def by_patient(here: Visit) -> Table:
    """Show patients, the newest answer first."""
    _ = here._
    about = silent_about(here)

    def row(view: PatientView) -> Row:
        hidden = {"chip": view.tier.value, "text": _(TIERS[view.tier])}
        return {
            "key": str(view.patient_id),
            "cells": {
                "patient": {"text": view.patient, "href": f"/recommendations/{view.diagnosis_id}"},
                "funnel": funnel(view.prescribed, view.answered, view.improved, _),
                "course": _course(view, _),
                "effect": effect(view.estimate, view.tier, _) or hidden,
                "last": {"text": _.date(view.last)} if view.last else None,
            },
        }

    async def read(words: str) -> Rows:
        found = await here.read(patient_views.found, words, about, SHOWN)
        return Rows([row(view) for view in found.views], found.total)

    async def changed(events: list[LoggedEvent], words: str) -> list[Row] | None:
        touched = list(dict.fromkeys(event.patient_id for event in events if event.patient_id is not None))
        if about is not None or len(touched) > AT_ONCE:
            return None
        views = [await here.read(patient_views.view_of, one) for one in touched]
        return [row(view) for view in views if view is not None and likes(words, view.patient)]

    async def details(key: str) -> list[Line]:
        found = await here.read(patient_views.outcomes, int(key), _.code)
        return [{"label": _("What became of it"), "texts": [_outcome(one, _) for one in found]}]

    async def sheet(words: str) -> Sheet:
        found = await here.read(patient_views.found, words, about, MOST_IN_A_FILE)
        return Sheet(
            (*SHEET, "symptom", "baseline", "last_scores", "last_answer"),
            [
                [
                    *(view.patient_id, view.patient, view.diagnosis_id, view.prescribed, view.answered, view.improved),
                    *_shares(view),
                    *(view.symptom, view.baseline, " ".join(map(str, view.course))),
                    view.last.isoformat() if view.last else None,
                ]
                for view in found.views
            ],
        )

    return Table(
        columns=[
            {"name": "patient", "label": _("Patient")},
            {"name": "funnel", "label": _("Prescribed → answered → improved")},
            {"name": "course", "label": _("Course of the symptom")},
            {"name": "effect", "label": _("Improved (95 % interval)")},
            {"name": "last", "label": _("Last answer")},
        ],
        title=_("What became of each patient’s prescriptions"),
        empty=_("No patient of yours is counted here."),
        search=_("Patient"),
        read=read,
        changed=changed,
        details=details,
        sheet=sheet,
        subtitle=_("What became of the prescriptions of those patients whose record you may read."),
        help=HELP,
    )


def _course(view: PatientView, _: Language) -> dict[str, object] | None:
    scores = [*([] if view.baseline is None else [view.baseline]), *view.course]
    if not scores:
        return None
    return {"text": _(" → ").join(_.number(score) for score in scores), "more": view.symptom}


def _outcome(one: Outcome, _: Language) -> str:
    said = _(
        "{item}, {condition}: {outcome}", item=one.item, condition=one.condition, outcome=_(OUTCOMES[one.improved])
    )
    return _("{said} (stopped)", said=said) if one.status == "stopped" else said


def _shares(view: PatientView) -> list[float | None]:
    known = view.estimate
    return [None] * 3 if known is None else [round(one, 4) for one in (known.mean, known.low, known.high)]
