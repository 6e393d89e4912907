import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import DEFAULT_PRIOR, Prior, Tier, bounds, over_half, posterior, posteriors, prr, tier, wilson
from tests.domain.statistics.counts import answers

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


@pytest.mark.parametrize(("n", "width"), [(5, 0.47), (10, 0.41), (20, 0.34), (30, 0.30), (50, 0.25), (100, 0.18)])
def test_an_interval_narrows_as_the_reference_says(n: int, width: float) -> None:
    found = posterior(round(0.6 * n), n)
    assert found.high - found.low == pytest.approx(width, abs=0.006)


def test_an_estimate_says_how_much_of_it_is_prior() -> None:
    found = posterior(12, 30, DEFAULT_PRIOR)
    assert (found.confidence, found.prior_share) == (0.75, 0.25)
    assert (found.improved, found.answered) == (12, 30)


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


@given(st.lists(st.tuples(answers(), priors), max_size=5))
def test_many_posteriors_at_once_are_those_one_by_one(given: list[tuple[tuple[int, int], Prior]]) -> None:
    counts, beliefs = [one for one, _ in given], [prior for _, prior in given]
    assert posteriors(counts, beliefs) == [posterior(*one, prior) for one, prior in given]


@pytest.mark.parametrize(
    ("k", "n", "prior", "chance"),
    [
        (0, 0, Prior(0.5, 10), 0.5),  # symmetric
        (8, 10, DEFAULT_PRIOR, 0.9682),  # Beta(14, 6): 1 − I½(14, 6), from the binomial sum P(X ≤ 13 | 19, ½)
        (0, 20, DEFAULT_PRIOR, 0.0004),
    ],
)
def test_how_certain_it_is_that_more_than_half_improve(k: int, n: int, prior: Prior, chance: float) -> None:
    assert over_half(k, n, prior) == pytest.approx(chance, abs=5e-4)


@given(answers(most=60), priors)
def test_the_more_improve_the_more_certain_is_more_than_half(counts: tuple[int, int], prior: Prior) -> None:
    k, n = counts
    assert 0 <= over_half(k, n, prior) <= over_half(k + 1, n + 1, prior) + 1e-12 <= 1 + 1e-12
