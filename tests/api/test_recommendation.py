"""Recommendations over the API."""

import httpx2
import pytest
from sqlmodel import select

from storage.tables import AuditEntry, Event
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


def numbers(house: House) -> tuple[int, int]:
    """Count the audit and the log: what has had an effect twice is in one of them twice."""
    with house.services.database.read() as session:
        return len(session.exec(select(AuditEntry.id)).all()), len(session.exec(select(Event.position)).all())


async def test_each_decision_is_done_once_however_often_it_is_asked_for(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    clove, why = house.proposed("clove"), {"override_reason": "Both for years.", "confirmed": True}
    await client.put(
        f"/api/patients/{house.mina.patient_id}",
        json={"name": "Mina Farahani", "medicines": ["warfarin"]},
        headers={**leila, "Idempotency-Key": "profile"},
    )
    read = (await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=leila)).json()["recommendations"]
    reasons = next(one for one in read if one["id"] == house.ginger)["verdict_reasons"]
    keys = [one["key"] for one in reasons if one["verdict"] != "block"]
    for verb, about, body in (
        ("acknowledge", house.ginger, {"reasons": keys}),
        ("go-on", house.ginger, why),
        ("approve", clove, why),
        ("stop", clove, {"reason": "Heartburn."}),
        ("resume", clove, {}),
    ):
        at, headers = f"/api/recommendations/{about}/{verb}", {**leila, "Idempotency-Key": verb}
        first = await client.post(at, json=body, headers=headers)
        assert first.status_code == 200, first.text
        before = numbers(house)
        again = await client.post(at, json=body, headers=headers)
        assert (again.status_code, again.json()) == (200, first.json())
        assert numbers(house) == before
        other = {
            "stop": {"reason": "Another."},
            "acknowledge": {"reasons": keys[:1]},
            "resume": {"override_reason": "Another."},
        }.get(verb, {})
        refused(await client.post(at, json=other, headers=headers), 409, "idempotency_key_reused")


async def test_a_refusal_is_not_kept_for_its_key(client: Client, house: House) -> None:
    leila = {**bearer(house.services, house.leila), "Idempotency-Key": "once"}
    at = f"/api/recommendations/{house.proposed('clove')}/approve"
    refused(await client.post(at, json={}, headers=leila), 422, "needs_reason")
    approved = await client.post(at, json={"override_reason": "Both for years."}, headers=leila)
    assert approved.json()["status"] == "approved"


async def test_an_objection_that_is_new_is_told_with_its_reasons(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    at = f"/api/recommendations/{house.proposed('clove')}/approve"
    given = {"override_reason": "Both for years.", "seen": []}
    problem = refused(await client.post(at, json=given, headers=leila), 409, "new_objection")
    assert [set(one) for one in problem["reasons"]] == [{"key", "verdict", "rule", "message"}] * len(problem["reasons"])
    seen = [{"key": one["key"], "verdict": one["verdict"]} for one in problem["reasons"]]
    assert (await client.post(at, json={**given, "seen": seen}, headers=leila)).status_code == 200
