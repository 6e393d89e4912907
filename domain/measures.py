"""What a patient measures: two symptoms and one activity of their own, each from 0 to 10 (after MYMOP).

Of a symptom 10 is the worst; of the activity 0 is no difficulty, 10 cannot do it. Only the first symptom is the declared outcome
(``domain/outcome.py``); the others are kept and shown.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from pydantic import Field

from domain.errors import Invalid
from domain.messages import FeedbackState
from storage.record import Record
from storage.tables import Diagnosis

Score = Annotated[int, Field(ge=0, le=10, strict=True)]
BASELINES: Mapping[str, str] = {
    "symptom": "baseline",
    "second_symptom": "second_baseline",
    "activity": "activity_baseline",
}
"""Each measure, by the field in which a diagnosis has its words and an answer its score, with the field of its first score."""
LATER = ("second_symptom", "activity")
"""Measures that are there only where a diagnosis names them; the first symptom may be scored without words."""


class Named(Protocol):
    """The measures of a diagnosis that are there only where they are named."""

    second_symptom: str
    second_baseline: int | None
    activity: str
    activity_baseline: int | None


class Scored(Protocol):
    """Their scores in an answer."""

    second_symptom: int | None
    activity: int | None


def check_named(given: Named) -> None:
    """Refuse a first score of nothing. Raises Invalid."""
    if given.second_baseline is not None and not given.second_symptom:
        raise Invalid("Say what the second symptom is that is scored.")
    if given.activity_baseline is not None and not given.activity:
        raise Invalid("Say what the activity is that is scored.")


def check_asked(scores: Scored, diagnosis: Diagnosis | Record) -> None:
    """Refuse a score for a measure that the diagnosis does not have. Raises Invalid."""
    if scores.second_symptom is not None and not diagnosis.second_symptom:
        raise Invalid("This diagnosis has no second symptom: leave its score out.")
    if scores.activity is not None and not diagnosis.activity:
        raise Invalid("This diagnosis has no activity: leave its score out.")


def courses(diagnosis: Diagnosis, answers: Sequence[FeedbackState]) -> list[dict[str, Any]]:
    """Follow each measure that a diagnosis has through its answers, oldest first.

    ``measure`` is its field, ``name`` the patient's words, ``baseline`` and ``latest`` 0–10, ``change`` latest − baseline (below
    0 is better), ``course`` each score with its time; null where there is nothing yet. The first symptom is always there.
    """
    return [_course(name, diagnosis, answers) for name in BASELINES if name not in LATER or getattr(diagnosis, name)]


def _course(name: str, diagnosis: Diagnosis, answers: Sequence[FeedbackState]) -> dict[str, Any]:
    scores = [(one.created.isoformat(), getattr(one, name)) for one in answers if getattr(one, name) is not None]
    baseline, latest = getattr(diagnosis, BASELINES[name]), scores[-1][1] if scores else None
    return {
        "measure": name,
        "name": getattr(diagnosis, name),
        "baseline": baseline,
        "latest": latest,
        "change": None if latest is None or baseline is None else latest - baseline,
        "course": [{"at": at, "score": score} for at, score in scores],
    }
