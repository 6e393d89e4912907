import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.predicting import GRADE_MEANS, Candidate, PastOutcome, clauses, from_rules, predict_success
from domain.statistics import Estimate, Prior, posterior

KNOWN = posterior(8, 10)
UPDATED = (0.7 * 20 + 1) / 21
"""One own success on top of Beta(20 × 0.7, 20 × 0.3)."""

grades = st.sampled_from([*GRADE_MEANS, None])
scores = st.none() | st.floats(0, 1)
counts = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
estimates = st.none() | counts.map(lambda pair: posterior(*pair))
outcomes = st.builds(PastOutcome, st.sampled_from("ab"), st.sampled_from("xy"), st.booleans())
candidates = st.builds(Candidate, st.just("a"), st.just("x"), scores, grades, estimates)


def asked(match_score: float | None, grade: str | None, counted: Estimate | None = None) -> Candidate:
    return Candidate("a", "x", match_score, grade, counted)


@pytest.mark.parametrize(
    ("match_score", "grade", "value"),
    [
        (0.5, "A", 0.60),
        (None, "A", 0.60),
        (1.0, "A", 0.65),
        (0.0, "A", 0.55),
        (0.5, "B", 0.55),
        (0.5, "C", 0.50),
        (0.5, "D", 0.45),
        (0.5, "T", 0.45),
        (0.5, None, 0.45),
    ],
)
def test_without_answers_the_grade_speaks(match_score: float | None, grade: str | None, value: float) -> None:
    assert from_rules(asked(match_score, grade)).value == pytest.approx(value)


def test_answers_update_the_prior_of_the_grade() -> None:
    # Beta(10 × 0.6 + 8, 10 × 0.4 + 2)
    assert from_rules(asked(0.5, "A", KNOWN)).value == pytest.approx(14 / 20)
    assert from_rules(asked(0.5, "T", posterior(0, 1))).value == pytest.approx(4.5 / 11)
    assert from_rules(asked(0.5, "A", posterior(0, 0, Prior(0.9, 10)))) == from_rules(asked(0.5, "A"))


@pytest.mark.parametrize(
    ("candidate", "history", "basis"),
    [
        (
            Candidate("a", "x", 0.83, "C", posterior(12, 17)),
            [],
            "Rests on small human studies (grade C, 50%); a match of 83% (+3 points); 12 of 17 answers here (+11 points). "
            "Of the number the answers here weigh 63%; document and match 37%.",
        ),
        (
            Candidate("a", "x", 0.5, "A", KNOWN),
            [PastOutcome("a", "x", improved=True), PastOutcome("b", "x", improved=True)],
            "Rests on meta-analyses of trials (grade A, 60%); a match of 50% (+0 points); 8 of 10 answers here (+10 points); "
            "2 of 2 earlier outcomes of this patient (+2 points). Of the number the answers here weigh 47%; the patient’s "
            "own 7%; document and match 47%.",
        ),
        (
            Candidate("a", "x"),
            [PastOutcome("a", "y", improved=True)],
            "Rests on no documented use (45%); the condition as confirmed; no answers here yet.",
        ),
    ],
    ids=["answers", "own", "nothing"],
)
def test_what_a_number_rests_on_is_said(candidate: Candidate, history: list[PastOutcome], basis: str) -> None:
    assert from_rules(candidate, history).basis == basis


@given(match_score=scores, grade=grades, pair=counts)
def test_a_failure_never_raises_and_a_success_never_lowers(
    match_score: float | None, grade: str | None, pair: tuple[int, int]
) -> None:
    k, n = pair
    before = from_rules(asked(match_score, grade, posterior(k, n) if n else None)).value
    assert from_rules(asked(match_score, grade, posterior(k, n + 1))).value <= before
    assert from_rules(asked(match_score, grade, posterior(k + 1, n + 1))).value >= before


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], 0.7),
        ([PastOutcome("a", "x", improved=True)], UPDATED),
        ([PastOutcome("a", "x", improved=False)], 0.7 * 20 / 21),
        ([PastOutcome("b", "x", improved=False)], 0.7 * 20 / 20.5),
        ([PastOutcome("a", "y", improved=False)], 0.7),  # another condition says nothing
    ],
)
def test_the_patients_own_history_moves_the_estimate(history: list[PastOutcome], expected: float) -> None:
    assert predict_success(Candidate("a", "x", 0.5, "A", KNOWN), {}, history) == pytest.approx(expected)


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


@given(candidate=candidates, history=st.lists(outcomes, max_size=20))
def test_what_is_shown_is_the_prediction_and_lies_in_its_interval(
    candidate: Candidate, history: list[PastOutcome]
) -> None:
    found = from_rules(candidate, history)
    assert found.value == predict_success(candidate, {}, history)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_its_reasons_can_be_taken_apart() -> None:
    found = from_rules(Candidate("a", "x", 0.83, "C", posterior(12, 17)), [PastOutcome("b", "x", improved=True)]).basis
    assert clauses(found) == [
        "small human studies (grade C, 50%)",
        "a match of 83% (+3 points)",
        "12 of 17 answers here (+11 points)",
        "1 of 1 earlier outcomes of this patient (+1 points)",
        "the answers here weigh 61%",
        "the patient’s own 2%",
        "document and match 36%",
    ]
    assert clauses("Said by hand.") == ["Said by hand"]
