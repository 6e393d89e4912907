"""The stream of answers."""

from typing import Any

import pytest

from domain.correcting import withdraw
from domain.feedback import FeedbackInput, submit
from pages.elements.facts import Facts
from pages.elements.stream import Stream
from tests.pages.conftest import Visit
from tests.support.house import House, approve, diagnose, new_patient, recommended
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


async def test_all_that_was_measured_is_shown(house: House, visitor: Visit) -> None:
    who = new_patient(house.services, house.leila)
    measured: dict[str, Any] = {"second_symptom": "Nausea", "activity": "Eating", "activity_baseline": 8}
    diagnosis_id = diagnose(house.services, house.leila, who, **measured)
    approve(house.services, house.leila, recommended(house.services, diagnosis_id, "ginger"))
    submit(house.services, who, diagnosis_id, FeedbackInput(rating=4, symptom=3, second_symptom=0, activity=6))
    leila = await visitor(house.leila)
    await leila.open("/feedback")
    [item] = leila.the(Stream, "answers").items
    assert [chip["text"] for chip in item["chips"]] == [
        "\u2068Stomach pain\u2069 3 of 10",
        "\u2068Nausea\u2069 0 of 10",
        "\u2068Eating\u2069: difficulty 6 of 10",
    ]
    await leila.open(f"/recommendations/{diagnosis_id}")
    facts = next(one for one in leila.page.elements.values() if isinstance(one, Facts)).facts
    assert facts[1:4] == [
        ("Stomach pain", "7 of 10 at the start"),
        ("Nausea", "Not known yet"),
        ("Eating", "8 of 10 at the start"),
    ]


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
