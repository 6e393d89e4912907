"""Observed against expected: the interval says 1 as often as it promises where somebody is as the others are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import Expected, standardised

SURE = 1e12
"""Answers of others, so many that what they lead one to expect is certain."""


def test_where_the_others_are_certain_it_is_the_interval_of_clopper_and_pearson() -> None:
    found = standardised(8, [Expected(10, 0.6, SURE)])
    assert found
    assert (found.expected, found.ratio) == pytest.approx((6, 8 / 6))
    # The textbook's 8 of 10: 0.4439 to 0.9748.
    assert (found.low * 0.6, found.high * 0.6) == pytest.approx((0.4439, 0.9748), abs=5e-5)


def test_cells_are_added_up() -> None:
    found = standardised(12, [Expected(10, 0.5, SURE), Expected(20, 0.25, SURE)])
    assert found
    assert (found.expected, found.ratio) == pytest.approx((10, 1.2))


def test_what_the_others_do_not_know_widens_it() -> None:
    widths = [found.high - found.low for s in (SURE, 50, 4) if (found := standardised(18, [Expected(30, 0.6, s)]))]
    assert widths == sorted(widths)
    assert widths[-1] > 1.5 * widths[0]


@pytest.mark.parametrize("answered", [5, 15, 60])
@pytest.mark.parametrize("mean", [0.1, 0.6, 0.9])
@pytest.mark.parametrize("strength", [4, 20, 200])
def test_it_holds_one_for_whoever_is_as_the_others_are(answered: int, mean: float, strength: float) -> None:
    from scipy.stats import betabinom

    cells = [Expected(answered, mean, strength)]
    holds = 0.0
    for k in range(answered + 1):
        found = standardised(k, cells)
        assert found
        if found.low <= 1 <= found.high:
            holds += float(betabinom.pmf(k, answered, strength * mean, strength * (1 - mean)))
    assert holds >= 0.95


@given(
    st.lists(st.builds(Expected, st.integers(1, 40), st.floats(0.02, 0.98), st.floats(4, 1e4)), min_size=1, max_size=6),
    st.integers(0, 240),
)
def test_the_ratio_lies_in_its_interval_and_more_improved_move_it_up(cells: list[Expected], observed: int) -> None:
    n = sum(cell.answered for cell in cells)
    observed = min(observed, n - 1)
    found, more = standardised(observed, cells), standardised(observed + 1, cells)
    assert found
    assert more
    assert 0 <= found.low <= found.ratio <= found.high
    assert found.ratio < more.ratio
    assert found.low <= more.low
    assert found.high <= more.high


def test_nobody_and_impossible_counts() -> None:
    assert standardised(0, []) is None
    for k in (-1, 6):
        with pytest.raises(ValueError, match="improved"):
            standardised(k, [Expected(5, 0.5, 10)])
