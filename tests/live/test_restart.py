"""The program as a process of its own: what it prints, and that a restart loses nothing."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from domain.events import Audience
from tests.live.conftest import Live
from tests.support.house import House, bearer
from tests.support.phone import Phone, phone, ringing
from tests.support.server import Program, program
from tests.support.snapshots import State, apply, by_key, state_of
from tests.support.waiting import ANSWER_SECONDS, ready

pytestmark = pytest.mark.farm


@pytest.fixture
def folder(house: House, tmp_path: Path) -> Path:
    """Where the house's database, or its address, and its secret lie."""
    return tmp_path


@pytest.fixture
def running(folder: Path) -> Iterator[Program]:
    with program(folder, "run", LOG_LEVEL="DEBUG") as one:
        yield one


def beside(house: House, one: Program) -> Live:
    """The same house: what is done here is done by another process than the one that serves."""
    address = one.listening()
    return Live(house, address.http, address.ws)


async def test_no_token_is_ever_printed(house: House, running: Program) -> None:
    live = beside(house, running)
    tokens = [live.token() for _ in range(3)]
    async with ringing(live.ws, f"{live.diagnosis_id}?token={tokens[0]}&since=3") as caller:
        assert (await caller.expect("connect"))["resumed"]
    async with ringing(live.ws, f"{live.diagnosis_id}?Token={tokens[0]}") as caller:
        await caller.expect("connect")
    async with ringing(live.ws, f"{live.diagnosis_id}?%74oken={tokens[0]}") as caller:
        await caller.expect("connect")
    async with phone(live.ws, live.diagnosis_id, tokens[1]) as caller:
        await caller.expect("snapshot")
    header = {"Authorization": f"Bearer {tokens[2]}"}
    async with ringing(live.ws, live.diagnosis_id, additional_headers=header) as caller:
        await caller.expect("connect")
    async with httpx2.AsyncClient(base_url=live.http, headers=header, timeout=ANSWER_SECONDS) as http:
        assert (await http.get(f"/api/diagnosis/{live.diagnosis_id}?token={tokens[0]}")).status_code == 200
    assert running.stop() == 0
    assert "listening" in running.printed
    for token in tokens:
        _, body, signature = token.split(".")
        assert body not in running.printed
        assert signature not in running.printed


async def test_clients_that_misbehave_leave_no_trace_in_the_log(house: House, running: Program) -> None:
    live = beside(house, running)
    for _ in range(3):
        async with ringing(live.ws, live.diagnosis_id):
            pass  # gone before they said who they are
        async with ringing(live.ws, live.diagnosis_id) as caller:
            caller.lose()
        async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
            caller.lose()
        async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
            for _ in range(4):
                await caller.send(b"\x00")
            assert (await caller.closing())[0] == 1008
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as http:
        large = b'{"login": "' + b"x" * 10_000_000 + b'"}'
        answer = await http.post("/api/auth/token", content=large, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        await ready(http)
    assert running.stop() == 0
    assert "Traceback" not in running.printed, running.printed
    assert "[error" not in running.printed, running.printed


async def test_a_change_by_another_process_reaches_the_socket(house: House, running: Program) -> None:
    live = beside(house, running)
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        seq = (await caller.expect("snapshot"))["seq"]
        await asyncio.to_thread(live.answer, "From the command line.")
        assert (await caller.expect("feedback_update"))["comment"] == "From the command line."
        assert caller.seqs == [seq + 1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_restart_loses_nothing(house: House, folder: Path, how: signal.Signals) -> None:
    mina = bearer(house.services, house.mina)
    with program(folder, "run") as first:
        live = beside(house, first)
        async with ringing(live.ws, live.diagnosis_id) as caller:
            epoch = (await caller.auth(live.token()))["epoch"]
            state = by_key(await caller.expect("snapshot"))
            await say(live, mina, "Before.")
            await caller.expect("feedback_update")
            await asyncio.to_thread(first.stop, how)
            code, _ = await caller.closing()
            assert code == (4001 if how is signal.SIGTERM else None), (
                "told to go away and come back, before the server closes"
            )
        state = followed(state, caller)
    await asyncio.to_thread(live.answer, "While it was down.")
    with program(folder, "run") as second:
        live = beside(house, second)
        async with phone(live.ws, live.diagnosis_id, live.token(), since=state["seq"], epoch=epoch) as caller:
            assert caller.seen[0]["data"]["resumed"]
            await say(live, mina, "After.")
            while "After." not in str(caller.seen):
                await caller.next()
            after = state_of(house.services, live.diagnosis_id, Audience.PATIENT)
            while caller.seqs[-1] < after["seq"]:
                await caller.next()
        assert followed(state, caller) == after
        comments = [one["comment"] for one in followed(state, caller)["feedback"].values()]
        assert comments == ["Before.", "While it was down.", "After."]


async def say(live: Live, headers: dict[str, str], comment: str) -> None:
    said = {"recommendation_id": live.house.ginger, "rating": 4, "comment": comment}
    async with httpx2.AsyncClient(base_url=live.http, headers=headers, timeout=ANSWER_SECONDS) as http:
        answer = await http.post(f"/api/diagnosis/{live.diagnosis_id}/feedback", json=said)
        assert answer.status_code == 201, answer.text


def followed(state: State, caller: Phone) -> State:
    for message in caller.seen:
        if "seq" in message:
            state = apply(state, message)
    return state
