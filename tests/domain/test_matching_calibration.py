"""Scores mean what they say on simulated cases, the constants are those of the simulation, and a practice can fit its own."""

from math import exp
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.matching.scores import reliability
from bench.matching.simulation import Population, refitted
from domain.matching import SHIPPED, Calibration, check_findings, match, recalibrated
from domain.matching.calibration import FEWEST_CONFIRMED, fitted
from domain.matching.findings import ACUTE_DAYS, CHRONIC_DAYS
from domain.matching.likelihood import PRESENT_AGAINST, PRESENT_BY_WEIGHT, PRESENT_OTHERWISE
from tests.domain.matching_knowledge import BASE
from tests.domain.test_matching import present
from tests.support.shipped import shipped

pytestmark = pytest.mark.long

TOLERANCE = 0.05
"""Of a score, for any evidence: what 2,000 cases instead of 20,000 and a few more rows of the base can move it."""


def drawn(true: Calibration, number: int, seed: int = 1) -> list[tuple[float, bool]]:
    """Evidence and outcomes as a calibration says they are."""
    dice = Random(seed)
    evidence = [dice.gauss(0, 2) for _ in range(number)]
    return [(x, dice.random() < true.score(x)) for x in evidence]


def test_the_constants_are_those_that_the_benchmark_prints() -> None:
    anew = refitted(shipped(), 2_000, seed=11)
    for evidence in range(-10, 11):
        assert SHIPPED.score(evidence) == pytest.approx(anew.score(evidence), abs=TOLERANCE), (
            f"The knowledge base has changed what a score means: {anew}. Run python -m bench.matching."
        )


def test_simulated_people_are_recorded_as_anybody_is() -> None:
    dice = Random(5)
    people = Population(BASE, dice)
    cases = [people.person() for _ in range(300)]
    assert {one.tradition for one in cases} == {"avicenna", "ayurveda", "tcm"}
    assert {len(one.true) for one in cases} == {1, 2}
    for one in cases:
        record = one.recorded(4, dice)
        assert len(record) == min(4, len(one.findings))
        check_findings(record, BASE, one.tradition)
        check_findings(one.findings.values(), BASE, one.tradition)


def test_simulated_people_have_findings_as_often_as_the_rates_say() -> None:
    people = Population(BASE, Random(6))
    yang = [one for one in (people.person("tcm", conditions=1) for _ in range(6_000)) if one.true == ("yang",)]
    often = {
        name: sum(one.findings[name].present for one in yang) / len(yang) for name in ("cold_limbs", "thirst", "sweat")
    }
    assert often == pytest.approx({"cold_limbs": 0.85, "thirst": 0.05, "sweat": 0.15}, abs=0.03)


def test_the_document_names_the_constants() -> None:
    text = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")
    assert f"a = {SHIPPED.a:.2f}, b = {SHIPPED.b:.2f}" in text
    rates = (*(often for _, often in PRESENT_BY_WEIGHT), PRESENT_OTHERWISE, PRESENT_AGAINST)
    assert "| " + " | ".join(f"{one:.2f}" for one in rates) + " |" in text
    assert (
        f"from {CHRONIC_DAYS} days on it does not fit an `acute` one, up to {ACUTE_DAYS} days not a `chronic` one"
        in text
    )


def test_scores_of_simulated_cases_mean_what_they_say() -> None:
    meaning = reliability(shipped(), SHIPPED, 1_500)["all"]
    assert meaning["ece"] < 0.02
    assert meaning["brier"] < 0.85 * meaning["brier_of_the_mean"]
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
    with pytest.raises(ValueError, match="a score lies between 0 and 1"):
        recalibrated([(score, True)])


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=50, max_size=120))
def test_a_practice_never_gets_scores_that_fall_with_support(pairs: list[tuple[float, bool]]) -> None:
    own = recalibrated(pairs)
    assert own.b > 0
    assert own.score(-50) <= own.score(0) <= own.score(50)


def test_a_score_is_the_logistic_of_a_line() -> None:
    assert Calibration(a=0.5, b=2.0).score(1.5) == pytest.approx(1 / (1 + exp(-3.5)))
