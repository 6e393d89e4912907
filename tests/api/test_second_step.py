"""The second step of a sign-in, and another password, as forms and over the API: what the browser and a program get to see."""

import asyncio
from dataclasses import dataclass

import httpx2
import pyotp
import pytest

from domain import account, own_account, sign_in
from domain.again import Again
from domain.ledger import utc_now
from domain.second_factor import STEP_SECONDS
from domain.services import Services
from tests.support.problems import refused

Client = httpx2.AsyncClient
OURS = {"Origin": "http://test"}
PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
NEW = "another horse battery"


@dataclass
class Authenticator:
    """What Leila has set up, and her recovery codes."""

    secret: str
    recovery: list[str]

    def code(self) -> str:
        """Give the code of the next step, which is within the window and was not used to set it up."""
        return pyotp.HOTP(self.secret).at(int(utc_now().timestamp()) // STEP_SECONDS + 1)


def _furnish(services: Services) -> Authenticator:
    person_id = account.add_person(services, name="Dr Leila Moradi", login="leila", password=PASSWORD)
    actor = sign_in.open_page_session(services, person_id).actor
    enrolment = own_account.begin_second_factor(services, actor, Again(PASSWORD))
    codes = own_account.finish_second_factor(services, actor, enrolment, pyotp.TOTP(enrolment.secret).at(utc_now()))
    return Authenticator(enrolment.secret, codes)


@pytest.fixture
async def phone(services: Services) -> Authenticator:
    return await asyncio.to_thread(_furnish, services)


async def gave_the_password(client: Client) -> None:
    answer = await client.post(
        "/auth/sign-in", data={"login": "leila", "password": PASSWORD, "next": "/feedback"}, headers=OURS
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/code?next=/feedback")


async def test_a_program_is_told_what_is_missing(client: Client, phone: Authenticator) -> None:
    given = {"login": "leila", "password": PASSWORD}
    refused(await client.post("/api/auth/token", json=given), 401, "second_factor_needed")
    refused(await client.post("/api/auth/token", json={**given, "code": "000000x"}), 401, "wrong_code")
    refused(
        await client.post("/api/auth/token", json={"login": "leila", "password": "x", "code": phone.code()}),
        401,
        "wrong_password",
    )
    whole = {**given, "code": phone.code()}
    assert (await client.post("/api/auth/token", json=whole)).json()["person"]["name"] == "Dr Leila Moradi"
    refused(await client.post("/api/auth/token", json=whole), 401, "wrong_code")


async def test_the_password_alone_is_no_session(client: Client, services: Services, phone: Authenticator) -> None:
    await gave_the_password(client)
    assert (await client.post("/auth/renew", headers=OURS)).headers["location"] == "/sign-in?next=/account"
    wrong = await client.post("/auth/second-step", data={"code": "000000x", "next": "/feedback"}, headers=OURS)
    assert wrong.headers["location"] == "/sign-in/code?problem=wrong_code&next=/feedback"
    before = client.cookies["session"]
    entered = await client.post("/auth/second-step", data={"code": phone.code(), "next": "/feedback"}, headers=OURS)
    assert (entered.status_code, entered.headers["location"]) == (303, "/feedback")
    assert client.cookies["session"] != before
    again = await client.post("/auth/second-step", data={"code": phone.recovery[0]}, headers=OURS)
    assert again.headers["location"] == "/sign-in?problem=stale_ticket&next=/", "the ticket went with the old cookie"


async def test_a_ticket_is_the_browsers_that_gave_the_password(client: Client, phone: Authenticator) -> None:
    await gave_the_password(client)
    before = client.cookies["session"]
    client.cookies.clear()
    other = await client.post("/auth/second-step", data={"code": phone.code()}, headers=OURS)
    assert other.headers["location"] == "/sign-in?problem=stale_ticket&next=/"
    client.cookies.set("session", before)
    mine = await client.post(
        "/auth/second-step", data={"code": phone.code(), "next": "//elsewhere.example"}, headers=OURS
    )
    assert (mine.status_code, mine.headers["location"]) == (303, "/")
    client.cookies.clear()
    client.cookies.set("session", before)
    replayed = await client.post("/auth/second-step", data={"code": phone.recovery[0]}, headers=OURS)
    assert replayed.headers["location"] == "/sign-in?problem=stale_ticket&next=/", (
        "a cookie that was kept is worth nothing"
    )


async def test_another_password_gives_another_session_id(client: Client, services: Services) -> None:
    await asyncio.to_thread(account.add_person, services, name="Leila", login="leila", password=PASSWORD)
    given = {"present": PASSWORD, "new": NEW, "again": NEW}
    nobody = await client.post("/auth/password", data=given, headers=OURS)
    assert nobody.headers["location"] == "/sign-in?next=/account"
    await client.post("/auth/sign-in", data={"login": "leila", "password": PASSWORD}, headers=OURS)
    before = client.cookies["session"]
    for wrong, problem in (
        ({"again": "something else"}, "not_the_same"),
        ({"present": "wrong"}, "wrong_password"),
        ({"new": "short", "again": "short"}, "short_password"),
        ({"new": "leila leila leila", "again": "leila leila leila"}, "pattern_password"),
    ):
        answer = await client.post("/auth/password", data=given | wrong, headers=OURS)
        assert answer.headers["location"] == f"/account?problem={problem}"
    assert client.cookies["session"] == before
    done = await client.post("/auth/password", data=given, headers=OURS)
    assert done.headers["location"] == "/account?done=password"
    assert (await client.post("/auth/renew", headers=OURS)).headers["location"] == "/account"
    client.cookies.clear()
    client.cookies.set("session", before)
    assert (await client.post("/auth/renew", headers=OURS)).headers["location"] == "/sign-in?next=/account"


async def test_another_password_asks_for_a_code_as_well(client: Client, phone: Authenticator) -> None:
    await gave_the_password(client)
    await client.post("/auth/second-step", data={"code": phone.recovery[0]}, headers=OURS)
    given = {"present": PASSWORD, "new": NEW, "again": NEW}
    for code, where in (
        ("", "problem=second_factor_needed"),
        ("000000x", "problem=wrong_code"),
        (phone.code(), "done=password"),
    ):
        answer = await client.post("/auth/password", data={**given, "code": code}, headers=OURS)
        assert answer.headers["location"] == f"/account?{where}"


async def test_a_form_of_another_site_is_refused(client: Client) -> None:
    for path in ("/auth/second-step", "/auth/password", "/auth/renew"):
        refused(await client.post(path, headers={"Origin": "https://elsewhere.example"}), 403, "not_allowed")
