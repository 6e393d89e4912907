"""Count how often the drift watch ends a predictor that holds, and how soon it ends one that does not.

``python -m bench.drift [--quick] [--json FILE]``. Steady practices with 300, 1,000 and 5,000 outcomes a year are looked at every
day of a year. *Calibration*: outcomes that are drawn from what was predicted, but for what a fit of a year's outcomes is off by,
and for patients who differ. *Score*: drawn histories that go through the program's features and pipeline, fitted four times a
year; there early answers are fewer "improved" than the last ones, as symptoms fall over weeks. ``--quick`` draws fewer and ends
within 50 s.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from domain.predictors.card import Card, Spread
from domain.predictors.drift import LEAST_RECENT, LINE, RECENT, SHIFTED, WINDOW, Watch, watch
from domain.predictors.examples import MATURE, Described, Example, described
from domain.predictors.fitted import Fitted
from domain.predictors.fitting import calibrated
from domain.predictors.spreads import spreads_of
from storage.knowledge import Dose
from storage.outcomes import Given, Said
from storage.predictor_rows import Shown

SIZES = (300, 1_000, 5_000)
"""Outcomes a year."""
STREAMS, QUICK_STREAMS = 400, 30
"""Practices of each size for the calibration."""
HISTORIES: dict[int, int] = {300: 24, 1_000: 12, 5_000: 4}
QUICK_HISTORIES: dict[int, int] = {300: 3, 1_000: 1}
"""Practices of each size for the score."""
DAYS = 365
SHIFTS = (0.0, -0.10, -0.20)
"""By how much fewer improve than were predicted to."""
ONE_WINDOW = 3.0
"""The rule before this one: the newest window beyond so many standard errors."""
START = datetime(2024, 1, 1, tzinfo=UTC)
ANSWERS, PATIENT_SPREAD, CELLS, IMPROVED_EARLY = 0.65, 0.10, 60, 0.6
LIVES, SCORE_EVERY = 92, 7
"""Days that a fitted predictor is used, and from one look at the scores to the next."""
SPREAD_OF_PREDICTIONS = 0.12
PIPELINE = "logistic regression"


@dataclass(slots=True)
class Year:
    """A year of daily looks at one practice: how many would have ended the predictor by each rule, and after how much."""

    looks: int = 0
    ends: int = 0
    ended_after: int | None = None
    one_window: int = 0
    early: int = 0
    """Looks that would have ended it where early outcomes counted."""
    shifted: int = 0
    """Looks that ended it by the spread of the scores."""
    scores: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No documents: the grades are part of what is drawn, and no dose is."""

    grades: dict[tuple[str, str], str]
    doses: dict[str, tuple[Dose, ...]]


