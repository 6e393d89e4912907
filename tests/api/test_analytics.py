"""Numbers over answers, over the API."""

from typing import Any

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


async def test_what_is_known_summed_up_by_something_else(client: Client, house: House) -> None:
    leila, chen, mina = (bearer(house.services, one) for one in (house.leila, house.chen, house.mina))
    effect = {"term": "nausea"}
    said = {"recommendation_id": house.ginger, "rating": 4, "symptom": 3, "side_effects": [effect]}
    await client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=said, headers=mina)

    async def by(what: str, who: dict[str, str]) -> list[dict[str, Any]]:
        answered = (await client.get(f"/api/evidence?by={what}", headers=who)).json()
        assert answered["by"] == what
        items: list[dict[str, Any]] = answered["items"]
        return items

    for what, name in (("herb", "ginger"), ("condition", "t-stcold")):
        [one] = await by(what, leila)
        assert (one["id"], one["prescribed"], one["answered"], one["improved"]) == (name, 1, 1, 1)
        assert (one["tier"], one["estimate"], one["worst_case"]) == ("hidden", None, None)
    [patient] = await by("patient", leila)
    assert (patient["patient"], patient["course"], patient["estimate"]) == (house.mina.name, [3], None)
    assert await by("patient", chen) == [], "not Chen's patient"
    whole, own = await by("practitioner", leila)
    assert (whole["practitioner_id"], own["name"], own["answered"]) == (None, house.leila.name, 1)
    [reported] = await by("effects", leila)
    assert (reported["item_id"], reported["term"], reported["reported"]) == ("ginger", "nausea", 1)
    refused(await client.get("/api/evidence?by=herb&herb=ginger", headers=leila), 422, "invalid")
    assert (await client.get("/api/evidence?by=moon", headers=leila)).status_code == 422


async def test_who_may_not_read_statistics_reads_none_of_their_sums(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    for what in ("herb", "condition", "practitioner", "effects"):
        refused(await client.get(f"/api/evidence?by={what}", headers=mina), 403, "not_allowed")
