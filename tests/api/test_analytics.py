"""Numbers over answers, over the API."""

import httpx2

from tests.support.house import House, bearer
from tests.support.problems import refused

Client = httpx2.AsyncClient


async def test_one_diagnosis_and_the_practice(client: Client, house: House) -> None:
    leila, mina = bearer(house.services, house.leila), bearer(house.services, house.mina)
    said = {"recommendation_id": house.ginger, "rating": 4, "symptom": 3}
    await client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=said, headers=mina)
    for reader in (leila, mina):
        summed = (await client.get(f"/api/diagnosis/{house.diagnosis_id}/analytics", headers=reader)).json()
        assert (summed["answers"], summed["change"], summed["average_rating"]) == (1, -4, 4.0)
    items = (await client.get("/api/evidence", headers=leila)).json()["items"]
    assert [(one["item_id"], one["answered"], one["improved"]) for one in items] == [("ginger", 1, 1)]
    assert (await client.get("/api/evidence?herb=clove", headers=leila)).json() == {"items": []}
    assert (await client.get("/api/evidence?condition=t-stcold", headers=leila)).json() == {"items": items}
    assert (await client.get("/api/analytics/trending", headers=leila)).json() == {"items": [], "insufficient": 1}


async def test_statistics_are_not_for_patients(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    for path in ("/api/evidence", "/api/analytics/trending"):
        refused(await client.get(path, headers=mina), 403, "not_allowed")
