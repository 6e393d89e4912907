"""One patient's curves: what they score over time, and what changed in their plan, with a table of the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain import course
from domain.course import Course, Mark, Unwanted
from domain.events import LoggedEvent
from domain.hub import practice_topic
from domain.library import Knowledge
from domain.messages import DoseLine
from domain.patient import PatientState
from domain.permission import Actor
from domain.services import Services
from domain.snapshot import condition_name
from pages.answers import effect_name
from pages.called import title_of
from pages.cards import dose_text
from pages.elements.curves import Chart, Curves
from pages.language import N_, Language
from pages.part import Part
from pages.visit import Visit

TOUCHES = ("feedback_update", "recommendation_update", "diagnosis_update")
"""Messages that may change a curve."""
TICKS = 4
EMPTY = N_("Nothing was scored yet: the curve begins with the first score, in Intake or on the patient’s phone.")
MEASURES = {"symptom": N_("Symptom"), "second_symptom": N_("Second symptom"), "activity": N_("Activity")}
BEGAN, STOPPED = N_("{name} began"), N_("{name} stopped")
DOSE = N_("{name}: another dose")


async def course_of(here: Visit, patient: PatientState, part: Part) -> None:
    """Put the curves on the page of a patient's record, live."""
    about = patient.id
    curves = curves_of(here)

    async def refresh(_events: list[LoggedEvent]) -> None:
        curves.show(await here.read(charts, here._, about))

    part.follow(practice_topic(here.actor.practice_id), refresh, keep=lambda event: touches(event, about))
    curves.start(await here.read(charts, here._, about))


def curves_of(here: Visit) -> Curves:
    """Build the curves, with nothing in them yet."""
    _ = here._
    labels = {
        "scale": [_.number(score) for score in (0, 5, 10)],
        "table": _("As a table"),
        "when": _("When"),
        "score": _("Score, 0 to 10"),
        "plan": _("Plan"),
        "effects": _("Side effects"),
        "effects_below": _("An answer with side effects"),
    }
    curves = Curves(title=_("Course"), empty=_(EMPTY), labels=labels)
    curves.props("data-testid=course")
    return curves


def touches(event: LoggedEvent, patient_id: int | None) -> bool:
    """Say whether an event may change the curves of a patient."""
    return event.patient_id == patient_id and event.type in TOUCHES


def charts(services: Services, actor: Actor, language: Language, patient_id: int) -> list[Chart]:
    """Read the courses of a patient and write them as charts. Raises NotFound."""
    knowledge = services.library.of(actor.practice_id).knowledge
    return [chart(one, language, knowledge) for one in course.read(services, actor, patient_id)]


def chart(one: Course, _: Language, knowledge: Knowledge) -> Chart:
    """Write one course as a chart, as a table and as a sentence."""
    points = [
        {
            "at": point.at.isoformat(),
            "score": point.score,
            "start": point.start,
            "run": run,
            "text": f"{_.day(point.at)}: {_score(point.score, _)}",
        }
        for run, some in enumerate(one.runs)
        for point in some
    ]
    marks = [
        {"at": mark.at.isoformat(), "kind": mark.kind, "number": _.number(at), "text": f"{_.day(mark.at)}: {said}"}
        for at, mark in enumerate(one.marks, start=1)
        for said in [_mark(mark, _, knowledge)]
    ]
    effects = [
        {
            "at": each.at.isoformat(),
            "serious": each.serious,
            "text": f"{_.day(each.at)}: {_effects(each, _, knowledge)}",
        }
        for each in one.unwanted
    ]
    moments = sorted(
        [point.at for run in one.runs for point in run]
        + [mark.at for mark in one.marks]
        + [each.at for each in one.unwanted]
    )
    condition = condition_name(one.condition_id, knowledge, _.code)
    title = one.name or _(MEASURES[one.measure])
    worst = _("0 to 10, 10 cannot do it") if one.measure == "activity" else _("0 to 10, 10 is the worst")
    return {
        "key": f"{one.diagnosis_id}-{one.measure}",
        "title": title,
        "subtitle": " · ".join(part for part in (condition, worst) if part),
        "summary": _summary(one, title, _),
        "span": [moments[0].isoformat(), moments[-1].isoformat()],
        "ticks": _ticks(moments[0], moments[-1], _),
        "points": points,
        "marks": marks,
        "effects": effects,
        "rows": _rows(one, _, knowledge),
    }


