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
LATER = {"second_symptom": "second symptom", "activity": "activity"}
"""Measures that are there only where a diagnosis names them; the first symptom may be scored without words."""


class Measured(Protocol):
    """Something with the words of the measures and their first scores."""

    symptom: str
    baseline: int | None
    second_symptom: str
    second_baseline: int | None
    activity: str
    activity_baseline: int | None


def check_named(given: Measured) -> None:
    """Refuse a first score of nothing. Raises Invalid."""
    for name, called in LATER.items():
        if getattr(given, BASELINES[name]) is not None and not getattr(given, name):
            raise Invalid(f"Say what the {called} is that is scored.")


def check_asked(scores: object, diagnosis: Diagnosis | Record) -> None:
    """Refuse a score for a measure that the diagnosis does not have. Raises Invalid."""
    for name, called in LATER.items():
        if getattr(scores, name) is not None and not getattr(diagnosis, name):
            raise Invalid(f"This diagnosis has no {called}: leave its score out.")


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
