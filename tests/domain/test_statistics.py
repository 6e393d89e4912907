from itertools import pairwise
from math import inf, isnan

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import (
    DEFAULT_PRIOR,
    Prior,
    Signal,
    Tier,
    Trend,
    benjamini_hochberg,
    bounds,
    chi_square_yates,
    fit_prior,
    ic025,
    posterior,
    prr,
    signal,
    tier,
    trend,
    trend_p,
    wilson,
)


@st.composite
def answers(draw: st.DrawFn, most: int = 400) -> tuple[int, int]:
    n = draw(st.integers(0, most))
    return draw(st.integers(0, n)), n


priors = st.builds(Prior, st.floats(0.05, 0.95), st.floats(4, 50))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(3, 3, 0.438, 1.0), (8, 10, 0.490, 0.943), (80, 100, 0.711, 0.867), (19, 20, 0.764, 0.991)],
)
def test_wilson_gives_the_known_intervals(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(
    ("k", "n", "mean", "q05"),
    [(3, 3, 0.692, 0.473), (8, 10, 0.700, 0.524), (24, 30, 0.750, 0.632), (70, 100, 0.691, 0.617)],
)
def test_the_default_prior_gives_the_known_ranking(k: int, n: int, mean: float, q05: float) -> None:
    found = posterior(k, n)
    assert (found.mean, found.q05) == pytest.approx((mean, q05), abs=5e-4)


def test_three_of_three_ranks_below_eight_of_ten() -> None:
    assert posterior(3, 3).q05 < posterior(8, 10).q05


def test_an_estimate_says_how_much_of_it_is_prior() -> None:
    found = posterior(12, 30, DEFAULT_PRIOR)
    assert (found.confidence, found.prior_share) == (0.75, 0.25)
    assert (found.improved, found.answered) == (12, 30)


def test_fit_prior_recovers_a_known_strength() -> None:
    chance = numpy.random.default_rng(20)
    strengths = []
    for _ in range(200):
        sizes = chance.integers(10, 60, 60)
        improved = chance.binomial(sizes, chance.beta(12, 8, 60))
        cells = [(int(k), int(n)) for k, n in zip(improved, sizes, strict=True)]
        strengths.append(fit_prior(cells, fallback_mean=0.5).strength)
    # One set of 60 cells gives anything from 10 to 40; their middle is close to the true 20 (reference: 18.3 from one set).
    assert 17 < float(numpy.median(strengths)) < 23


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], Prior(0.5, 10)),
        ([(5, 10)] * 7, Prior(0.5, 10)),  # too few cells: the fallback, whatever they say
        ([(9, 10)] * 7 + [(0, 0)] * 5, Prior(0.5, 10)),  # empty cells do not count
        ([(6, 10)] * 9, Prior(0.6, 10)),  # no spread beyond chance
        ([(1, 1)] * 9, Prior(0.99, 10)),  # never at the edge
        ([(0, 20), (20, 20)] * 5, Prior(0.5, 4)),  # as different as can be: the lower clamp
    ],
)
def test_fit_prior_at_its_edges(cells: list[tuple[int, int]], expected: Prior) -> None:
    found = fit_prior(cells, fallback_mean=0.5)
    assert (found.mean, found.strength) == pytest.approx((expected.mean, expected.strength))


@given(cells=st.lists(answers(), max_size=40), fallback=st.floats(0, 1))
def test_a_fitted_prior_stays_within_its_bounds(cells: list[tuple[int, int]], fallback: float) -> None:
    found = fit_prior(cells, fallback_mean=fallback)
    assert 0 < found.mean < 1
    assert 4 <= found.strength <= 50
    again = fit_prior(reversed(cells), fallback_mean=fallback)
    assert (again.mean, again.strength) == pytest.approx((found.mean, found.strength))


@given(counts=answers(), prior=priors)
def test_an_estimate_is_in_order(counts: tuple[int, int], prior: Prior) -> None:
    found = posterior(*counts, prior)
    assert 0 <= found.low <= found.q05 <= found.mean <= found.high <= 1
    assert found.confidence + found.prior_share == pytest.approx(1)


@given(counts=answers(), prior=priors)
def test_more_successes_never_lower_an_estimate(counts: tuple[int, int], prior: Prior) -> None:
    k, n = counts
    before, after = posterior(k, n, prior), posterior(k + 1, n + 1, prior)
    assert after.mean >= before.mean
    assert after.q05 >= before.q05 - 1e-12
    assert posterior(k, n + 1, prior).mean <= before.mean


@given(counts=answers())
def test_wilson_holds_the_share(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    assert 0 <= low <= high <= 1
    assert counts[1] == 0 or low <= counts[0] / counts[1] <= high


def test_tiers_begin_where_they_are_declared() -> None:
    found = {n: tier(n) for n in (0, 4, 5, 10, 11, 29, 30, 1000)}
    assert list(found.values()) == [
        *[Tier.HIDDEN] * 2, *[Tier.EARLY] * 2, *[Tier.PRELIMINARY] * 2, *[Tier.PLAIN] * 2
    ]  # fmt: skip


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


def test_the_reference_example_is_watched_and_no_signal() -> None:
    table = (6, 44, 15, 435)
    assert prr(*table) == pytest.approx(3.6)
    assert chi_square_yates(*table) == pytest.approx(6.4, abs=0.05)
    assert ic025(6, 50 * 21 / 500) == pytest.approx(-0.05, abs=0.005)
    assert signal(*table) is Signal.WATCH


def test_ic025_is_the_exact_form() -> None:
    assert ic025(12, 5) == pytest.approx(0.2542334, abs=1e-7)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((12, 38, 9, 441), Signal.SIGNAL),
        ((2, 0, 0, 500), Signal.NONE),  # two reports are never a signal
        ((0, 50, 15, 435), Signal.NONE),
        ((0, 0, 0, 0), Signal.NONE),
        ((5, 45, 50, 450), Signal.NONE),
    ],
)
def test_signal(table: tuple[int, int, int, int], expected: Signal) -> None:
    assert signal(*table) is expected


def test_prr_without_a_comparison() -> None:
    assert prr(3, 5, 0, 100) == inf
    assert prr(0, 5, 0, 100) == 0
    assert isnan(prr(0, 0, 3, 4))


@given(answered=answers(), silent=st.integers(0, 100))
def test_bounds_hold_whatever_the_silent_would_say(answered: tuple[int, int], silent: int) -> None:
    k, n = answered
    low, high = bounds(k, n, n + silent)
    assert 0 <= low <= high <= 1
    if n + silent:
        assert (low * (n + silent), high * (n + silent)) == pytest.approx((k, k + silent))


@pytest.mark.parametrize(
    "call", [lambda: wilson(4, 3), lambda: posterior(-1, 3), lambda: bounds(1, 5, 4), lambda: prr(-1, 0, 0, 0)]
)
def test_impossible_counts_are_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError):
        call()
