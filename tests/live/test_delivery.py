"""What happens is on every socket that may see it, in order, with nothing lost."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
from sqlmodel import select

from domain import correcting, diagnosis, feedback, recommendation, reply
from domain.events import Audience
from domain.feedback import FeedbackInput
from domain.recommendation import ApproveInput, StopInput
from domain.reply import ReplyInput, SeenInput
from storage.tables import Delivery
from tests.live.conftest import Live
from tests.support.house import bearer, under_treatment
from tests.support.phone import Phone, phone
from tests.support.snapshots import State, apply, by_key, state_of
from tests.support.waiting import ANSWER_SECONDS, eventually


async def greeted(caller: Phone) -> State:
    """Take the snapshot, as the state that events are applied to."""
    return by_key(await caller.expect("snapshot"))


def followed(state: State, messages: list[dict[str, Any]]) -> State:
    """Apply what came after the snapshot."""
    for message in messages:
        if "seq" in message or message["type"] == "effectiveness_update":
            state = apply(state, message)
    return state


async def test_connect_then_the_snapshot_then_what_happens(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        connect = caller.seen[0]
        assert set(connect) == {"v", "type", "diagnosis_id", "id", "timestamp", "data"}
        assert set(connect["data"]) == {
            "seq", "epoch", "resumed", "missed", "ping_s", "pong_timeout_s", "token_expires_in", "spread_ms",
            "server_time",
        }  # fmt: skip
        snapshot = await caller.expect("snapshot")
        assert snapshot["seq"] == connect["data"]["seq"]

        mina = bearer(live.house.services, live.house.mina)
        async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as http:
            said = {"recommendation_id": live.house.ginger, "rating": 5, "symptom": 3, "comment": "بهتر شدم."}
            answer = await http.post(f"/api/diagnosis/{live.diagnosis_id}/feedback", json=said, headers=mina)
        told = await caller.expect("feedback_update")
        assert (told["feedback_id"], told["comment"], told["symptom"]) == (answer.json()["id"], "بهتر شدم.", 3)
        known = await caller.expect("effectiveness_update")
        assert known["herb"] == "ginger"
        assert [message["seq"] for message in caller.seen[2:]] == [snapshot["seq"] + 1, snapshot["seq"] + 2]
        assert len({message["id"] for message in caller.seen}) == len(caller.seen)
        assert all(message["timestamp"].endswith("Z") and message["v"] == 1 for message in caller.seen)


async def test_each_action_is_seen_by_practice_and_patient_alike(live: Live) -> None:
    house, services = live.house, live.house.services

    def work() -> None:
        recommendation.approve(services, house.leila, house.proposed("fennel"), ApproveInput())
        first = live.answer("First.")
        correcting.set_rating(services, house.mina, first, 2)
        correcting.set_comment(services, house.leila, first, "Corrected.")
        reply.reply(services, house.leila, first, ReplyInput(text="Take half of it."))
        shown = reply.edit(services, house.leila, first, ReplyInput(text="Take half of it, after meals."))["reply"]
        reply.see(services, house.mina, first, SeenInput(as_of=shown["updated"]))
        recommendation.stop(services, house.leila, house.ginger, StopInput(reason="Heartburn."))
        diagnosis.confirm(services, house.leila, live.diagnosis_id, "t-spqi")

    async with (
        phone(live.ws, live.diagnosis_id, live.token(house.leila)) as practice,
        phone(live.ws, live.diagnosis_id, live.token()) as patient,
    ):
        states = {Audience.PRACTICE: await greeted(practice), Audience.PATIENT: await greeted(patient)}
        await asyncio.to_thread(work)
        for audience, caller in ((Audience.PRACTICE, practice), (Audience.PATIENT, patient)):
            fresh = state_of(services, live.diagnosis_id, audience)  # what is scored again comes beside us
            await caller.up_to(fresh["seq"])
            assert followed(states[audience], caller.seen[2:]) == fresh
            assert caller.seqs == list(range(states[audience]["seq"] + 1, fresh["seq"] + 1))
        kept_back = [message for message in patient.seen if message["data"] == {"withheld": True}]
        assert {message["type"] for message in kept_back} >= {"prediction_update", "recommendation_update"}
        assert "verdict" not in str(patient.seen)
        told = [one["data"] for one in patient.seen if one["data"].get("change") == "replied"]
        assert [one["reply"]["by"] for one in told] == [house.leila.name] * 3
        assert [one["reply"]["seen"] is not None for one in told] == [False, False, True]


async def test_two_clients_see_the_same_order_while_many_write(live: Live) -> None:
    def write(writer: int) -> None:
        for number in range(5):
            live.answer(f"{writer}/{number}", symptom=(writer + number) % 8)

    def all_at_once() -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(write, range(4)))

    token = live.token(live.house.leila)
    async with phone(live.ws, live.diagnosis_id, token) as one, phone(live.ws, live.diagnosis_id, token) as two:
        states = [await greeted(one), await greeted(two)]
        writing = asyncio.create_task(asyncio.to_thread(all_at_once))
        async with phone(live.ws, live.diagnosis_id, token) as late:  # joins in the middle, without a hole
            late_state = await greeted(late)
            await writing
            after = state_of(live.house.services, live.diagnosis_id, Audience.PRACTICE)
            top = after["seq"]
            for caller in (one, two):
                await caller.up_to(top)
            if late_state["seq"] < top:
                await late.up_to(top)
            if late_state["seq"] <= top:
                assert followed(late_state, late.seen[2:]) == after
        assert one.seqs == two.seqs == list(range(states[0]["seq"] + 1, top + 1))
        assert [message["id"] for message in one.seen[2:]] == [message["id"] for message in two.seen[2:]]
        assert followed(states[0], one.seen[2:]) == followed(states[1], two.seen[2:]) == after
        comments = [message["data"]["comment"] for message in one.seen if message["type"] == "feedback_update"]
        for writer in range(4):
            assert [text for text in comments if text.startswith(f"{writer}/")] == [f"{writer}/{n}" for n in range(5)]


async def test_a_pong_says_where_the_log_is(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        seq = (await caller.expect("snapshot"))["seq"]
        await caller.send({"type": "ping"})
        assert await caller.expect("pong") == {"seq": seq}
        await asyncio.to_thread(live.answer)
        await caller.send({"type": "ping"})
        pong = await caller.until("pong")
        assert pong["seq"] == caller.seqs[-1] > seq, "everything before it is here already"


async def test_what_a_device_has_read_is_kept(live: Live) -> None:
    def kept() -> list[int]:
        with live.house.services.database.read() as session:
            return list(session.exec(select(Delivery.seq)))

    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        seq = (await caller.expect("snapshot"))["seq"]
        await caller.send({"type": "ack", "seq": seq - 1})
        await eventually(lambda: kept() == [seq - 1])
        for nonsense in (seq + 100, seq - 2, 0):
            await caller.send({"type": "ack", "seq": nonsense})
        await caller.send({"type": "ack", "seq": seq})
        await eventually(lambda: kept() == [seq])
        await caller.send({"type": "ping"})
        await caller.until("pong")
        assert [message["type"] for message in caller.seen] == ["connect", "snapshot", "pong"]


async def test_what_others_teach_reaches_everybody_who_takes_the_same(live: Live) -> None:
    house = live.house
    other = await asyncio.to_thread(under_treatment, house.services, house.leila)
    async with (
        phone(live.ws, live.diagnosis_id, live.token(house.leila)) as practice,
        phone(live.ws, live.diagnosis_id, live.token()) as patient,
        phone(live.ws, other.diagnosis_id, live.token(house.leila)) as cause,
    ):
        for caller in (practice, patient, cause):
            await caller.expect("snapshot")
        said = FeedbackInput(recommendation_id=other.recommendation_id, rating=5, symptom=1)
        await asyncio.to_thread(feedback.submit, house.services, other.patient, other.diagnosis_id, said)
        while (known := await practice.until("effectiveness_update"))["answered"] == 0:
            pass  # that the other is treated may be told as late as this
        assert "seq" not in practice.seen[-1], "it is no part of this diagnosis' log"
        assert (known["recommendation_id"], known["answered"]) == (house.ginger, 1)
        await patient.send({"type": "ping"})
        await patient.expect(
            "pong"
        )  # and nothing before it: one answer is nobody else's business, not even that it came
        own = await cause.until("effectiveness_update")
        assert own["recommendation_id"] == other.recommendation_id
        assert "seq" in cause.seen[-1]
        # And nothing of that counts as a gap.
        await asyncio.to_thread(live.answer)
        assert practice.seqs == []
        await practice.until("feedback_update")
        assert practice.seqs == [practice.seen[0]["data"]["seq"] + 1]


async def test_a_socket_of_one_diagnosis_hears_nothing_of_another(live: Live) -> None:
    house = live.house
    other = await asyncio.to_thread(under_treatment, house.services, house.leila, "fennel")
    async with phone(live.ws, other.diagnosis_id, live.token(other.patient)) as caller:
        await caller.expect("snapshot")
        await asyncio.to_thread(live.answer, "For nobody else.")
        await caller.send({"type": "ping"})
        await caller.expect("pong")
        assert "For nobody else" not in str(caller.seen)
