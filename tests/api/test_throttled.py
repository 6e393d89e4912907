"""Who tries too often is told to wait, by every door, in the form that the door speaks."""

import asyncio

import httpx2
import pytest

from domain import account, invite, sign_in, throttle
from domain.services import Services
from domain.throttle import Rule
from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient
HERE = "127.0.0.1"
PASSWORD = "correct horse battery"
LOGIN = {"login": "leila", "password": PASSWORD}


@pytest.fixture
async def leila(services: Services) -> None:
    await asyncio.to_thread(account.add_person, services, name="Leila", login="leila", password=PASSWORD)


def spend(services: Services, rule: Rule, who: str | int) -> None:
    """Use all of a rule up."""
    services.throttle.forgive(rule, who)
    for _ in range(rule.limit.amount):
        services.throttle.count(rule, who)


def told_to_wait(answer: httpx2.Response) -> None:
    problem = refused(answer, 429, "too_often")
    assert int(answer.headers["retry-after"]) == problem["retry_after"] > 0


async def test_a_right_password_is_not_looked_at_any_more(client: Client, services: Services, leila: None) -> None:
    spend(services, throttle.SIGN_IN_BY_STRANGERS, "leila")
    told_to_wait(await client.post("/api/auth/token", json=LOGIN))
    page = await client.post("/auth/sign-in", data={**LOGIN, "next": "/feedback"})
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?problem=too_often&next=/feedback")
    assert rows(services)["sign_in"] == 0


async def test_both_ways_in_count_together_and_a_success_is_remembered(
    client: Client, services: Services, leila: None
) -> None:
    assert (await client.post("/api/auth/token", json=LOGIN)).status_code == 200
    spend(services, throttle.SIGN_IN_BY_STRANGERS, "leila")
    assert (await client.post("/auth/sign-in", data=LOGIN)).headers["location"] == "/"
    for _ in range(20):
        services.throttle.sign_in_begins("leila", HERE)
    told_to_wait(await client.post("/api/auth/token", json=LOGIN))


async def test_codes_of_invites(client: Client, services: Services, house: House) -> None:
    code = invite.issue(services, house.leila, house.diagnosis_id).code
    for _ in range(9):
        refused(await client.post("/api/auth/invite", json={"code": "AAAA-AAAA"}), 401, "bad_invite")
    assert (await client.post("/api/auth/invite", json={"code": code})).status_code == 200
    for _ in range(10):
        refused(await client.post("/api/auth/invite", json={"code": code}), 401, "bad_invite")
    told_to_wait(await client.post("/api/auth/invite", json={"code": code}))
    services.throttle.forgive(throttle.INVITE_FROM_ADDRESS, HERE)
    services.throttle.forgive(throttle.INVITE_WRONG, "all")
    spend(services, throttle.INVITE_WRONG, "all")
    told_to_wait(await client.post("/api/auth/invite", json={"code": code}))


async def test_refreshing(client: Client, services: Services, house: House) -> None:
    tokens = sign_in.open_device(services, house.mina.person_id)
    number = services.tokens.read(tokens.access_token).sign_in_id
    spend(services, throttle.REFRESH_OF_SIGN_IN, number)
    told_to_wait(await client.post("/api/auth/refresh", json={"refresh_token": tokens.refresh_token}))
    services.throttle.forgive(throttle.REFRESH_OF_SIGN_IN, number)
    spend(services, throttle.REFRESH_FROM_ADDRESS, HERE)
    told_to_wait(await client.post("/api/auth/refresh", json={"refresh_token": tokens.refresh_token}))
    services.throttle.forgive(throttle.REFRESH_FROM_ADDRESS, HERE)
    again = await client.post("/api/auth/refresh", json={"refresh_token": tokens.refresh_token})
    assert again.status_code == 200  # a refusal has not used the token up


async def test_one_who_writes_without_end_does_not_hold_up_the_others(
    client: Client, services: Services, house: House
) -> None:
    spend(services, throttle.WRITE, house.leila.person_id)
    hers, his = bearer(services, house.leila), bearer(services, house.chen)
    told_to_wait(await client.post("/api/patients", json={"name": "Sara Lind"}, headers=hers))
    assert (await client.get("/api/patients", headers=hers)).status_code == 200
    assert (await client.post("/api/patients", json={"name": "Sara Lind"}, headers=his)).status_code == 201


async def test_who_takes_out_record_after_record(client: Client, services: Services, house: House) -> None:
    spend(services, throttle.EXPORT, house.leila.person_id)
    headers, path = bearer(services, house.leila), f"/api/patients/{house.mina.patient_id}/export"
    told_to_wait(await client.get(path, headers=headers))
    services.throttle.forgive(throttle.EXPORT, house.leila.person_id)
    assert (await client.get(path, headers=headers)).status_code == 200
