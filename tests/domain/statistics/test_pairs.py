"""What cannot be told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.statistics import inseparable, phi

COUNT = st.integers(0, 500)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ((10, 0, 0, 10), 1.0),
        ((0, 10, 10, 0), -1.0),
        ((5, 5, 5, 5), 0.0),
        ((95, 5, 1, 10), 945 / (100 * 11 * 96 * 15) ** 0.5),
        ((10, 5, 0, 0), None),  # the other is there whenever this one is, and there is nothing else
        ((0, 0, 0, 0), None),
    ],
)
def test_phi(table: tuple[int, int, int, int], expected: float | None) -> None:
    assert phi(*table) == (None if expected is None else pytest.approx(expected))


@given(COUNT, COUNT, COUNT, COUNT)
def test_phi_is_a_correlation(both: int, one: int, other: int, neither: int) -> None:
    found = phi(both, one, other, neither)
    assert found == phi(both, other, one, neither), "it is the same the other way round"
    assert found is None or -1.000001 <= found <= 1.000001


@pytest.mark.parametrize(
    ("both", "one", "likeness", "expected"),
    [
        (20, 4, 0.2, True),  # alone in fewer than 5 (reference 4.9 b)
        (20, 5, 0.2, False),
        (200, 5, 0.9, True),
        (200, 5, 0.899, False),
        (200, 5, None, False),
        (1, 0, None, True),
        (0, 3, None, False),  # never given with it: there is nothing to tell it from
    ],
)
def test_inseparable(both: int, one: int, likeness: float | None, expected: bool) -> None:
    assert inseparable(both, one, likeness) is expected


def test_no_count_is_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        phi(1, -1, 0, 0)
