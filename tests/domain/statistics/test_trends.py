from itertools import pairwise

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import MAX_STRENGTH, MIN_STRENGTH, Prior, Trend, benjamini_hochberg, trend, trend_p
from domain.statistics.trends import NEAR, TREND_CERTAINTY, distance
from tests.domain.statistics.counts import answers


@pytest.mark.parametrize(("recent", "before", "p"), [((26, 30), (18, 30), 0.935), ((9, 10), (6, 10), 0.76)])
def test_trend_p_gives_the_known_probabilities(recent: tuple[int, int], before: tuple[int, int], p: float) -> None:
    assert trend_p(recent, before) == pytest.approx(p, abs=0.005)


def test_trend_p_agrees_with_drawing_lots() -> None:
    chance = numpy.random.default_rng(1)
    new, old = chance.beta(6 + 26, 4 + 4, 400_000), chance.beta(6 + 18, 4 + 12, 400_000)
    assert trend_p((26, 30), (18, 30)) == pytest.approx(float((new > old + 0.05).mean()), abs=0.002)


@pytest.mark.parametrize(
    ("recent", "before", "expected"),
    [
        ((9, 9), (0, 60), Trend.INSUFFICIENT),
        ((30, 30), (0, 9), Trend.INSUFFICIENT),
        ((26, 30), (18, 30), Trend.STEADY),  # P = .935: not yet
        ((29, 30), (18, 30), Trend.RISING),
        ((18, 30), (29, 30), Trend.FALLING),
        ((6, 10), (6, 10), Trend.STEADY),
    ],
)
def test_trend(recent: tuple[int, int], before: tuple[int, int], expected: Trend) -> None:
    assert trend(recent, before) is expected


@given(one=answers(60), other=answers(60))
def test_rising_one_way_is_falling_the_other(one: tuple[int, int], other: tuple[int, int]) -> None:
    turned = {Trend.RISING: Trend.FALLING, Trend.FALLING: Trend.RISING}
    assert trend(other, one) is turned.get(trend(one, other), trend(one, other))


def test_benjamini_hochberg_keeps_the_order_of_its_input() -> None:
    assert benjamini_hochberg([0.9, 0.01, 0.04, 0.03, 0.5], q=0.10) == [False, True, True, True, False]
    assert benjamini_hochberg([]) == []
    # 0.09 passes only because 0.1 does: the largest rank that passes takes all below it along.
    assert benjamini_hochberg([0.09, 0.1], q=0.10) == [True, True]


@given(p=st.lists(st.floats(0, 1), max_size=30))
def test_a_smaller_p_value_is_never_left_out(p: list[float]) -> None:
    kept = [
        keep for _, keep in sorted(zip(p, benjamini_hochberg(p), strict=True), key=lambda pair: (pair[0], not pair[1]))
    ]
    assert all(first or not second for first, second in pairwise(kept))


@given(
    st.tuples(st.integers(10, 400), st.integers(10, 400)),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
    st.floats(0.01, 0.99),
    st.floats(MIN_STRENGTH, MAX_STRENGTH),
)
def test_what_is_not_integrated_could_never_be_certain(
    sizes: tuple[int, int], shares: tuple[float, float], mean: float, strength: float
) -> None:
    recent, before = ((round(n * share), n) for n, share in zip(sizes, shares, strict=True))
    prior = Prior(mean, strength)
    if distance(recent, before, prior) < NEAR:
        assert trend_p(recent, before, prior) < TREND_CERTAINTY


def test_the_worst_case_of_many_counts_lies_well_above_what_is_integrated() -> None:
    recent, before, prior = (50, 50), (9, 12), Prior(0.99, 6)
    assert trend_p(recent, before, prior) >= TREND_CERTAINTY
    assert NEAR < distance(recent, before, prior) < 1.4
