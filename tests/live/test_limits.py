"""How many may be connected, and what the status tells of them."""

from dataclasses import replace

import httpx2
import pytest
from starlette.requests import Request

from api import connections
from api.connections import Accepting, Connections
from api.status import asking
from domain.errors import NotSignedIn, TooOften
from domain.ledger import utc_now
from storage.delivery import unacknowledged
from tests.live.conftest import Live
from tests.support.phone import phone, ringing
from tests.support.waiting import ANSWER_SECONDS, eventually


async def test_a_person_has_so_many_connections_and_no_more(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PER_PERSON", 2)
    token = live.token()
    async with phone(live.ws, live.diagnosis_id, token) as first, phone(live.ws, live.diagnosis_id, token) as second:
        await first.expect("snapshot")
        await second.expect("snapshot")
        async with ringing(live.ws, live.diagnosis_id) as third:
            await third.send({"type": "auth", "token": token})
            assert (await third.closing())[0] == 1013
        async with phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as another_person:
            await another_person.expect("snapshot")
    async with phone(live.ws, live.diagnosis_id, token) as later:
        await later.expect("snapshot")


async def test_a_full_process_says_so(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PER_PROCESS", 0)
    async with ringing(live.ws, live.diagnosis_id) as caller:
        assert (await caller.closing())[0] == 1013


def test_a_herd_is_spread() -> None:
    bucket = Accepting(200, at=0.0)
    assert sum(bucket.take(0.0) for _ in range(1_000)) == 200
    assert not bucket.take(0.001)
    assert bucket.take(0.01)


def queued_messages(live: Live) -> dict[int, int]:
    """Count what the devices that are known have not acknowledged."""
    with live.house.services.database.read() as session:
        return unacknowledged(session, None, utc_now())


def ends(code: int, reason: str) -> None:
    """Stand for what closes a socket."""


def test_what_is_counted_is_given_back() -> None:
    here = Connections()
    leaving = [here.enter(1, 7, ends), here.enter(2, 7, ends), here.enter(1, 8, ends)]
    assert (here.total, dict(here.by_diagnosis)) == (3, {7: 2, 8: 1})
    for leave in leaving:
        leave()
    assert (here.total, dict(here.by_diagnosis)) == (0, {})
    leaving = [here.enter(1, 7, ends) for _ in range(connections.PER_PERSON)]
    with pytest.raises(TooOften):
        here.enter(1, 7, ends)
    for leave in leaving:
        leave()
    assert here.total == 0


async def test_the_status_counts_what_is_there(live: Live) -> None:
    bearer = {"Authorization": f"Bearer {live.token(live.house.leila)}"}
    async with (
        httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client,
        phone(live.ws, live.diagnosis_id, live.token()) as one,
    ):
        seen = await one.expect("snapshot")
        await one.send({"type": "ack", "seq": seen["seq"]})
        await one.send({"type": "ping"})
        await one.expect("pong")
        live.answer()
        # The feedback, the effectiveness, the prediction, and then what is re-scored.
        await eventually(lambda: 3 <= queued_messages(live).get(live.diagnosis_id, 0) < seen["seq"], what="the ack")
        now = (await client.get("/ws/status", headers=bearer)).json()
        assert now["total_diagnoses"] == now["total_connections"] == 1
        assert now["connections_by_diagnosis"] == {str(live.diagnosis_id): 1}
        await one.until("feedback_update")
        queued = now["queued_messages_by_diagnosis"]
        assert list(queued) == [str(live.diagnosis_id)]
        assert 3 <= queued[str(live.diagnosis_id)] <= queued_messages(live)[live.diagnosis_id]
        assert now["counters"]["acks"] == 1
        assert now["counters"]["messages_sent"] >= len(one.seen) - 3
        elsewhere = {"Authorization": f"Bearer {live.token(live.house.stranger)}"}
        assert (await client.get("/ws/status", headers=elsewhere)).json()["total_connections"] == 0
        patient = {"Authorization": f"Bearer {live.token()}"}
        assert (await client.get("/ws/status", headers=patient)).status_code == 403


async def test_close_codes_that_clients_make_up_are_counted_as_one(live: Live) -> None:
    token = live.token()
    for code in (4777, 3999, 1000):
        async with phone(live.ws, live.diagnosis_id, token) as one:
            await one.expect("snapshot")
            await one.hang_up(code)
    bearer = {"Authorization": f"Bearer {live.token(live.house.leila)}"}
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        closed: dict[str, int] = {}
        while sum(closed.values()) < 3:  # the server hears of the last a moment after the phone
            closed = (await client.get("/ws/status", headers=bearer)).json()["counters"]["connections_closed"]
    assert closed == {"other": 2, "1000": 1}


async def test_the_status_is_no_ones_business_outside_the_demo(live: Live) -> None:
    shut = replace(live.house.services, demo=False)
    request = Request({"type": "http", "headers": [], "client": ("127.0.0.1", 1)})
    with pytest.raises(NotSignedIn):
        asking(request, shut)
    assert asking(request, live.house.services) is None


def test_who_has_not_said_who_it_is_counts_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PER_PROCESS", 2)
    here = Connections(100)
    leave = here.enter(1, 7, ends)
    with here.arriving(), pytest.raises(TooOften), here.arriving():
        pass
    with here.arriving():
        leave()
    with here.arriving(), here.arriving():
        pass