def _summary(one: Course, title: str, _: Language) -> str:
    points = [point for run in one.runs for point in run]
    first, last = points[0], points[-1]
    parts = [_("{title}: {score} on {day}", title=title, score=_score(first.score, _), day=_.day(first.at))]
    if len(points) > 1:
        parts.append(_("{score} on {day}, the last", score=_score(last.score, _), day=_.day(last.at)))
    parts.append(_.plural(N_("{count} score"), N_("{count} scores"), len(points)))
    if len(one.runs) > 1:
        parts.append(_.plural(N_("{count} gap"), N_("{count} gaps"), len(one.runs) - 1))
    if one.marks:
        parts.append(_.plural(N_("{count} change of the plan"), N_("{count} changes of the plan"), len(one.marks)))
    if one.unwanted:
        parts.append(
            _.plural(N_("{count} answer with side effects"), N_("{count} answers with side effects"), len(one.unwanted))
        )
    return _("; ").join(parts)


def _rows(one: Course, _: Language, knowledge: Knowledge) -> list[dict[str, str]]:
    """Say the same as the curve, line by line, oldest first."""
    lines: dict[datetime, dict[str, str]] = {}

    def put(at: datetime, column: str, text: str) -> None:
        line = lines.setdefault(at, {"when": _.day(at), "score": "", "plan": "", "effects": ""})
        line[column] = _("; ").join(part for part in (line[column], text) if part)

    for at, run in enumerate(one.runs):
        if at:
            middle = one.runs[at - 1][-1].at + (run[0].at - one.runs[at - 1][-1].at) / 2
            lines[middle] = {"when": "…", "score": _("Not known"), "plan": "", "effects": ""}
        for point in run:
            said = _score(point.score, _)
            put(point.at, "score", _("{score}, at the start", score=said) if point.start else said)
    for mark in one.marks:
        put(mark.at, "plan", _mark(mark, _, knowledge))
    for each in one.unwanted:
        put(each.at, "effects", _effects(each, _, knowledge))
    return [lines[at] for at in sorted(lines)]


def _mark(mark: Mark, _: Language, knowledge: Knowledge) -> str:
    kind, item_id, name = mark.item
    called = title_of({"kind": kind, "item_id": item_id, "name": name}, knowledge, _)
    if mark.kind == "stop":
        return _(STOPPED, name=called)
    if mark.kind == "start":
        return " · ".join(part for part in (_(BEGAN, name=called), _dose(mark.new, _)) if part)
    if mark.old is None or mark.new is None:
        return _(DOSE, name=called)
    return f"{_(DOSE, name=called)} · {_dose(mark.old, _)} → {_dose(mark.new, _)}"


def _dose(dose: DoseLine | None, _: Language) -> str:
    """Write how much, and no more of it than a curve has room for."""
    if dose is None:
        return ""
    short: dict[str, Any] = dict.fromkeys(("preparation", "route", "vehicle", "times_a_day"), "")
    return dose_text({**dose.model_dump(), **short, "duration_days": None}, _)


def _effects(each: Unwanted, _: Language, knowledge: Knowledge) -> str:
    named = _(", ").join(effect_name(term, _, knowledge) for term in each.terms)
    return _("serious: {names}", names=named) if each.serious else named


def _score(score: int, _: Language) -> str:
    return _("{score} of 10", score=_.number(score))


def _ticks(first: datetime, last: datetime, _: Language) -> list[dict[str, str]]:
    """Choose the days under the axis: both ends, and some between where there are days between."""
    whole = last - first
    if whole < timedelta(days=1):
        return [{"at": first.isoformat(), "text": _.day(first)}]
    steps: Sequence[int] = range(TICKS + 1) if whole > timedelta(days=2 * TICKS) else (0, TICKS)
    return [{"at": at.isoformat(), "text": _.day(at)} for step in steps for at in [first + whole * step / TICKS]]
