"""The Effectiveness page shows what the domain computes, row by row."""

import re

import pytest

from domain import cell_views
from domain.feedback import FeedbackInput, submit
from domain.statistics import Tier
from pages.elements.live_table import LiveTable, Row
from tests.pages.conftest import Visit
from tests.support.house import House, under_treatment
from tests.support.waiting import eventually


async def test_the_rows_are_those_of_the_practice(house: House, visitor: Visit) -> None:
    for symptom in (2, 3, 7, 6, 1):
        course = under_treatment(house.services, house.leila)
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=symptom))
    under_treatment(house.services, house.chen, "fennel")
    chen = await visitor(house.chen)  # what works is everybody's in the practice
    await chen.open("/effectiveness")
    views = cell_views.of_practice(house.services, house.chen)
    rows = chen.the(LiveTable, "evidence").rows
    assert len(rows) == len(views) >= 2
    for row, view in zip(rows, views, strict=True):
        assert row["cells"]["herb"]["text"] == view.item
        assert row["cells"]["condition"]["text"] == view.condition
        assert funnel_of(row) == [view.prescribed, view.answered, view.improved]
        if view.tier is Tier.HIDDEN:
            assert row["cells"]["effect"] is None
        else:
            assert view.estimate is not None
            assert row["cells"]["effect"]["text"].startswith(f"{round(view.estimate.mean * 100)}%")
    assert funnel_of(rows[0]) == [6, 5, 3]  # with Mina's, who has not answered


async def test_an_answer_changes_its_row_only(house: House, visitor: Visit) -> None:
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    rows = leila.the(LiveTable, "evidence").rows
    before = [row["key"] for row in rows]
    submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, symptom=3))
    ginger = next(at for at, row in enumerate(rows) if row["cells"]["herb"]["text"].casefold() == "ginger")
    await eventually(lambda: funnel_of(rows[ginger]) == [1, 1, 1])
    assert [row["key"] for row in rows] == before


async def test_in_a_flood_no_row_is_left_behind(house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.effects.cells.AT_ONCE", 1)
    courses = [under_treatment(house.services, house.leila, herb) for herb in ("ginger", "fennel")]
    leila = await visitor(house.leila)
    await leila.open("/effectiveness")
    rows = leila.the(LiveTable, "evidence").rows
    for course in courses:
        submit(house.services, course.patient, course.diagnosis_id, FeedbackInput(rating=4, symptom=2))
    await eventually(lambda: sorted(funnel_of(row) for row in rows) == [[1, 1, 1], [2, 1, 1]])


def funnel_of(row: Row) -> list[int]:
    """Read the three counts of a row."""
    return [int(number) for number in re.findall(r"\d+", row["cells"]["funnel"]["text"])]