def main() -> None:
    """Draw, look, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="fewer practices, within 50 s")
    arguments.add_argument("--json", type=Path, help="write the numbers to this file as well")
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    from threadpoolctl import threadpool_limits

    numbers: dict[str, Any] = {"calibration": [], "score": []}
    with threadpool_limits(limits=1):
        for size in SIZES:
            for shift in SHIFTS:
                years = [
                    streamed(size, shift, chosen.seed + number)
                    for number in _counted(
                        range(QUICK_STREAMS if chosen.quick else STREAMS), f"{size} a year, {shift:+.0%}"
                    )
                ]
                numbers["calibration"].append({"outcomes": size, "shift": shift} | _of_calibration(years))
        for size, count in (QUICK_HISTORIES if chosen.quick else HISTORIES).items():
            years = [lived(size, chosen.seed + number) for number in _counted(range(count), f"{size} a year, score")]
            numbers["score"].append({"outcomes": size} | _of_score(years))
    _print(numbers)
    if chosen.json:
        chosen.json.write_text(json.dumps(numbers, indent=2) + "\n")


def streamed(size: int, shift: float, seed: int) -> Year:
    """Look daily at outcomes that follow the predictions but for ``shift``, what a fit is off by, and patients who differ."""
    from numpy.random import default_rng

    dice = default_rng(seed)
    off = shift + dice.normal(0, (0.25 / size) ** 0.5)
    luck = dice.normal(0, PATIENT_SPREAD, max(1, size // 3))
    said = dice.normal(0.55, SPREAD_OF_PREDICTIONS, size).clip(0.1, 0.9)
    truth = (said + luck[dice.integers(0, len(luck), size)] + off).clip(0.02, 0.98)
    happened = dice.random(size) < truth
    days = dice.uniform(0, DAYS, size)
    days.sort()
    shown = [
        Shown(float(one), LINE, None, START + timedelta(days=float(day)), bool(was))
        for one, day, was in zip(said, days, happened, strict=True)
    ]
    fitted, year = _unasked(), Year()
    seen = days.searchsorted(range(1, DAYS + 1))
    for until in seen.tolist():
        newest = shown[max(0, until - 3 * WINDOW) : until][::-1]
        _look(year, watch(fitted, [], newest), after=until)
    return year


def lived(size: int, seed: int) -> Year:
    """Live through two years of a practice: the first is fitted to, the second is looked at."""
    rows, answers = _practice(size, seed)
    year, fitted = Year(), _unasked()
    said: list[tuple[Described, float]] = []
    for day in range(DAYS):
        now = START + timedelta(days=DAYS + day)
        if day % LIVES == 0:
            fitted = _fitted(rows, answers, now)
            until = now + timedelta(days=LIVES)
            these = [one for one in rows if now <= one.given.approved < until]
            said += zip(these, fitted.probabilities([one.features for one in these]), strict=True)
        past = [one for one in said if one[0].given.approved < now][-12 * WINDOW :]
        ripe = [one for one in past if now - one[0].given.approved >= MATURE]
        recent: list[Shown] = []
        if day % SCORE_EVERY == 0:
            recent = [_shown(one, 0.0, None) for one in rows if one.given.approved < now][-RECENT:]
        found = watch(
            fitted, recent[::-1], [_shown(one, value, _known(answers, one, now)) for one, value in reversed(ripe)]
        )
        _look(year, found, after=len(ripe))
        if found.score is not None:
            year.scores.append(found.score)
            year.shifted += found.score > found.limit
        early = watch(fitted, [], [_shown(one, value, _known(answers, one, now)) for one, value in reversed(past)])
        year.early += early.demote is not None
    return year


def _look(year: Year, found: Watch, *, after: int) -> None:
    year.looks += 1
    year.one_window += bool(found.windows) and abs(found.windows[0].errors) > ONE_WINDOW
    if found.demote is not None and (found.score is None or found.score <= found.limit):
        year.ends += 1
        if year.ended_after is None:
            year.ended_after = after


Answers = dict[int, list[tuple[datetime, bool]]]
"""By recommendation: when it was answered, and whether it had helped by then."""


def _practice(size: int, seed: int) -> tuple[list[Described], Answers]:
    """Draw two years: what was approved with what was known, and the answers, early ones fewer improved than the last."""
    from numpy.random import default_rng

    dice = default_rng(seed)
    approvals = int(2 * size / ANSWERS)
    cells = [(f"item-{number}", f"condition-{number % 8}") for number in range(CELLS)]
    share = (0.55 + dice.normal(0, SPREAD_OF_PREDICTIONS, CELLS)).clip(0.05, 0.95)
    documented = share + dice.normal(0, 0.06, CELLS)
    grades = {
        cell: "ABCD"[sum(one < least for least in (0.575, 0.525, 0.475))]
        for cell, one in zip(cells, documented, strict=True)
    }
    popular = dice.gamma(1.5, 1, CELLS)
    patients = max(1, approvals // 2)
    luck, born = dice.normal(0, PATIENT_SPREAD, patients), dice.integers(1940, 2006, patients)
    days = dice.uniform(0, 2 * DAYS, approvals)
    days.sort()
    given, said, answers = [], [], Answers()
    for number, (day, which) in enumerate(
        zip(days, dice.choice(CELLS, approvals, p=popular / popular.sum()), strict=True), 1
    ):
        who, at = int(dice.integers(patients)), START + timedelta(days=float(day))
        known = {"match": float(dice.uniform(0.3, 1))}
        birthday = datetime(int(born[who]), 1, 1, tzinfo=UTC).date()
        given.append(
            Given(number, who, birthday, "", "tcm", int(dice.integers(4, 10)), *cells[int(which)], None, at, known)
        )
        if dice.random() < ANSWERS:
            chance = share[which] + luck[who] + (1973 - born[who]) / 250
            helps = bool(dice.random() < min(max(chance, 0.02), 0.98))
            early = helps and bool(dice.random() < IMPROVED_EARLY)
            answers[number] = [(at + timedelta(days=7), early), (at + timedelta(days=27), helps)]
            said += [(when, number, who, helped) for when, helped in answers[number]]
    told = [
        Said(id_, number, who, when, 8, 1 if helped else 8, None, stopped=False, adherence=None)
        for id_, (when, number, who, helped) in enumerate(sorted(said), 1)
    ]
    return described(given, told, Nothing(grades, {})), answers


def _fitted(rows: Sequence[Described], answers: Answers, now: datetime) -> Fitted:
    """Fit the plainer pipeline to what is ripe; what is compared later is its scores for patients it had not seen."""
    examples = [
        Example(one.given.patient_id, one.given.approved, now, outcome, one.features, one.evidence)
        for one in rows
        if one.given.approved <= now - MATURE and (outcome := _known(answers, one, now)) is not None
    ]
    pipeline, line, unseen = calibrated(PIPELINE, examples, 1)
    spreads = spreads_of([one.features for one in examples], unseen)
    return Fitted(pipeline, _card(line, spreads, len(examples)))


def _unasked() -> Fitted:
    return Fitted(None, _card((0.0, 1.0), {}, 1))


def _card(line: tuple[float, float], spreads: dict[str, Spread], outcomes: int) -> Card:
    """Make the part of a card that predicting and watching read."""
    read: dict[str, Any] = {"version": "drawn", "calibration": line, "spreads": spreads, "outcomes": outcomes}
    return Card.model_construct(**read)


def _known(answers: Answers, one: Described, now: datetime) -> bool | None:
    known = [helped for at, helped in answers.get(one.given.recommendation_id, ()) if at <= now]
    return known[-1] if known else None


def _shown(one: Described, value: float, outcome: bool | None) -> Shown:
    return Shown(value, LINE, one.features.kept(), one.given.approved, outcome)


def _of_calibration(years: Sequence[Year]) -> dict[str, Any]:
    looks = sum(one.looks for one in years)
    after = [one.ended_after for one in years if one.ended_after is not None]
    return {
        "practices": len(years),
        "ended_in_a_year": len(after) / len(years),
        "ended_per_look": sum(one.ends for one in years) / looks,
        "outcomes_until": median(after) if after else None,
        "one_window_in_a_year": sum(one.one_window > 0 for one in years) / len(years),
        "one_window_per_look": sum(one.one_window for one in years) / looks,
    }


def _of_score(years: Sequence[Year]) -> dict[str, Any]:
    most = [max(one.scores, default=0.0) for one in years]
    return {
        "practices": len(years),
        "ended_in_a_year": sum(one.ends > 0 for one in years) / len(years),
        "index_median_of_greatest": median(most),
        "index_greatest": max(most),
        "shifted_in_a_year": sum(one.shifted > 0 for one in years) / len(years),
        "early_ended_in_a_year": sum(one.early > 0 for one in years) / len(years),
    }


def _print(numbers: dict[str, Any]) -> None:
    print(
        f"Calibration: two windows of {WINDOW} outcomes to the same side, looked at on {DAYS} days; beside it one window "
        f"beyond {ONE_WINDOW:g}.\n"
    )
    _row("outcomes a year", "shift", "practices", "ended", "per look", "outcomes until", "one window", "per look")
    for one in numbers["calibration"]:
        _row(
            f"{one['outcomes']:,}",
            f"{one['shift']:+.0%}",
            one["practices"],
            f"{one['ended_in_a_year']:.1%}",
            f"{one['ended_per_look']:.2%}",
            "-" if one["outcomes_until"] is None else f"{one['outcomes_until']:.0f}",
            f"{one['one_window_in_a_year']:.1%}",
            f"{one['one_window_per_look']:.2%}",
        )
    print(
        f"\nScore: the stability index of {LEAST_RECENT} to {RECENT} approvals, looked at every {SCORE_EVERY} days of a year; "
        f"shifted is above {SHIFTED:g} and what chance gives.\nBeside it the calibration of the same practices, and what it "
        "would be if early outcomes counted.\n"
    )
    _row("outcomes a year", "practices", "median highest", "highest", "shifted", "ended", "early counted")
    for one in numbers["score"]:
        _row(
            f"{one['outcomes']:,}",
            one["practices"],
            f"{one['index_median_of_greatest']:.2f}",
            f"{one['index_greatest']:.2f}",
            f"{one['shifted_in_a_year']:.0%}",
            f"{one['ended_in_a_year']:.0%}",
            f"{one['early_ended_in_a_year']:.0%}",
        )


def _row(*cells: object) -> None:
    print("".join(f"{cell!s:>16}" for cell in cells))


def _counted(numbers: range, what: str) -> Iterator[int]:
    for number in numbers:
        print(f"\r{what}: {number + 1} of {len(numbers)}   ", end="", file=sys.stderr, flush=True)
        yield number
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
