"""Fitting to a practice's cases: how many it takes, what is chosen, what the card says."""

from dataclasses import replace
from random import Random

import pytest

from domain.cases import LEAST_CASES, Case, CaseRanker, fit
from domain.cases.measures import NAMES, measures
from tests.domain.cases.made_up import case, few_findings, rich_findings


def fitted(cases: list[Case]) -> CaseRanker:
    ranker = fit(cases)
    assert ranker is not None
    return ranker


@pytest.fixture(scope="module")
def few() -> CaseRanker:
    return fitted(few_findings())


def test_with_fewer_than_fifty_cases_the_knowledge_alone_speaks() -> None:
    cases = few_findings(LEAST_CASES)
    assert fit(cases[1:]) is None
    assert fit([*cases[1:], case(999, "cough", ""), case(998, "", "licorice")]) is None
    assert fitted(cases).card.cases == LEAST_CASES


def test_few_findings_are_ranked_by_the_ridge(few: CaseRanker) -> None:
    assert few.card.ridge_share == 1.0


def test_rich_findings_are_ranked_by_the_nearest_cases() -> None:
    assert fitted(rich_findings()).card.ridge_share <= 0.5


def test_the_card_says_what_was_learnt_from_and_how_well_it_did(few: CaseRanker) -> None:
    cases = few_findings()
    card = few.card
    assert (card.cases, card.held_out) == (600, 600)
    assert card.sets == len({one.findings for one in cases})
    assert (card.findings, card.herbs) == (25, 60)
    assert card.split == "600 cases from 5 of 5 random parts, each ranked by the other 4 parts"
    assert 0.4 < card.repeated < 0.9
    assert set(card.measures) == set(card.popularity) == set(NAMES)
    assert card.measures["p@5"] > 2 * card.popularity["p@5"]


def test_what_the_card_says_comes_true(few: CaseRanker) -> None:
    later = few_findings(1_200)[600:]
    suggested = [(few.rank(one.findings), one.herbs) for one in later]
    found = measures(([one.herb for one in ranked], herbs) for ranked, herbs in suggested)
    assert found["p@5"] == pytest.approx(few.card.measures["p@5"], abs=0.04)
    assert found["r@20"] == pytest.approx(few.card.measures["r@20"], abs=0.04)


def test_scores_are_shares_of_cases_like_these(few: CaseRanker) -> None:
    later = few_findings(1_200)[600:]
    told = [(one.score, one.herb in past.herbs) for past in later for one in few.rank(past.findings)]
    for low, high in ((0.0, 0.2), (0.2, 0.4), (0.4, 0.7)):
        inside = [(score, was) for score, was in told if low <= score < high]
        assert len(inside) > 100
        said = sum(score for score, _ in inside) / len(inside)
        assert sum(was for _, was in inside) / len(inside) == pytest.approx(said, abs=0.06)
    assert sum(one.suggestions for one in few.card.reliability) == pytest.approx(600 * 20 / 2, rel=0.05)


def test_the_order_of_the_cases_does_not_matter(few: CaseRanker) -> None:
    shuffled = few_findings()
    Random(5).shuffle(shuffled)
    again = fitted(shuffled)
    assert again.card == few.card
    assert again.rank({"sign 3", "sign 4"}) == few.rank({"sign 3", "sign 4"})


def test_progress_rises_to_the_end() -> None:
    told: list[float] = []
    fit(few_findings(60), progress=told.append)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)
    assert len(told) > 3


def test_cases_that_are_all_the_same_are_no_trouble() -> None:
    same = [replace(case(0, "cough fever", "licorice mint"), id=number) for number in range(60)]
    [first, second] = fitted(same).rank({"cough"})
    assert (first.herb, second.herb) == ("licorice", "mint")
    assert first.score > 0.9


def test_herbs_that_have_nothing_to_do_with_the_findings_get_their_usual_share() -> None:
    dice = Random(2)
    herbs = [f"herb{one}" for one in range(12)]
    cases = [case(one, f"sign{dice.randrange(30)}", " ".join(dice.sample(herbs, 4))) for one in range(300)]
    scores = [one.score for one in fitted(cases).rank({"sign1"})]
    assert sum(scores) / len(scores) == pytest.approx(4 / 12, abs=0.03)
