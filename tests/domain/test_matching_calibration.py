"""Scores mean what they say on simulated cases, the constants are those of the simulation, and a practice can fit its own."""

from math import exp
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.matching.scores import reliability
from bench.matching.simulation import refitted
from domain.errors import Invalid
from domain.matching import SHIPPED, Calibration, match, recalibrated
from domain.matching.calibration import FEWEST_CONFIRMED, fitted
from storage.knowledge import load
from tests.domain.matching_knowledge import BASE
from tests.domain.test_matching import present

TOLERANCE = 0.05
"""Of a score, for any evidence: what 2,000 cases instead of 20,000 and a few more rows of the base can move it."""


def drawn(true: Calibration, number: int, seed: int = 1) -> list[tuple[float, bool]]:
    """Evidence and outcomes as a calibration says they are."""
    dice = Random(seed)
    evidence = [dice.gauss(0, 2) for _ in range(number)]
    return [(x, dice.random() < true.score(x)) for x in evidence]


def test_the_constants_are_those_that_the_benchmark_prints() -> None:
    anew = refitted(load(), 2_000, seed=11)
    for evidence in range(-10, 11):
        assert SHIPPED.score(evidence) == pytest.approx(anew.score(evidence), abs=TOLERANCE), (
            f"The knowledge base has changed what a score means: {anew}. Run python -m bench.matching."
        )


def test_scores_of_simulated_cases_mean_what_they_say() -> None:
    meaning = reliability(load(), SHIPPED, 1_500)["all"]
    assert meaning["ece"] < 0.02
    assert meaning["brier"] < 0.75 * meaning["brier_of_the_mean"]
    assert sum(row["count"] for row in meaning["table"]) == meaning["pairs"]


@pytest.mark.parametrize("true", [Calibration(0.0, 1.0), Calibration(-1.5, 0.6), Calibration(0.7, 2.0)])
def test_a_fit_finds_the_line_that_the_outcomes_were_drawn_from(true: Calibration) -> None:
    found = fitted(drawn(true, 20_000))
    assert found.a == pytest.approx(true.a, abs=0.1)
    assert found.b == pytest.approx(true.b, abs=0.1)


@pytest.mark.parametrize(
    "pairs",
    [[(-1.0, False), (1.0, True)] * 100, [(0.0, True)], [(2.0, True), (2.0, False)], [(30.0, True)] * 60 + [(-30.0, False)]],
)  # fmt: skip
def test_a_fit_ends_where_nothing_or_everything_parts_the_outcomes(pairs: list[tuple[float, bool]]) -> None:
    found = fitted(pairs)
    assert all(abs(one) < 50 for one in (found.a, found.b))


def test_a_practice_whose_scores_are_too_high_gets_lower_ones() -> None:
    # Of its matches half as many are confirmed as the shipped scores say.
    dice = Random(3)
    scores = [dice.uniform(0.02, 0.98) for _ in range(4_000)]
    own = recalibrated([(score, dice.random() < score / 2) for score in scores])
    assert own.b > 0
    record = present("tired", "pale_tongue", "weak_pulse")
    shipped, theirs = (match(record, BASE, tradition="tcm", calibration=one)[0] for one in (SHIPPED, own))
    assert theirs.condition_id == shipped.condition_id
    assert theirs.score == pytest.approx(shipped.score / 2, abs=0.1)


def test_a_practice_whose_scores_are_right_keeps_them() -> None:
    dice = Random(4)
    own = recalibrated([(score, dice.random() < score) for score in (dice.random() for _ in range(20_000))])
    assert own.a == pytest.approx(SHIPPED.a, abs=0.1)
    assert own.b == pytest.approx(SHIPPED.b, abs=0.05)


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(0.9, True)] * (FEWEST_CONFIRMED - 1) + [(0.1, False)] * 1000,
        [(0.1, True)] * FEWEST_CONFIRMED + [(0.9, False)] * FEWEST_CONFIRMED,
        [(0.5, True)] * FEWEST_CONFIRMED + [(0.5, False)],
    ],
    ids=["none", "too few", "the wrong way round", "nothing to learn"],
)
def test_the_shipped_calibration_stays_where_there_is_not_enough(pairs: list[tuple[float, bool]]) -> None:
    other = Calibration(0.3, 1.2)
    assert recalibrated(pairs) == SHIPPED
    assert recalibrated(pairs, base=other) == other


@pytest.mark.parametrize("score", [-0.1, 1.1, float("nan")])
def test_what_is_no_score_is_refused(score: float) -> None:
    with pytest.raises(Invalid, match=r"^A score lies between 0 and 1\.$"):
        recalibrated([(score, True)])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=50, max_size=120))
def test_a_practice_never_gets_scores_that_fall_with_support(pairs: list[tuple[float, bool]]) -> None:
    own = recalibrated(pairs)
    assert own.b > 0
    assert own.score(-50) <= own.score(0) <= own.score(50)


def test_a_score_is_the_logistic_of_a_line() -> None:
    assert Calibration(a=0.5, b=2.0).score(1.5) == pytest.approx(1 / (1 + exp(-3.5)))
