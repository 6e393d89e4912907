"""The measures of a ranking, by hand."""

from math import log2

import pytest

from domain.cases.calibrating import calibrate, reliability
from domain.cases.measures import NAMES, measures


def test_measures_by_hand() -> None:
    ranked = [f"h{number}" for number in range(20)]
    found = measures([(ranked, {"h0", "h2", "h7", "never"}), (ranked[:3], {"h1"})])
    assert list(found) == list(NAMES)
    assert found["p@5"] == pytest.approx((2 / 5 + 1 / 5) / 2)
    assert found["p@10"] == pytest.approx((3 / 10 + 1 / 10) / 2)
    assert found["p@20"] == pytest.approx((3 / 20 + 1 / 20) / 2)
    assert found["r@5"] == pytest.approx((2 / 4 + 1) / 2)
    assert found["r@20"] == pytest.approx((3 / 4 + 1) / 2)
    ideal = 1 + 1 / log2(3) + 1 / 2 + 1 / log2(5)
    assert found["ndcg@5"] == pytest.approx(((1 + 1 / 2) / ideal + 1 / log2(3)) / 2)
    assert found["ndcg@10"] == pytest.approx(((1 + 1 / 2 + 1 / log2(9)) / ideal + 1 / log2(3)) / 2)


def test_a_perfect_ranking_of_many_herbs_has_ndcg_one() -> None:
    ranked = [f"h{number}" for number in range(30)]
    found = measures([(ranked, set(ranked))])
    assert found["ndcg@5"] == found["ndcg@20"] == found["p@20"] == 1
    assert found["r@5"] == pytest.approx(5 / 30)


@pytest.mark.parametrize("pairs", [[], [(["mint"], set[str]())]])
def test_without_a_case_or_a_herb_there_is_nothing_to_judge(pairs: list[tuple[list[str], set[str]]]) -> None:
    with pytest.raises(ValueError):
        measures(pairs)


def test_a_calibrated_share_is_what_was_so() -> None:
    scores = [0.1] * 1_000 + [0.4] * 1_000
    prescribed = [number % 10 == 0 for number in range(1_000)] + [number % 2 == 0 for number in range(1_000)]
    fitted = calibrate(scores, prescribed)
    assert fitted.share(0.1) == pytest.approx(0.1, abs=0.01)
    assert fitted.share(0.4) == pytest.approx(0.5, abs=0.01)
    assert 0 <= fitted.share(-1.0) < fitted.share(0.1) < fitted.share(0.2) < fitted.share(50.0) <= 1


@pytest.mark.parametrize(
    ("prescribed", "share"),
    [([True] * 50, 51 / 52), ([False] * 50, 1 / 52), ([number % 2 == 0 for number in range(50)], 0.5)],
)
def test_scores_that_say_nothing_get_the_mean(prescribed: list[bool], share: float) -> None:
    fitted = calibrate([1 - number / 50 for number in range(0, 50, 2) for _ in (0, 1)][:50], prescribed)
    assert fitted.share(0.1) == pytest.approx(share, abs=0.01)
    assert fitted.share(0.9) == pytest.approx(share, abs=0.01)


def test_reliability_by_tenths() -> None:
    low, high = reliability([0.12, 0.18, 1.0], [False, True, True])
    assert (low.low, low.suggestions, low.prescribed) == (0.1, 2, 0.5)
    assert low.told == pytest.approx(0.15)
    assert (high.low, high.suggestions, high.told, high.prescribed) == (0.9, 1, 1.0, 1.0)
