"""The measures of predictions, beside what they are known to be."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.predictors.card import Bin, Judged, Measure
from domain.predictors.features import NAMES
from domain.predictors.measures import BINS, judge, reliability
from domain.predictors.promoting import Verdict, enough, verdict
from domain.predictors.splitting import split
from domain.predictors.spreads import SCORE, spread, spreads_of, stability, typical_of
from tests.domain.predictors.made_up import made_up

pytestmark = pytest.mark.long

DAY = date(2026, 1, 1)


def judged_by(outcomes: list[bool], predicted: list[float], baseline: float = 0.5) -> Judged:
    flat = [baseline] * len(outcomes)
    return judge(
        outcomes, predicted, rules=flat, evidence=[1 - baseline] * len(outcomes), patients=list(range(len(outcomes))),
        since=DAY, until=DAY, seed=1,
    )  # fmt: skip


def test_a_calibrated_predictor_is_found_to_be_one() -> None:
    predicted = [share / 10 for number in range(100) for share in range(1, 10)]
    outcomes = [number * 7 % 100 < 10 * share for number in range(100) for share in range(1, 10)]
    found = judged_by(outcomes, predicted)
    assert found.slope.value == pytest.approx(1, abs=0.01)
    assert found.intercept.value == pytest.approx(0, abs=0.01)
    assert found.brier.value == pytest.approx(sum(p * (1 - p) for p in (n / 10 for n in range(1, 10))) / 9)
    assert found.skill.value == pytest.approx(1 - found.brier.value / 0.25)
    assert found.skill.low < found.skill.value < found.skill.high
    assert found.auroc.low < found.auroc.value < found.auroc.high
    assert (found.outcomes, found.improved, found.patients) == (900, 450, 900)
    for one in found.reliability:
        assert one.predicted == pytest.approx(one.improved / one.answered, abs=0.06)
        assert one.low < one.predicted < one.high


def test_one_that_is_too_bold_has_a_low_slope() -> None:
    predicted = [share for share in (0.05, 0.95) for _ in range(100)]
    outcomes = [number < 30 for number in range(100)] + [number < 70 for number in range(100)]
    found = judged_by(outcomes, predicted)
    assert found.slope.value == pytest.approx(0.2878, abs=1e-3)  # logit(0.7) / logit(0.95)
    assert found.auroc.value == pytest.approx(0.7)
    assert not verdict(found).promoted


def test_a_certain_prediction_that_is_wrong_costs_a_lot_and_not_infinitely_much() -> None:
    found = judged_by([True, False] * 30, [0.0, 1.0] * 30)
    assert 13 < found.log_loss.value < 14
    assert found.brier.value == 1.0


def test_the_better_of_rules_and_evidence_is_what_counts() -> None:
    outcomes = [True] * 60 + [False] * 40
    for baseline, name in ((0.6, "rules"), (0.4, "evidence")):
        found = judged_by(outcomes, [0.6] * 100, baseline)
        assert found.baseline == name
        assert found.baseline_brier == pytest.approx(0.24)
        assert found.skill.value == pytest.approx(0, abs=1e-12)


def test_one_kind_of_outcome_judges_nothing() -> None:
    with pytest.raises(ValueError, match="both outcomes"):
        judged_by([True] * 50, [0.5] * 50)


@given(some.lists(some.tuples(some.booleans(), some.floats(0, 1)), max_size=300))
def test_every_prediction_is_in_one_bin(pairs: list[tuple[bool, float]]) -> None:
    bins = reliability([outcome for outcome, _ in pairs], [one for _, one in pairs])
    assert sum(one.answered for one in bins) == len(pairs)
    assert sum(one.improved for one in bins) == sum(outcome for outcome, _ in pairs)
    assert len(bins) <= BINS
    assert all(one.answered >= min(20, len(pairs)) for one in bins)
    assert all(one.first <= one.last <= other.first for one, other in pairwise(bins))


@given(some.integers(0, 200), some.integers(0, 5), some.integers(0, 9))
def test_nobody_is_on_both_sides_and_the_later_side_is_later(count: int, seed: int, tossed: int) -> None:
    examples = made_up(count, seed=seed) if count else []
    earlier, later = split(examples, seed=tossed)
    assert split(examples, seed=tossed) == (earlier, later)
    assert {examples[at].patient_id for at in earlier}.isdisjoint(examples[at].patient_id for at in later)
    if earlier and later:
        begins = min(examples[at].prescribed for at in later)
        assert all(examples[at].answered < begins for at in earlier), "what was not known yet is not fitted to"
    if count >= 100:
        assert len(later) >= count // 10


def test_a_patient_with_both_goes_to_either_side_sometimes() -> None:
    examples = made_up(150)
    sides = [split(examples, seed=seed) for seed in range(8)]
    both = {examples[at].patient_id for at in sides[0][0]} & {examples[at].patient_id for at in sides[1][1]}
    assert both or sides[0] != sides[1]


@pytest.mark.parametrize(
    ("outcomes", "improved", "sentence"),
    [
        (199, 100, "there are 199 outcomes, and a fitted predictor needs 200"),
        (200, 49, "only 49 patients improved"),
        (200, 151, "only 49 patients did not improve"),
        (200, 50, ""),
        (200, 150, ""),
    ],
)
def test_how_many_outcomes_are_enough(outcomes: int, improved: int, sentence: str) -> None:
    found = enough(outcomes, improved)
    assert found.promoted == (not sentence)
    assert sentence in found.sentence
    assert found.promoted or found.sentence.startswith("The evidence is used: ")


def measured(skill: tuple[float, float, float], slope: float) -> Judged:
    flat = Measure(value=0.5, low=0.5, high=0.5)
    return Judged(
        outcomes=300, improved=150, patients=300, since=DAY, until=DAY, brier=flat, log_loss=flat, auroc=flat,
        slope=Measure(value=slope, low=slope, high=slope), intercept=flat, baseline="evidence", baseline_brier=0.25,
        skill=Measure(low=skill[0], value=skill[1], high=skill[2]),
        reliability=[Bin(first=0, last=1, predicted=0.5, improved=150, answered=300, low=0.4, high=0.6)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("skill", "slope", "words"),
    [
        ((-0.009, 0.02, 0.05), 1.0, ""),
        ((-0.01, 0.02, 0.05), 1.0, "not certain enough"),
        ((-0.009, 0.0, 0.05), 1.0, "no better than the pooled evidence"),
        ((0.01, 0.02, 0.05), 0.69, "too bold"),
        ((0.01, 0.02, 0.05), 1.31, "too timid"),
        ((0.01, 0.02, 0.05), 0.7, ""),
        ((0.01, 0.02, 0.05), 1.3, ""),
    ],
)
def test_when_it_takes_over(skill: tuple[float, float, float], slope: float, words: str) -> None:
    found = verdict(measured(skill, slope))
    assert found.promoted == (not words)
    assert words in found.sentence
    assert isinstance(found, Verdict)


def test_what_is_spread_alike_is_stable() -> None:
    rows = [one.features for one in made_up(400)]
    later = [one.features for one in made_up(400, seed=2)]
    shapes = spreads_of(rows, [0.1 * (number % 10) for number in range(400)])
    assert set(shapes) == {*NAMES, SCORE}
    for name in NAMES:
        assert sum(shapes[name].shares) == pytest.approx(1)
        assert stability(shapes[name], [getattr(row, name) for row in rows]) == pytest.approx(0, abs=1e-12)
        assert stability(shapes[name], [getattr(row, name) for row in later]) < 0.15, name
    assert stability(shapes["age"], [90] * 100) > 0.25
    assert stability(shapes["item"], ["a new herb"] * 100) > 0.25
    assert stability(shapes["match"], [None] * 100) > 0.25


def test_the_index_is_what_it_is_known_to_be() -> None:
    shape = spread(["a"] * 50 + ["b"] * 50, words=True)
    assert stability(shape, ["a"] * 80 + ["b"] * 20) == pytest.approx(0.3 * 0.470003629 + 0.3 * 0.916290732)


def test_what_is_usual() -> None:
    rows = [one.features for one in made_up(51)]
    usual = typical_of(rows)
    assert usual["tradition"] == "tcm"
    assert usual["age"] == median(row.age for row in rows if row.age is not None)
    assert typical_of([replace(row, match=None) for row in rows])["match"] is None
