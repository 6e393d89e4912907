"""Other programs on the live endpoint: what one pushes everybody gets, and only one with the scope follows."""

import asyncio

import httpx2

from domain import service
from domain.events import Audience
from tests.live.conftest import Live
from tests.support.phone import phone, ringing
from tests.support.snapshots import apply, by_key, state_of
from tests.support.waiting import ANSWER_SECONDS, promptly


def issued(live: Live, *scopes: str, practice_id: int = 0) -> service.Issued:
    practice = str(practice_id or live.house.leila.practice_id)
    return service.issue(live.house.services, "Pharmacy", scopes=list(scopes), days=365, practice=practice)


async def test_what_a_service_pushes_is_on_every_socket(live: Live) -> None:
    headers = {"Authorization": f"Bearer {issued(live, 'broadcast').token}"}
    async with (
        phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as practice,
        phone(live.ws, live.diagnosis_id, live.token()) as patient,
        httpx2.AsyncClient(base_url=live.http, headers=headers, timeout=ANSWER_SECONDS) as http,
    ):
        states = [by_key(await one.expect("snapshot")) for one in (practice, patient)]
        ginger = {"recommendation_id": live.house.ginger}
        answers = [
            await http.post(path, json={"diagnosis_id": live.diagnosis_id, "data": ginger | data})
            for path, data in (
                ("/ws/broadcast-feedback-update", {"change": "added", "rating": 5, "symptom": 2}),
                ("/ws/broadcast-effectiveness-update", {}),
                ("/ws/broadcast-recommendation-update", {"change": "stopped", "reason": "The batch was recalled."}),
            )
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        for audience, one, state in zip(Audience, (practice, patient), states, strict=True):
            after = state_of(live.house.services, live.diagnosis_id, audience)
            await one.up_to(after["seq"])
            ids = {message["seq"]: message["id"] for message in one.seen if "seq" in message}
            assert all(ids[answer.json()["seq"]] == answer.json()["id"] for answer in answers)
            for message in one.seen[2:]:
                state = apply(state, message)
            assert state == after


async def test_a_service_follows_with_its_scope_and_as_long_as_its_token_holds(live: Live) -> None:
    token = await asyncio.to_thread(issued, live, "follow")
    header = {"Authorization": f"Bearer {token.token}"}
    async with (
        ringing(live.ws, live.diagnosis_id, additional_headers=header) as by_header,
        ringing(live.ws, f"{live.diagnosis_id}?token={token.token}") as by_address,
        phone(live.ws, live.diagnosis_id, token.token) as by_message,
    ):
        for caller in (by_header, by_address):
            assert (await caller.expect("connect"))["token_expires_in"] > 364 * 86_400
        for caller in (by_header, by_address, by_message):
            assert "verdict" in (await caller.expect("snapshot"))["recommendations"][0], "as the practice sees it"
        await asyncio.to_thread(live.answer)
        await by_message.expect("feedback_update")
        async with promptly():
            await asyncio.to_thread(service.revoke, live.house.services, token.number)
            for caller in (by_header, by_address, by_message):
                assert await caller.closing() == (1008, "signed_out")
    async with ringing(live.ws, live.diagnosis_id, additional_headers=header) as again:
        assert await again.closing() == (1008, "not_signed_in")


async def test_a_service_without_the_scope_or_from_elsewhere_learns_nothing(live: Live) -> None:
    elsewhere = live.house.stranger.practice_id
    for token in (issued(live, "broadcast", "status"), issued(live, "follow", practice_id=elsewhere)):
        async with ringing(live.ws, live.diagnosis_id) as caller:
            await caller.send({"type": "auth", "token": token.token})
            assert await caller.closing() == (1008, "not_found")
