"""Sign-ins over the API: one's own, and a patient's devices."""

import asyncio

import httpx2

from domain import account
from domain.services import Services
from tests.support.house import House, bearer, signed_in
from tests.support.problems import refused

Client = httpx2.AsyncClient
PASSWORD = "correct horse battery"  # a passphrase, as people are asked for
SHOWN = {"id", "kind", "device", "created", "last_seen", "expires", "last_day", "address", "current"}


async def test_ones_own(client: Client, house: House) -> None:
    here = bearer(house.services, house.mina)
    others = [bearer(house.services, house.mina) for _ in range(3)]
    listed = (await client.get("/api/auth/sign-ins", headers=here)).json()["items"]
    assert [set(one) for one in listed] == [SHOWN] * 4
    assert [one["current"] for one in listed] == [False, False, False, True]
    assert (await client.delete(f"/api/auth/sign-ins/{listed[0]['id']}", headers=here)).status_code == 204
    refused(await client.get("/api/auth/me", headers=others[2]), 401, "not_signed_in")
    assert (await client.delete("/api/auth/sign-ins", headers=here)).json() == {"ended": 2}
    for ended in others:
        refused(await client.get("/api/auth/me", headers=ended), 401, "not_signed_in")
    assert (await client.get("/api/auth/me", headers=here)).status_code == 200


async def test_somebody_elses_is_not_there(client: Client, house: House) -> None:
    mina, _ = signed_in(house.services, house.mina)
    omar = bearer(house.services, house.omar)
    for number in (mina.sign_in_id, 999_999):
        refused(await client.delete(f"/api/auth/sign-ins/{number}", headers=omar), 404, "not_found")
    for odd in ("nonsense", "-1", str(10**30)):
        answer = await client.delete(f"/api/auth/sign-ins/{odd}", headers=omar)
        assert answer.status_code in (404, 422), answer.text


async def test_a_patients_devices(client: Client, house: House) -> None:
    at = f"/api/patients/{house.mina.patient_id}/devices"
    leila, mina, more = (bearer(house.services, who) for who in (house.leila, house.mina, house.mina))
    for who in (house.chen, house.omar, house.stranger, house.ida, house.mina):
        header = bearer(house.services, who)
        refused(await client.get(at, headers=header), 404, "not_found")
        refused(await client.delete(at, headers=header), 404, "not_found")
        refused(await client.delete(f"{at}/1", headers=header), 404, "not_found")
    newest = (await client.get(at, headers=leila)).json()["items"][0]
    assert set(newest) == SHOWN
    assert (await client.delete(f"{at}/{newest['id']}", headers=leila)).status_code == 204
    assert (await client.delete(at, headers=leila)).json() == {"ended": 2}
    for ended in (mina, more):
        refused(await client.get("/api/auth/me", headers=ended), 401, "not_signed_in")


async def test_who_has_a_password_gives_it_once_more_to_end_others(client: Client, services: Services) -> None:
    await asyncio.to_thread(account.add_person, services, name="Dr Leila", login="leila", password=PASSWORD)
    given = {"login": "leila", "password": PASSWORD}
    one, other = [(await client.post("/api/auth/token", json=given)).json() for _ in range(2)]
    here = {"Authorization": f"Bearer {one['access_token']}"}
    for path in ("/api/auth/sign-ins", f"/api/auth/sign-ins/{services.tokens.read(other['access_token']).sign_in_id}"):
        refused(await client.request("DELETE", path, headers=here), 401, "wrong_password")
        refused(await client.request("DELETE", path, headers=here, json={"password": "wrong"}), 401, "wrong_password")
    ended = await client.request("DELETE", "/api/auth/sign-ins", headers=here, json={"password": PASSWORD})
    assert ended.json() == {"ended": 1}
    own = services.tokens.read(one["access_token"]).sign_in_id
    assert (await client.delete(f"/api/auth/sign-ins/{own}", headers=here)).status_code == 204, (
        "signing out asks nothing"
    )
