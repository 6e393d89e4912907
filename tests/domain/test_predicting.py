import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.predicting import GRADE_MEANS, Candidate, PastOutcome, from_rules, predict_success
from domain.statistics import Prior, posterior

KNOWN = posterior(8, 10)
UPDATED = (0.7 * 4 + 1) / 5
"""One own success on top of Beta(4 × 0.7, 4 × 0.3)."""

grades = st.sampled_from([*GRADE_MEANS, None])
scores = st.none() | st.floats(0, 1)
counts = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
estimates = st.none() | counts.map(lambda pair: posterior(*pair))
outcomes = st.builds(PastOutcome, st.sampled_from("ab"), st.sampled_from("xy"), st.booleans())
candidates = st.builds(Candidate, st.just("a"), st.just("x"), scores, grades, estimates)


@pytest.mark.parametrize(
    ("match_score", "grade", "value", "basis"),
    [
        (1.0, "A", 0.60, "grade"),
        (1.0, "B", 0.55, "grade"),
        (1.0, "T", 0.45, "grade"),
        (0.0, "A", 0.45, "grade"),  # graded for a condition that does not fit
        (0.5, "A", 0.525, "grade"),
        (None, "A", 0.525, "grade"),
        (1.0, None, 0.45, "tradition"),
    ],
)
def test_without_answers_the_grade_speaks(
    match_score: float | None, grade: str | None, value: float, basis: str
) -> None:
    found = from_rules(match_score, grade, None)
    assert found.basis == basis
    assert found.value == pytest.approx(value)


def test_with_answers_the_evidence_speaks() -> None:
    found = from_rules(0.2, "T", KNOWN)
    assert (found.value, found.low, found.high, found.basis) == (KNOWN.mean, KNOWN.low, KNOWN.high, "evidence")
    assert from_rules(1.0, "A", posterior(0, 0, Prior(0.9, 10))).basis == "grade"


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], 0.7),
        ([PastOutcome("a", "x", improved=True)], UPDATED),
        ([PastOutcome("a", "x", improved=False)], 0.7 * 4 / 5),
        ([PastOutcome("b", "x", improved=False)], 0.7 * 4 / 4.25),
        ([PastOutcome("a", "y", improved=False)], 0.7),  # another condition says nothing
    ],
)
def test_the_patients_own_history_moves_the_estimate(history: list[PastOutcome], expected: float) -> None:
    assert predict_success(Candidate("a", "x", 1.0, "A", KNOWN), {}, history) == pytest.approx(expected)


@given(candidate=candidates, history=st.lists(outcomes, max_size=20), data=st.data())
def test_a_prediction_is_a_probability_and_order_never_matters(
    candidate: Candidate, history: list[PastOutcome], data: st.DataObject
) -> None:
    found = predict_success(candidate, {"age": 40}, history)
    assert 0 < found < 1
    assert predict_success(candidate, {}, data.draw(st.permutations(history))) == found


@given(candidate=candidates, history=st.lists(outcomes, max_size=20))
def test_an_own_success_never_lowers_and_a_failure_never_raises(
    candidate: Candidate, history: list[PastOutcome]
) -> None:
    before = predict_success(candidate, {}, history)
    assert predict_success(candidate, {}, [*history, PastOutcome("a", "x", improved=True)]) >= before
    assert predict_success(candidate, {}, [*history, PastOutcome("a", "x", improved=False)]) <= before


@given(match_score=scores, grade=grades, estimate=estimates)
def test_a_probability_lies_in_its_interval(match_score: float | None, grade: str | None, estimate: object) -> None:
    found = from_rules(match_score, grade, None)
    assert 0 <= found.low <= found.value <= found.high <= 1
