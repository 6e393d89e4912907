from math import inf, isnan, log2
from random import Random

import pytest

from domain.statistics import Signal, chi_square_yates, ic025, ic975, prr, signal, signals


def test_the_reference_example_is_watched_and_no_signal() -> None:
    table = (6, 44, 15, 435)
    assert prr(*table) == pytest.approx(3.6)
    assert chi_square_yates(*table) == pytest.approx(6.4, abs=0.05)
    assert ic025(6, 50 * 21 / 500) == pytest.approx(-0.05, abs=0.005)
    assert signal(*table) is Signal.WATCH


@pytest.mark.parametrize(("observed", "expected"), [(0, 3.0), (1, 0.1), (12, 5.0), (200, 150.0)])
def test_the_interval_of_ic_holds_95_percent_of_its_gamma(observed: int, expected: float) -> None:
    from scipy.special import gammainc

    lower, upper = (2**end * (expected + 0.5) for end in (ic025(observed, expected), ic975(observed, expected)))
    between = gammainc(observed + 0.5, upper) - gammainc(observed + 0.5, lower)
    assert between == pytest.approx(0.95, abs=1e-9)
    assert ic025(observed, expected) < log2((observed + 0.5) / (expected + 0.5)) < ic975(observed, expected)


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


def test_a_list_is_judged_as_each_by_itself_where_it_is_the_only_one() -> None:
    for table in ((12, 38, 9, 441), (6, 44, 15, 435), (2, 0, 0, 500), (5, 45, 50, 450)):
        [one] = signals([table], looked_at=1)
        assert one.verdict is signal(*table)
        assert one.ic025 == pytest.approx(ic025(table[0], one.expected))
        assert (one.prr, one.chi2) == (prr(*table), chi_square_yates(*table))
        assert one.ic025 < one.ic


def test_the_reference_s_information_component() -> None:
    # O = 12, E = 5: herb and event 20 × 25 of 100.
    [one] = signals([(12, 8, 13, 67)], looked_at=1)
    assert (one.expected, one.ic, one.ic025) == pytest.approx((5, log2(12.5 / 5.5), 0.2542334), abs=1e-7)


def test_among_many_that_were_looked_at_a_weak_signal_is_watched_only() -> None:
    weak, strong = (8, 92, 22, 878), (30, 70, 22, 878)
    assert [one.verdict for one in signals([weak, strong], looked_at=2)] == [Signal.SIGNAL, Signal.SIGNAL]
    among = signals([weak, strong, *[(1, 99, 29, 871)] * 300], looked_at=2_000)
    assert [one.verdict for one in among[:2]] == [Signal.WATCH, Signal.SIGNAL]
    assert {one.verdict for one in among[2:]} == {Signal.NONE}


def test_few_of_the_harmless_are_called_signals() -> None:
    """A hundred items that are all alike, twenty side effects: hardly any signal, where one by one there are many."""
    dice = Random(4)
    counts = [[sum(dice.random() < 0.1 for _ in range(60)) for _ in range(20)] for _ in range(100)]
    sums = [sum(item[term] for item in counts) for term in range(20)]
    tables = [
        (a, 60 - a, sums[term] - a, 5_940 - (sums[term] - a)) for item in counts for term, a in enumerate(item) if a
    ]
    alone = sum(signal(*table) is Signal.SIGNAL for table in tables)
    together = sum(one.verdict is Signal.SIGNAL for one in signals(tables, looked_at=2_000))
    assert alone >= 10
    assert together == 0


def test_a_list_of_nothing_and_one_longer_than_what_was_looked_at() -> None:
    assert signals([], looked_at=0) == []
    with pytest.raises(ValueError, match="looked at"):
        signals([(1, 1, 1, 1)], looked_at=0)
    with pytest.raises(ValueError, match="negative"):
        signals([(1, -1, 1, 1)], looked_at=1)
