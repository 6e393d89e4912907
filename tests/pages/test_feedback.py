"""The stream of answers."""

import pytest

from domain.correcting import withdraw
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


async def test_what_is_withdrawn_goes_and_what_is_seen_says_so(house: House, visitor: Visit) -> None:
    leila, chen = await visitor(house.leila), await visitor(house.leila)
    for one in (leila, chen):
        await one.open("/feedback")
    kept = [
        int(submit(house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=rating))["id"])
        for rating in (2, 4)
    ]
    items = {one: one.the(Stream, "answers").items for one in (leila, chen)}
    await eventually(lambda: all([item["key"] for item in shown] == kept[::-1] for shown in items.values()))
    leila.happen(leila.the(Stream, "answers"), "act", kept[1])
    await eventually(
        lambda: all("Seen" in str(shown[0]["chips"]) and not shown[0]["action"] for shown in items.values())
    )
    withdraw(house.services, house.mina, kept[0])
    await eventually(lambda: all([item["key"] for item in shown] == kept[1:] for shown in items.values()))
