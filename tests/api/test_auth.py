"""Coming in over the API."""

import asyncio

import httpx2
import pytest

from domain import account, invite
from domain.services import Services
from tests.support.house import House, add_person, bearer
from tests.support.problems import refused

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
Client = httpx2.AsyncClient


async def test_a_local_account(client: Client, services: Services) -> None:
    await asyncio.to_thread(account.add_person, services, name="Leila", login="leila", password=PASSWORD)
    given = {"login": "leila", "password": PASSWORD, "device": "Laptop"}
    tokens = (await client.post("/api/auth/token", json=given)).json()
    assert set(tokens) == {
        "access_token", "refresh_token", "token_type", "expires_in", "last_day", "person", "practice",
        "diagnosis_id",
    }  # fmt: skip
    assert (tokens["token_type"], tokens["expires_in"], tokens["person"]["role"]) == ("Bearer", 900, "practitioner")
    me = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.json()["person"] == tokens["person"]
    for wrong in ({"password": "wrong"}, {"login": "nobody"}, {"password": "a\x00"}):
        problem = refused(await client.post("/api/auth/token", json={**given, **wrong}), 401, "wrong_password")
        assert problem["detail"] == "The name or the password is wrong."


async def test_refreshing_and_signing_out(client: Client, services: Services, house: House) -> None:
    code = invite.issue(services, house.leila, house.diagnosis_id).code
    first = (await client.post("/api/auth/invite", json={"code": code.lower(), "device": "Phone"})).json()
    assert (first["person"]["patient_id"], first["diagnosis_id"]) == (house.mina.patient_id, house.diagnosis_id)
    second = (await client.post("/api/auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    header = {"Authorization": f"Bearer {second['access_token']}"}
    assert (await client.get("/api/auth/me", headers=header)).status_code == 200
    assert (await client.post("/api/auth/sign-out", headers=header)).status_code == 204
    refused(await client.get("/api/auth/me", headers=header), 401, "not_signed_in")
    again = {"refresh_token": second["refresh_token"]}
    refused(await client.post("/api/auth/refresh", json=again), 401, "not_signed_in")


async def test_an_invite_works_once(client: Client, services: Services, house: House) -> None:
    code = invite.issue(services, house.leila, house.diagnosis_id).code
    assert (await client.post("/api/auth/invite", json={"code": code})).status_code == 200
    for wrong in (code, "AAAA-AAAA", ""):
        refused(await client.post("/api/auth/invite", json={"code": wrong}), 401, "bad_invite")


async def test_the_people_of_the_demo(client: Client, services: Services) -> None:
    practice_id = services.ledger.write(lambda change: account.add_practice(change, "Demo", synthetic=True))
    shown = add_person(services, practice_id, "practitioner", "Dr Demo", demo=True)
    hidden = add_person(services, practice_id, "practitioner", "Dr Real")
    people = (await client.get("/api/auth/demo")).json()["people"]
    assert people == [{"id": shown.person_id, "name": "Dr Demo", "role": "practitioner", "patient_id": None}]
    tokens = (await client.post("/api/auth/demo", json={"person_id": shown.person_id})).json()
    assert tokens["practice"]["synthetic"]
    for nobody in (hidden.person_id, 0, 10**30):
        refused(await client.post("/api/auth/demo", json={"person_id": nobody}), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("token", {"login": "leila"}),
        ("token", {"login": "x" * 201, "password": "x"}),
        ("token", {"login": "leila", "password": "x" * 1_001}),
        ("token", {"login": ["leila"], "password": "x"}),
        ("token", {"login": "leila\x00", "password": "x"}),
        ("refresh", {}),
        ("refresh", {"refresh_token": 5}),
        ("invite", {"code": None}),
        ("invite", {"code": "K7QF3MXA", "role": "admin"}),
        ("demo", {"person_id": "leila"}),
    ],
)
async def test_what_is_not_understood(client: Client, path: str, body: dict[str, object]) -> None:
    problem = refused(await client.post(f"/api/auth/{path}", json=body), 422, "invalid")
    assert problem["errors"][0]["field"]


@pytest.mark.parametrize("path", ["token", "refresh", "invite"])
async def test_half_of_a_character_pair(client: Client, path: str) -> None:
    # Legal JSON, no legal text: nothing that hashes or keeps it may stumble.
    half = '"\\ud800"'
    bodies = {
        "token": f'{{"login":"leila","password":{half}}}',
        "refresh": f'{{"refresh_token":{half}}}',
        "invite": f'{{"code":{half}}}',
    }
    headers = {"Content-Type": "application/json"}
    answer = await client.post(f"/api/auth/{path}", content=bodies[path], headers=headers)
    assert answer.status_code in (401, 422), answer.text


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic bGVpbGE6eA==", "Bearer a.b.c", "bearer \xff"]
)
async def test_a_header_that_says_nothing(client: Client, authorization: str) -> None:
    header = {b"Authorization": authorization.encode("latin-1")}
    answer = await client.get("/api/auth/me", headers=header)
    refused(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_the_scheme_may_be_written_small(client: Client, house: House) -> None:
    header = {"Authorization": bearer(house.services, house.leila)["Authorization"].replace("Bearer", "bearer")}
    assert (await client.get("/api/auth/me", headers=header)).status_code == 200
