"""The bench of the evidence fills a practice as the program does, and counts what one answer asks of the database."""

from pathlib import Path

import pytest

from bench.evidence.__main__ import answered, looked, statements
from bench.evidence.filling import stored
from domain import recounting

pytestmark = pytest.mark.long


def test_a_filled_practice_is_one_that_answers_and_looks(tmp_path: Path) -> None:
    with stored(tmp_path / "some", 300) as some:
        cells = recounting.cells(some.services)
        assert not [one for one in recounting.rebuild(some.services, cells) if one.corrected], "it is counted"
        looks = looked(some)
        assert looks["answers"] == 300
        assert looks["filled_cells"] > 100
        few = statements(some)
        costs = answered((some, some), 10)
        assert all(cost["cpu_us"] > 0 for cost in costs)
        assert statements(some) <= few, "twenty answers more ask for no more statements"
