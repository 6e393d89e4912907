"""What is suggested for a patient's findings, and which past cases are said to speak for it."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import Case, CaseRanker, fit
from domain.cases.blend import Blend
from domain.cases.calibrating import Calibration
from domain.cases.nearest import Nearest
from domain.cases.pooling import pool
from domain.cases.ridge import Ridge
from tests.domain.cases.made_up import case, few_findings, rich_findings

SIGNS = [f"sign {number}" for number in range(30)]


@pytest.fixture(scope="module", params=[few_findings, rich_findings])
def ranker(request: pytest.FixtureRequest) -> CaseRanker:
    ranker = fit(request.param())
    assert ranker is not None
    return ranker


@pytest.fixture(scope="module", params=[1.0, 0.0, 0.5])
def ridge_share(request: pytest.FixtureRequest) -> float:
    share: float = request.param
    return share


def made_of(cases: list[Case], ridge_share: float) -> CaseRanker:
    """Fit without validation: the share of the ridge is given."""
    some = fit(few_findings(50))
    assert some is not None
    pooled = pool(cases)
    blend = Blend([(ridge_share, Ridge(pooled)), (1 - ridge_share, Nearest(pooled))])
    return CaseRanker(
        pooled, blend, calibration=Calibration(0.0, 1.0), card=replace(some.card, ridge_share=ridge_share)
    )


@given(findings=st.lists(st.sampled_from(SIGNS), max_size=12), limit=st.integers(0, 25))
def test_suggestions_are_ranked_shares_with_reasons(ranker: CaseRanker, findings: list[str], limit: int) -> None:
    suggestions = ranker.rank(findings, limit=limit)
    assert len(suggestions) <= limit
    assert len({one.herb for one in suggestions}) == len(suggestions)
    scores = [one.score for one in suggestions]
    assert all(0 <= later <= before + 1e-3 <= 1.001 for before, later in pairwise(scores))
    for one in suggestions:
        shares = [support.share for support in one.supporting]
        assert shares
        assert shares == sorted(shares, reverse=True)
        assert all(0 < share <= 1 for share in shares)
        assert sum(shares) <= 1 + 1e-5
        for support in one.supporting:
            assert 0 < len(support.case_ids) <= support.given <= support.cases
            assert set(support.shared) == set(support.findings) & set(findings)


@given(findings=st.permutations(SIGNS[:6]))
def test_order_repetition_and_unknown_findings_do_not_matter(ranker: CaseRanker, findings: list[str]) -> None:
    expected = ranker.rank(SIGNS[:6])
    assert ranker.rank(findings) == expected
    assert ranker.rank([*findings, *findings, "never recorded"]) == expected


@pytest.mark.parametrize("findings", [[], ["never recorded"]])
def test_without_a_finding_that_a_case_has_nothing_is_suggested(ranker: CaseRanker, findings: list[str]) -> None:
    assert ranker.rank(findings) == []


def test_named_cases_had_the_findings_and_the_herb() -> None:
    cases = {one.id: one for one in few_findings()}
    ranker = fit(cases.values())
    assert ranker is not None
    for one in ranker.rank({"sign 1", "sign 2"}):
        for support in one.supporting:
            alike = [past for past in cases.values() if past.findings == set(support.findings)]
            with_herb = sorted((past.id for past in alike if one.herb in past.herbs), reverse=True)
            assert (support.cases, support.given) == (len(alike), len(with_herb))
            assert support.case_ids == tuple(with_herb[:3])


def test_the_case_that_is_just_like_the_patient_speaks_first(ridge_share: float) -> None:
    ranker = made_of([*rich_findings(), case(900, "itch rash thirst", "mint senna")], ridge_share)
    first = ranker.rank({"itch", "rash", "thirst"})[0]
    assert first.herb in ("mint", "senna")
    assert first.supporting[0].case_ids == (900,)
    assert first.supporting[0].shared == ("itch", "rash", "thirst")


def test_a_herb_that_every_case_with_these_findings_had_comes_first(ridge_share: float) -> None:
    with_mint = [
        replace(one, findings=frozenset({"itch", "rash"}), herbs=one.herbs | {"mint"}) for one in few_findings(40)
    ]
    others = [replace(one, id=1_000 + one.id) for one in few_findings(200, seed=2)]
    assert made_of(with_mint + others, ridge_share).rank({"itch", "rash"})[0].herb == "mint"


def test_ties_go_to_the_lower_number_and_the_earlier_name(ridge_share: float) -> None:
    cases = [case(number, f"cough sign{number % 7}", "10 9 thyme mint") for number in range(20)]
    assert [one.herb for one in made_of(cases, ridge_share).rank({"cough"})] == ["9", "10", "mint", "thyme"]


def test_a_repeated_case_counts_as_often_as_it_was_seen(ridge_share: float) -> None:
    once = [case(1, "cough", "mint"), case(2, "cough", "thyme"), case(3, "fever", "willow")]
    thrice = [*once, case(4, "cough", "mint"), case(5, "cough", "mint")]
    first, second, *_ = made_of(thrice, ridge_share).rank({"cough"})
    assert (first.herb, second.herb) == ("mint", "thyme")
    assert (first.supporting[0].given, first.supporting[0].cases) == (3, 4)
    assert first.supporting[0].case_ids == (5, 4, 1)


def test_findings_never_seen_together_are_treated_as_each_of_them_is(ridge_share: float) -> None:
    cases = [case(number, *("cough", "mint thyme") if number % 2 else ("fever", "willow")) for number in range(20)]
    cases += [case(100 + number, f"sign{number}", f"herb{number}") for number in range(20)]
    assert {one.herb for one in made_of(cases, ridge_share).rank({"cough", "fever"}, limit=3)} == {
        "mint",
        "thyme",
        "willow",
    }


@pytest.mark.timeout(10)
def test_a_case_with_ten_thousand_findings_is_soon_dealt_with(ridge_share: float) -> None:
    many = Case(900, frozenset(f"sign {number}" for number in range(10_000)), frozenset({"mint"}))
    ranker = made_of([*few_findings(100), many], ridge_share)
    assert "mint" in {one.herb for one in ranker.rank(many.findings)}


def test_the_usual_herbs_are_those_given_most(ranker: CaseRanker) -> None:
    cases = [case(number, "cough", "mint" if number % 3 else "thyme") for number in range(9)]
    assert made_of(cases, 1.0).usual() == ("mint", "thyme")
    assert len(ranker.usual(limit=5)) == 5
