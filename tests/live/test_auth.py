"""Who is on the socket: four ways to say it, and one answer for everybody else."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from sqlmodel import select

from api import live as live_endpoint
from api import live_session
from domain import account, sign_in
from domain.events import patient_recorded
from domain.ledger import Change, utc_now
from domain.messages import PatientUpdate
from domain.permission import Actor
from domain.sign_in import actor_of_token
from domain.tokens import ACCESS_LIFE
from storage.tables import PatientShare
from tests.live.conftest import Live
from tests.support.house import signed_in
from tests.support.phone import Phone, phone, ringing
from tests.support.waiting import ANSWER_SECONDS, eventually, promptly

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for


async def test_by_header(live: Live) -> None:
    header = {"Authorization": f"Bearer {live.token()}"}
    async with ringing(live.ws, live.diagnosis_id, additional_headers=header) as caller:
        assert (await caller.expect("connect"))["resumed"] is False
        await caller.expect("snapshot")


async def test_by_the_first_message(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        assert 0 < caller.seen[0]["data"]["token_expires_in"] <= ACCESS_LIFE.total_seconds()
        await caller.expect("snapshot")


async def test_by_the_address(live: Live) -> None:
    async with ringing(live.ws, f"{live.diagnosis_id}?token={live.token()}&since=3") as caller:
        told = await caller.expect("connect")
        assert (told["resumed"], told["missed"]) == (True, told["seq"] - 3)


async def test_by_the_cookie_of_a_page_of_ours(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    services = live.house.services
    person_id = await asyncio.to_thread(account.add_person, services, name="Dr Pages", login="pages", password=PASSWORD)
    live.house.share_with(Actor(person_id, live.house.leila.practice_id, "practitioner"))
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as browser:
        form = {"login": "pages", "password": PASSWORD}
        entered = await browser.post("/auth/sign-in", data=form, headers={"Origin": live.http})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = {"Cookie": f"session={browser.cookies['session']}"}
        async with ringing(live.ws, live.diagnosis_id, additional_headers=cookie, origin=live.http) as caller:
            assert (await caller.expect("connect"))["token_expires_in"] > 11 * 3_600, "a working day"
            assert "score" in (await caller.expect("snapshot"))["recommendations"][0], "as a practitioner sees it"
            await browser.post("/auth/sign-out", headers={"Origin": live.http})
            assert await caller.closing() == (1008, "signed_out")
        # The same cookie from a page of somebody else says nothing.
        monkeypatch.setattr(live_endpoint, "AUTH_SECONDS", 0.1)
        again = await browser.post("/auth/sign-in", data=form, headers={"Origin": live.http})
        assert again.status_code == 303
        cookie = {"Cookie": f"session={browser.cookies['session']}"}
        elsewhere = "https://elsewhere.example"
        async with ringing(live.ws, live.diagnosis_id, additional_headers=cookie, origin=elsewhere) as caller:
            assert await caller.closing() == (1008, "auth_timeout")


async def test_who_says_nothing_is_asked_to_and_sent_away(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_endpoint, "AUTH_SECONDS", 0.1)
    async with ringing(live.ws, live.diagnosis_id) as caller:
        told = await caller.expect("error")
        assert (told["code"], told["retry"]) == ("auth_timeout", False)
        assert await caller.closing() == (1008, "auth_timeout")


async def test_who_leaves_before_saying_anything_is_no_error(live: Live) -> None:
    for _ in range(3):
        async with ringing(live.ws, live.diagnosis_id):
            pass
    await live_again(live)


async def test_what_is_no_token(live: Live) -> None:
    actor, _ = signed_in(live.house.services, live.house.mina)
    expired = live.house.services.tokens.issue(
        person_id=actor.person_id, sign_in_id=actor.sign_in_id or 0, practice_id=actor.practice_id,
        role="patient", now=utc_now() - timedelta(hours=1),
    )  # fmt: skip
    for token in ("", "nonsense", "a.b.c", "\ud800", expired):
        async with ringing(live.ws, live.diagnosis_id) as caller:
            await caller.send({"type": "auth", "token": token})
            assert (await caller.expect("error"))["code"] == "not_signed_in"
            assert await caller.closing() == (1008, "not_signed_in")
    async with ringing(live.ws, f"{live.diagnosis_id}?token=nonsense") as caller:
        assert await caller.closing() == (1008, "not_signed_in")
    await live_again(live)


FIRST: dict[str, tuple[str | bytes, str]] = {
    "cut off": ('{"type":"auth"', "malformed_json"),
    "a list": ("[1]", "invalid"),
    "a ping": ('{"type":"ping"}', "auth_expected"),
    "a number for a token": ('{"type":"auth","token":5}', "auth_expected"),
    "no token": ('{"type":"auth","token":null,"since":3}', "auth_expected"),
    "nested without end": ("[" * 5_000, "malformed_json"),
    "binary": (b"\x00\x01", "invalid"),
    "too long": ('{"type":"auth","token":"' + "x" * 9_000 + '"}', "invalid"),
}


async def test_a_first_message_that_says_nothing(live: Live) -> None:
    for what, (first, code) in FIRST.items():
        async with ringing(live.ws, live.diagnosis_id) as caller:
            await caller.send(first)
            assert (await caller.expect("error"))["code"] == code, what
            assert await caller.closing() == (1008, code), what
    await live_again(live)


async def test_ids_cannot_be_probed(live: Live) -> None:
    seen = []
    token = live.token(live.house.stranger)
    for number in (live.diagnosis_id, 999_999, 10**30, "abc", "-1", "%00"):
        async with ringing(live.ws, number) as caller:
            await caller.send({"type": "auth", "token": token})
            closed = await caller.closing()
            seen.append((caller.seen, closed))
    assert seen[0][1] == (1008, "not_found")
    assert [message["data"]["code"] for message in seen[0][0]] == ["not_found"]
    assert all(one == seen[0] for one in seen), "somebody else's looks like none at all"


async def test_a_diagnosis_is_for_those_who_may_read_it(live: Live) -> None:
    for who in (live.house.chen, live.house.ida, live.house.omar):
        async with ringing(live.ws, live.diagnosis_id) as caller:
            await caller.send({"type": "auth", "token": live.token(who)})
            assert await caller.closing() == (1008, "not_found")


async def test_signing_out_closes_the_socket_at_once(live: Live) -> None:
    token, other = live.token(), live.token()
    async with phone(live.ws, live.diagnosis_id, token) as one, phone(live.ws, live.diagnosis_id, other) as two:
        actor, _ = actor_of_token(live.house.services, token)
        async with promptly():
            await asyncio.to_thread(sign_in.sign_out, live.house.services, actor)
            assert await one.closing() == (1008, "signed_out")
        await two.send({"type": "ping"})
        await two.until("pong")


async def test_a_fresh_token_on_a_live_socket(live: Live) -> None:
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        await caller.expect("snapshot")
        await caller.send({"type": "auth", "token": live.token()})
        assert (await caller.expect("auth"))["token_expires_in"] > 800
        await caller.send({"type": "auth", "token": live.token(live.house.leila)})
        assert await caller.closing() == (1008, "not_signed_in")


async def test_a_token_that_runs_out_ends_the_session(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    token = live.token()
    over = live.house.services.tokens.read(token).expires + live_session.EXPIRY_GRACE
    now = [over - timedelta(seconds=0.1)]  # for the session: coming in may take as long as it likes
    monkeypatch.setattr(live_session, "utc_now", lambda: now[0])
    async with phone(live.ws, live.diagnosis_id, token) as caller:
        await caller.expect("snapshot")
        now[0] = over
        assert await caller.closing() == (1008, "token_expired")


async def test_taking_the_record_away_closes_the_socket(live: Live) -> None:
    # A share that ends is told as a change of the patient; the socket looks again whether it may still follow.
    live.house.share_with(live.house.chen)
    patient_id = live.house.mina.patient_id or 0

    def unshare(change: Change) -> None:
        for row in change.session.exec(select(PatientShare)):
            change.session.delete(row)
        told = PatientUpdate(patient_id=patient_id, change="shared", readers=[live.house.leila.person_id])
        change.record(patient_recorded(told), practice_id=live.house.leila.practice_id)

    async with (
        phone(live.ws, live.diagnosis_id, live.token(live.house.chen)) as chen,
        phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as leila,
    ):
        async with promptly():
            await asyncio.to_thread(live.house.services.ledger.write, unshare)
            assert await chen.closing() == (1008, "not_found")
        await leila.send({"type": "ping"})
        await leila.until("pong")


async def live_again(live: Live) -> None:
    """Show that the next good client is served, and that nobody was left behind in the hub."""
    async with phone(live.ws, live.diagnosis_id, live.token()) as caller:
        assert isinstance(caller, Phone)
        await caller.expect("snapshot")
    hub = live.house.services.hub
    await eventually(lambda: not hub.followed_diagnoses(), what="leaving the hub")
