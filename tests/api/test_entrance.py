"""The door of the pages: plain forms that set a cookie, for pages of ours only."""

import asyncio

import httpx2
import pytest

from domain import account
from domain.services import Services
from tests.support.house import House, add_person
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient
OURS = {"Origin": "http://test"}
PASSWORD = "correct horse battery"  # a passphrase, as people are asked for


@pytest.fixture
async def leila(services: Services) -> dict[str, str]:
    await asyncio.to_thread(account.add_person, services, name="Leila", login="leila", password=PASSWORD)
    return {"login": "leila", "password": PASSWORD, "next": "/effectiveness"}


async def test_in_and_out(client: Client, services: Services, leila: dict[str, str]) -> None:
    entered = await client.post("/auth/sign-in", data=leila, headers=OURS)
    assert (entered.status_code, entered.headers["location"]) == (303, "/effectiveness")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert PASSWORD not in cookie
    left = await client.post("/auth/sign-out", headers=OURS)
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in")
    assert rows(services)["sign_in"] == 1


async def test_a_wrong_password_leads_back_with_the_reason(client: Client, leila: dict[str, str]) -> None:
    answer = await client.post("/auth/sign-in", data={**leila, "password": "wrong"}, headers=OURS)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?problem=wrong_password&next=/effectiveness"
    assert "set-cookie" not in answer.headers


async def test_a_form_of_another_site_is_refused(client: Client, services: Services, leila: dict[str, str]) -> None:
    before = rows(services)
    for foreign in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://test"},
    ):
        for path in ("/auth/sign-in", "/auth/sign-out", "/auth/demo"):
            answer = await client.post(path, data={**leila, "person_id": "1"}, headers=foreign)
            refused(answer, 403, "not_allowed")
    assert rows(services) == before


async def test_the_demos_people_enter_with_one_click(client: Client, services: Services, house: House) -> None:
    shown = add_person(services, house.leila.practice_id, "practitioner", "Dr Demo", demo=True)
    entered = await client.post("/auth/demo", data={"person_id": shown.person_id}, headers=OURS)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    for nobody in (house.leila.person_id, 999_999, 10**30):
        answer = await client.post("/auth/demo", data={"person_id": nobody}, headers=OURS)
        assert "session=" not in answer.headers.get("set-cookie", "")
        assert answer.status_code in (303, 404)
