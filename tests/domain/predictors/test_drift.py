"""The drift watch: chance does not end a predictor, a shift does."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ledger import utc_now
from domain.predictors import keeping, measures, versions
from domain.predictors.drift import LEAST_RECENT, WINDOW, watch
from domain.predictors.examples import MATURE
from domain.predictors.fitted import Fitted
from domain.predictors.versions import Version
from storage.predictor_rows import Shown
from tests.domain.predictors.made_up import made_up
from tests.support.house import House
from tests.support.outcomes import past_outcomes

pytestmark = pytest.mark.long

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
    as_before = said(fitted, 400, seed=seed)
    found = watch(fitted, as_before, as_before)
    assert found.demote is None
    assert found.score is not None
    assert found.score < 0.2
    assert found.shifted == ()
    assert len(found.windows) == 400 // WINDOW
    assert all(one.outcomes == WINDOW for one in found.windows)


def test_outcomes_that_do_not_follow_end_it(fitted: Fitted) -> None:
    found = watch(fitted, [], said(fitted, 200, turned=True))
    assert found.demote is not None
    assert "of the last 100 outcomes" in found.demote
    assert "improved where the fitted predictor had expected" in found.demote
    assert max(one.errors for one in found.windows[:2]) < -2.5


def test_two_windows_to_the_same_side_decide_the_newest(fitted: Fitted) -> None:
    """One alone is looked at so often that chance would end a predictor that holds."""
    held, low = said(fitted, 2 * WINDOW), said(fitted, 2 * WINDOW, seed=8, turned=True)
    high = [replace(one, probability=one.probability * 0.4, improved=True) for one in said(fitted, WINDOW, seed=9)]
    assert watch(fitted, [], low[:WINDOW]).demote is None
    assert watch(fitted, [], [*low[:WINDOW], *held]).demote is None
    assert watch(fitted, [], [*held, *low]).demote is None
    assert watch(fitted, [], [*low, *held]).demote is not None
    mixed = watch(fitted, [], [*low[:WINDOW], *high])
    assert (mixed.windows[0].errors < -2.5, mixed.windows[1].errors > 2.5) == (True, True)
    assert mixed.demote is None, "that is chance, or too much to be one shift"


def test_other_patients_shift_the_score(fitted: Fitted) -> None:
    young = [one for one in said(fitted, 1_200, scored=False) if one.probability < 0.35]
    assert len(young) >= LEAST_RECENT
    found = watch(fitted, young, [])
    assert found.demote is not None
    assert "spread otherwise" in found.demote
    assert "age" in dict(found.shifted)


def test_what_another_version_said_is_no_shift(fitted: Fitted) -> None:
    """The rules, or the version before, spread their numbers otherwise; the patients are the same."""
    found = watch(fitted, [replace(one, probability=0.5, predictor="rules-1") for one in said(fitted, 400)], [])
    assert found.score is not None
    assert found.score < 0.2
    assert found.demote is None


def test_a_feature_that_shifts_alone_is_said_and_ends_nothing(fitted: Fitted) -> None:
    rows = [replace(one, features={**(one.features or {}), "tradition": "ayurveda"}) for one in said(fitted, 200)]
    found = watch(fitted, rows, [])
    assert [name for name, _ in found.shifted] == ["tradition"], "what nothing was learnt from changes no number"
    assert found.demote is None


def test_too_little_says_nothing(fitted: Fitted) -> None:
    found = watch(fitted, [], said(fitted, 2 * WINDOW - 1, turned=True))
    assert (found.score, len(found.windows), found.demote) == (None, 1, None)
    assert watch(fitted, [], []).recent == 0
    of_others = [replace(one, features={"age": 3}) for one in said(fitted, 200, scored=False)]
    assert watch(fitted, of_others, []).recent == 0, "described by a version with other features"


def test_early_outcomes_and_those_before_a_decision_are_no_reason(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, practice_id = house.services, house.leila.practice_id
    monkeypatch.setattr(measures, "DRAWS", 10)
    past_outcomes(house, 400, predictor="fitted-of-before")
    assert isinstance(versions.train(services, practice_id), Version)
    assert services.predictors.load(practice_id) is not None
    seen = keeping.watched(services, practice_id)
    assert seen is not None
    assert len(seen.windows) == 400 // WINDOW - 1, "of the version before, too, but nothing of the last four weeks"
    assert seen.windows[0].until <= (utc_now() - MATURE).date()
    versions.demote(services, practice_id, "The evidence is used: it did not hold.", by_hand=False)
    assert isinstance(versions.train(services, practice_id), Version)
    services.predictors.load(practice_id)
    again = keeping.watched(services, practice_id)
    assert again is not None
    assert again.windows == (), "what ended the one before is not held against the next"
