"""How much past cases say: nothing with few, never more than what is documented, and in words about what was done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import Suggestion, Support
from domain.trust import MOST_TRUST, together, told, trust
from tests.domain.small_knowledge import KNOWLEDGE

SIGN = next(iter(KNOWLEDGE.findings))
SHARE = st.floats(0, 1)
CASES = st.integers(0, 1_000_000)


@pytest.mark.parametrize(("cases", "weight"), [(0, 0), (49, 0), (50, 0.1), (200, 0.25), (800, 0.4), (10**9, 0.5)])
def test_trust_grows_with_the_cases(cases: int, weight: float) -> None:
    assert trust(cases) == pytest.approx(weight, abs=1e-6)


@given(CASES, CASES)
def test_more_cases_never_say_less_and_never_most(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert 0 <= trust(fewer) <= trust(more) <= MOST_TRUST


@given(SHARE, SHARE, CASES)
def test_a_joined_score_lies_between_its_two(documented: float, share: float, cases: int) -> None:
    joined = together(documented, share, cases)
    assert min(documented, share) - 1e-9 <= joined <= max(documented, share) + 1e-9
    assert together(documented, None, cases) == together(documented, 0.0, cases)


@pytest.mark.parametrize(
    ("supports", "sentence"),
    [
        ([((SIGN,), 3, 4, 0.5)], "3 of 4 cases with SIGN"),
        ([((SIGN,), 1, 1, 0.5)], "1 of 1 case with SIGN"),
        ([((), 9, 9, 0.9), ((SIGN,), 1, 2, 0.1)], "1 of 2 cases with SIGN"),
        ([((), 1, 1, 0.9)], "1 of 1 case that was treated alike"),
        ([((), 2, 3, 0.9)], "2 of 3 cases that were treated alike"),
        ([(("“unheard”",), 2, 3, 0.9)], "2 of 3 cases that were treated alike"),
    ],
)
def test_the_sentence_says_what_was_done(
    supports: list[tuple[tuple[str, ...], int, int, float]], sentence: str
) -> None:
    supporting = tuple(
        Support(case_ids=(1,), findings=shared, shared=shared, given=times, cases=cases, share=share)
        for shared, times, cases, share in supports
    )
    said = told(Suggestion("ginger", 0.412, supporting), KNOWLEDGE)
    assert said == f"Given in about 41% of past cases like this one; most like it: {sentence.replace('SIGN', SIGN)}"


def test_of_many_shared_findings_the_first_are_named() -> None:
    named = tuple(KNOWLEDGE.findings)[:6]
    support = Support(case_ids=(1,), findings=named, shared=named, given=1, cases=2, share=1.0)
    said = told(Suggestion("ginger", 0.4, (support,)), KNOWLEDGE)
    assert said.count(",") == min(len(named), 4) - 1
    assert said.endswith(" and 2 more") == (len(named) == 6)
