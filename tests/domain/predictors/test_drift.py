"""The drift watch: chance does not end a predictor, a shift does."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.predictors.drift import LEAST_RECENT, WINDOW, watch
from domain.predictors.fitted import Fitted
from storage.predictor_rows import Shown
from tests.domain.predictors.made_up import made_up

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def said(fitted: Fitted, count: int, *, seed: int = 7, turned: bool = False, scored: bool = True) -> list[Shown]:
    """What the predictor would have said at approvals, newest first, and what became of them; ``turned``: the opposite."""
    dice = random.Random(seed)
    examples = made_up(count, seed=seed)
    values = fitted.probabilities([one.features for one in examples])
    return [
        Shown(
            probability=value,
            predictor=fitted.name,
            features=one.features.kept(),
            shown=NOW - timedelta(hours=at),
            improved=(dice.random() < (value * 0.4 if turned else value)) if scored else None,
        )
        for at, (one, value) in enumerate(zip(examples, values, strict=True))
    ]


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_what_goes_on_as_before_stays(fitted: Fitted, seed: int) -> None:
    found = watch(fitted.card, said(fitted, 400, seed=seed))
    assert found.demote is None
    assert found.score is not None
    assert found.score < 0.2
    assert found.shifted == ()
    assert len(found.windows) == 400 // WINDOW
    assert all(one.outcomes == WINDOW for one in found.windows)


def test_outcomes_that_do_not_follow_end_it(fitted: Fitted) -> None:
    found = watch(fitted.card, said(fitted, 200, turned=True))
    assert found.demote is not None
    assert "improved where the fitted predictor had expected" in found.demote
    assert found.windows[0].errors < -3


def test_only_the_newest_window_decides(fitted: Fitted) -> None:
    newer, older = said(fitted, WINDOW), said(fitted, WINDOW, seed=8, turned=True)
    assert watch(fitted.card, [*newer, *older]).demote is None
    assert watch(fitted.card, [*older, *newer]).demote is not None


def test_other_patients_shift_the_score(fitted: Fitted) -> None:
    young = [one for one in said(fitted, 1_200, scored=False) if one.probability < 0.35]
    assert len(young) >= LEAST_RECENT
    found = watch(fitted.card, young)
    assert found.demote is not None
    assert "spread otherwise" in found.demote
    assert "age" in dict(found.shifted)


def test_a_feature_that_shifts_alone_is_said_and_ends_nothing(fitted: Fitted) -> None:
    rows = [replace(one, features={**(one.features or {}), "answered": 500}) for one in said(fitted, 200)]
    found = watch(fitted.card, rows)
    assert [name for name, _ in found.shifted] == ["answered"], "counts grow by themselves"
    assert found.demote is None


def test_too_little_says_nothing(fitted: Fitted) -> None:
    found = watch(fitted.card, said(fitted, WINDOW - 1, turned=True))
    assert (found.score, found.windows, found.demote) == (None, (), None)
    assert watch(fitted.card, []).recent == 0
    of_others = [replace(one, features={"age": 3}) for one in said(fitted, 200, scored=False)]
    assert watch(fitted.card, of_others).recent == 0, "described by a version with other features"
