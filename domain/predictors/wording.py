"""Why a number is what it is, in words that a practitioner reads beside it."""

from collections.abc import Callable, Mapping, Sequence

from domain.predicting import GRADE_WORDS
from domain.predictors.features import Features

LEAST_POINTS = 0.5
"""A reason that moves the number by less is none."""


def basis(row: Features, reasons: Sequence[tuple[str, float]], *, outcomes: int, alike: int) -> str:
    """Say in one line what a fitted prediction rests on: ``reasons`` are features with the points that they move it by."""
    named = [
        f"{said(feature, row)} ({round(points):+d} points)"
        for feature, points in reasons
        if abs(points) >= LEAST_POINTS
    ]
    against = "; ".join(named) if named else "nothing differs much from the usual case"
    start = f"Fitted to {outcomes} outcomes of this practice"
    judged = f"{alike} predictions like this one were judged; {row.answered} answers here are of this very use"
    return f"{start}. Against the usual case: {against}. {judged}."


def said(feature: str, row: Features) -> str:
    """Say the value of a feature in words."""
    return _SAYINGS[feature](row)


def _answers(row: Features) -> str:
    improved = round((row.share or 0.0) * row.answered)
    return (
        f"{improved} of {row.answered} improved with it here before"
        if row.answered
        else "nobody here had answered of it yet"
    )


def _own(row: Features) -> str:
    if not row.own_answered:
        return "no earlier answers of this patient"
    return f"{round((row.own_share or 0.0) * row.own_answered)} of {row.own_answered} earlier treatments helped this patient"


_SAYINGS: Mapping[str, Callable[[Features], str]] = {
    "answered": _answers,
    "own_answered": _own,
    "age": lambda row: "the age is not recorded" if row.age is None else f"age {row.age}",
    "baseline": lambda row: (
        "no symptom score at the start" if row.baseline is None else f"a symptom of {row.baseline} of 10 at the start"
    ),
    "match": lambda row: "the condition as confirmed" if row.match is None else f"a match of {row.match:.0%}",
    "dose": lambda row: (
        "no dose that can be compared" if row.dose is None else f"a dose of {row.dose:.1f} times the documented middle"
    ),
    "adherence": lambda row: (
        "nothing known of the adherence" if row.adherence is None else f"an adherence of {row.adherence:.0f}% so far"
    ),
    "sex": lambda row: f"sex: {row.sex}" if row.sex else "the sex is not recorded",
    "condition": lambda _row: "the condition itself",
    "item": lambda _row: "the herb or formula itself",
    "tradition": lambda row: f"the tradition ({row.tradition})",
    "grade": lambda row: (
        f"{GRADE_WORDS[row.grade]} (grade {row.grade})" if row.grade in GRADE_WORDS else "no documented use"
    ),
}
