"""What the program counts of itself: when it wants a look, what is not known yet, and who may see it."""

from pathlib import Path
from typing import Any

import pytest

from domain import operations
from domain.errors import NotAllowed
from domain.operations import CLUSTER, MEASURES, Measure, Shown, Unit, at_most, shown
from domain.running import LAG_SAMPLES, Running
from tests.support.house import House

DOCS = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text()
COUNTED = {"0.1": 0, "0.25": 0, "+Inf": 0}


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (COUNTED, None),
        ({}, None),
        (COUNTED | {"0.1": 99, "0.25": 1}, 0.1),
        (COUNTED | {"0.1": 98, "0.25": 2}, 0.25),
        (COUNTED | {"0.1": 1, "+Inf": 1}, float("inf")),
    ],
)
def test_how_long_nearly_all_deliveries_took(counted: dict[str, float], expected: float | None) -> None:
    assert at_most(counted, 0.99) == expected
    histogram = {"buckets": counted, "sum": 1.0}
    for value in (histogram, {"GET": {"/a": histogram, "/b": histogram}}):
        assert shown(Measure("delivery_seconds", "delivery", Unit.SECONDS, limit=0.25), value, None).value == expected


@pytest.mark.parametrize(
    ("measure", "value", "hour", "looks"),
    [
        (Measure("x", "g", limit=10), 9, None, False),
        (Measure("x", "g", limit=10), 10, None, True),
        (Measure("x", "g", limit=10), None, None, False),
        (Measure("x", "g", limit=10, grows=True), 1_000, 9, False),
        (Measure("x", "g", limit=10, grows=True), 1_000, 10, True),
        (Measure("x", "g"), 1_000_000, None, False),
        (Measure("x", "g", Unit.STATE), 1, None, False),
        (Measure("x", "g", Unit.STATE), 0, None, True),
        (Measure("x", "g", Unit.STATE), None, None, False),
    ],
)
def test_when_something_wants_a_look(measure: Measure, value: float | None, hour: float | None, looks: bool) -> None:
    assert Shown(measure, value, hour).wants_a_look is looks


def test_every_measure_and_every_threshold_is_in_the_documentation() -> None:
    said = {line.split("`")[1]: line for line in DOCS.splitlines() if line.startswith("| `")}
    assert set(said) == {one.name for one in MEASURES if one.limit is not None or one.unit is Unit.STATE}
    assert all(f"`{one.name}`" in DOCS for one in MEASURES)


def test_counts_of_the_last_hour_and_the_longest_lag_of_the_last_minute() -> None:
    running, empty = Running(), dict[str, dict[str, float]]()
    count: dict[str, Any] = {"sent": 5, "refused": {"full": 2, "not_found": 3}, "none": None}
    running.counts_by("live", lambda: count)
    running.counts_by("broken", lambda: empty["nothing"])
    assert running.counts()["loop_lag_seconds"] is None, "not known yet is no 0"
    running.keep()
    count |= {"sent": 12, "refused": {"full": 10, "not_found": 3}}
    grown = running.within_the_hour(running.counts())
    assert (grown["sent"], grown["refused"]) == (7, 8)
    assert "none" not in grown
    for lag in [0.5, *[0.001] * (LAG_SAMPLES - 1)]:
        running.sampled(lag)
    assert running.counts()["loop_lag_seconds"] == 0.5
    running.sampled(0.002)
    assert running.counts()["loop_lag_seconds"] == 0.002


def test_who_may_see_it_and_that_nobody_is_in_it(house: House) -> None:
    running = house.services.running
    for actor in (house.leila, house.ida):
        seen = operations.read(house.services, actor, running.counts())
        alone = [one.name for one in MEASURES if one.group != CLUSTER]
        assert [one.measure.name for one in seen.shown] == alone, (
            "of other processes nothing is said where there are none"
        )
        assert "Mina" not in repr(seen)
        by = {one.measure.name: one.value for one in seen.shown}
        assert by["backup_age_seconds"] is None
        assert (by["database_bytes"] or 0) > 100_000
    with pytest.raises(NotAllowed):
        operations.read(house.services, house.mina, running.counts())
