import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outcome import improved

CASES = [
    # baseline, symptom, improvement, stopped, improved
    (8, 5, None, False, True),  # −3, 37 %
    (8, 6, None, False, False),  # −2, 25 %
    (10, 7, None, False, True),  # exactly 30 %
    (6, 4, None, False, True),  # −2, 33 %
    (3, 1, None, False, True),  # the lowest baseline that counts
    (3, 2, None, False, False),  # 33 %, but one point only
    (7, 5, None, False, False),  # 28.6 %
    (5, 8, None, False, False),  # worse
    (5, 5, 5, False, False),  # the symptom decides, not the improvement
    (8, 2, 1, False, True),
    (2, 0, None, False, None),  # no room to fall
    (2, 0, 4, False, True),  # so the improvement decides
    (2, 0, 3, False, False),
    (None, 3, None, False, None),
    (None, 3, 5, False, True),
    (8, None, 4, False, True),
    (8, None, 3, False, False),
    (8, None, None, False, None),
    (None, None, None, False, None),
    (8, 1, 5, True, False),  # stopped for a side effect is never improved
    (None, None, None, True, False),
]


@pytest.mark.parametrize(("baseline", "symptom", "improvement", "stopped", "expected"), CASES)
def test_the_responder_rule(
    baseline: int | None, symptom: int | None, improvement: int | None, stopped: bool, expected: bool | None
) -> None:
    found = improved(baseline=baseline, symptom=symptom, improvement=improvement, stopped_for_side_effect=stopped)
    assert found is expected


@pytest.mark.parametrize("wrong", [{"baseline": 11}, {"symptom": -1}, {"improvement": 0}, {"improvement": 6}])
def test_a_score_outside_its_scale_is_refused(wrong: dict[str, int]) -> None:
    plain = {"baseline": 5, "symptom": 3, "improvement": 4}
    with pytest.raises(ValueError, match="score lies within"):
        improved(**{**plain, **wrong}, stopped_for_side_effect=False)


@given(baseline=st.integers(0, 10), symptom=st.integers(1, 10), improvement=st.none() | st.integers(1, 5))
def test_a_lower_symptom_never_turns_improved_into_not(baseline: int, symptom: int, improvement: int | None) -> None:
    higher = improved(baseline=baseline, symptom=symptom, improvement=improvement, stopped_for_side_effect=False)
    lower = improved(baseline=baseline, symptom=symptom - 1, improvement=improvement, stopped_for_side_effect=False)
    assert lower is higher or (higher, lower) == (False, True)
