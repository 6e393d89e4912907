"""Recommendations over the API."""

import httpx2
import pytest

from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient


async def test_approving_and_stopping(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    at = f"/api/recommendations/{house.proposed('fennel')}"
    approved = (await client.post(f"{at}/approve", json={}, headers=leila)).json()
    assert (approved["status"], approved["item_id"]) == ("approved", "fennel")
    refused(await client.post(f"{at}/approve", json={}, headers=leila), 409, "conflict")
    stopped = (await client.post(f"{at}/stop", json={"reason": "Heartburn."}, headers=leila)).json()
    assert (stopped["status"], stopped["stop_reason"]) == ("stopped", "Heartburn.")
    refused(await client.post(f"{at}/stop", json={"reason": "Heartburn."}, headers=leila), 409, "conflict")


async def test_what_adds_up_with_the_plan_wants_a_reason(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    at = f"/api/recommendations/{house.proposed('clove')}/approve"  # a second one against clotting, beside the ginger
    before = rows(house.services)
    problem = refused(await client.post(at, json={}, headers=leila), 422, "needs_reason")
    assert problem["detail"] == "The safety gate has a serious objection: give a reason to approve it all the same."
    assert rows(house.services) == before
    approved = await client.post(at, json={"override_reason": "She has taken both for years."}, headers=leila)
    assert (approved.status_code, approved.json()["verdict"]) == (200, "major")


async def test_what_is_known_is_told_to_each_as_they_may_see_it(client: Client, house: House) -> None:
    at = f"/api/recommendations/{house.ginger}/effectiveness"
    practice = (await client.get(at, headers=bearer(house.services, house.leila))).json()
    assert (practice["prescribed"], practice["answered"], practice["effectiveness"]) == (1, 0, None)
    patient = (await client.get(at, headers=bearer(house.services, house.mina))).json()
    assert (patient["prescribed"], patient["tier"]) == (None, "hidden")
    assert set(practice) == set(patient)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("stop", {}),
        ("stop", {"reason": ""}),
        ("stop", {"reason": "x" * 501}),
        ("stop", {"reason": "no\x00more"}),
        ("approve", {"override_reason": "x"}),
        ("approve", {"confirmed": "perhaps"}),
        ("approve", {"status": "approved"}),
        ("approve", []),
    ],
)
async def test_what_is_not_understood(client: Client, house: House, verb: str, body: object) -> None:
    leila = bearer(house.services, house.leila)
    before = rows(house.services)
    at = f"/api/recommendations/{house.proposed('fennel')}/{verb}"
    refused(await client.post(at, json=body, headers=leila), 422, "invalid")
    assert rows(house.services) == before
    good = {"reason": "She dislikes it."} if verb == "stop" else {}
    assert (await client.post(at, json=good, headers=leila)).status_code == 200
