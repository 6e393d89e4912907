from math import inf, isnan

import pytest

from domain.statistics import Signal, chi_square_yates, ic025, prr, signal


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
