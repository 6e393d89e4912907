"""The stream of answers."""

import pytest

from domain.feedback import FeedbackInput, submit
from pages.elements.stream import Stream
from tests.pages.conftest import Visit
from tests.support.house import House
from tests.support.waiting import eventually


@pytest.mark.parametrize("at_once", [20, 1])
async def test_in_a_flood_no_answer_is_lost(
    house: House, visitor: Visit, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("pages.feedback.AT_ONCE", at_once)
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    answers = leila.the(Stream, "answers").items
    for rating in (1, 2, 3, 4, 5):
        submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=rating))
    await eventually(lambda: [item["stars"] for item in answers] == [5, 4, 3, 2, 1])
