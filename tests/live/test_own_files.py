"""What a practice brings in concerns its pages and jobs: no socket hears of it, and nobody of another practice."""

import asyncio

from domain import case_history, own_knowledge
from domain.events import LoggedEvent
from domain.hub import knowledge_topic
from tests.live.conftest import Live
from tests.support.own_files import LEAF, history
from tests.support.phone import phone
from tests.support.waiting import eventually

HEARD = {"connect", "snapshot", "recommendation_update", "feedback_update", "effectiveness_update", "prediction_update"}
"""What is about the diagnosis itself: past cases change what is proposed."""
TOLD = {"cases_update", "knowledge_update", "cases_learnt"}
"""What pages and jobs of the practice hear."""


async def test_no_socket_hears_what_a_practice_brings_in(live: Live) -> None:
    house, services = live.house, live.house.services
    told: dict[int, list[str]] = {house.leila.practice_id: [], house.stranger.practice_id: []}

    def listen(practice_id: int) -> None:
        def hear(event: LoggedEvent) -> None:
            told[practice_id].append(event.type)

        services.hub.follow(knowledge_topic(practice_id), hear)

    for practice_id in told:
        listen(practice_id)
    async with (
        phone(live.ws, live.diagnosis_id, live.token()) as mina,
        phone(live.ws, live.diagnosis_id, live.token(house.leila)) as leila,
    ):
        for one in (mina, leila):
            await one.expect("snapshot")
        text = history(60)
        cases = case_history.read("h.csv", text)
        await asyncio.to_thread(case_history.bring_in, services, house.leila, "h.csv", text, cases)
        await asyncio.to_thread(own_knowledge.bring_in, services, house.leila, "ours.yaml", LEAF)
        await eventually(lambda: set(told[house.leila.practice_id]) >= TOLD)
        await asyncio.to_thread(live.answer, "And on.")
        for one in (mina, leila):
            await one.until("feedback_update")
            assert {message["type"] for message in one.seen} <= HEARD
            assert "h.csv" not in str(one.seen)
        proposals = [message["data"] for message in mina.seen if message["type"] == "recommendation_update"]
        assert all(data == {"withheld": True} for data in proposals), "what is proposed anew is for the practice"
    assert told[house.stranger.practice_id] == []
