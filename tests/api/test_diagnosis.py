"""Diagnoses over the API: the practitioner's way from findings to an invite, and who is kept out."""

from typing import Any

import httpx2
import pytest

from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient
NEW = {
    "patient": {"name": "Sara Lind", "born": "1988-04-23"},
    "tradition": "tcm",
    "findings": [{"finding_id": "pain-epigastric", "severity": 3}, {"finding_id": "pain-better-warm"}],
    "complaint": "Pain after cold drinks.",
    "symptom": "Stomach pain",
    "baseline": 6,
}


async def test_from_findings_to_an_invite(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    opened = await client.post("/api/diagnosis", json=NEW, headers=leila)
    assert opened.status_code == 201
    diagnosis_id = opened.json()["diagnosis"]["id"]
    at = f"/api/diagnosis/{diagnosis_id}"

    matches = (await client.get(f"{at}/matches", headers=leila)).json()["items"]
    assert matches[0]["condition_id"] == "t-stcold"
    assert set(matches[0]["supporting"]) == {"pain-epigastric", "pain-better-warm"}
    confirmed = await client.put(f"{at}/condition", json={"condition_id": "t-stcold"}, headers=leila)
    assert confirmed.json()["diagnosis"]["condition_id"] == "t-stcold"
    offered = (await client.get(f"{at}/recommendations", headers=leila)).json()
    ginger = next(one for one in offered["items"] if one["item_id"] == "ginger")
    assert ginger["reasons"]
    approved = await client.post(f"/api/recommendations/{ginger['id']}/approve", json={}, headers=leila)
    assert approved.json()["status"] == "approved"

    invited = await client.post(f"{at}/invite", headers=leila)
    assert invited.status_code == 201
    tokens = (await client.post("/api/auth/invite", json={"code": invited.json()["code"]})).json()
    sara = {"Authorization": f"Bearer {tokens['access_token']}"}
    seen = (await client.get(f"/api/diagnosis/{tokens['diagnosis_id']}", headers=sara)).json()
    assert [one["item_id"] for one in seen["recommendations"]] == ["ginger"]
    assert "verdict" not in seen["recommendations"][0]
    hers = (await client.get(f"{at}/recommendations", headers=sara)).json()
    assert (len(hers["items"]), hers["held_back"]) == (1, [])


async def test_what_a_patient_measures(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    measured = {
        "second_symptom": "Nausea",
        "second_baseline": 0,
        "activity": "خوردن با خانواده",
        "activity_baseline": 10,
    }
    opened = (await client.post("/api/diagnosis", json=NEW | measured, headers=leila)).json()
    assert opened["diagnosis"].items() >= measured.items()
    before = rows(house.services)
    for wrong in ({"activity_baseline": 4}, {"second_symptom": "Nausea", "second_baseline": 11}, {"baseline": "6"}):
        refused(await client.post("/api/diagnosis", json=NEW | wrong, headers=leila), 422, "invalid")
    assert rows(house.services) == before


async def test_other_findings_other_matches(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    at = f"/api/diagnosis/{house.diagnosis_id}"
    given = {"findings": [{"finding_id": "nausea", "present": False}]}
    changed = (await client.put(f"{at}/findings", json=given, headers=leila)).json()
    assert changed["diagnosis"]["findings"] == [
        {"finding_id": "nausea", "present": False, "severity": None, "degree": None, "duration_days": None}
    ]
    compared = (await client.get(f"{at}/compare", headers=leila)).json()
    assert set(compared["traditions"]) == {"avicenna", "tcm", "ayurveda"}


async def test_a_list_by_pages(client: Client, house: House) -> None:
    leila = bearer(house.services, house.leila)
    opened = [(await client.post("/api/diagnosis", json=NEW, headers=leila)).json()["diagnosis"]["id"] for _ in "ab"]
    first = (await client.get("/api/diagnosis?limit=2", headers=leila)).json()
    assert [one["id"] for one in first["items"]] == opened[::-1]
    second = (await client.get(f"/api/diagnosis?limit=2&cursor={first['next']}", headers=leila)).json()
    assert ([one["id"] for one in second["items"]], second["next"]) == ([house.diagnosis_id], None)


async def test_a_repeated_request_opens_one(client: Client, house: House) -> None:
    headers = bearer(house.services, house.leila) | {"Idempotency-Key": "6e9c"}
    first = await client.post("/api/diagnosis", json=NEW, headers=headers)
    before = rows(house.services)
    again = await client.post("/api/diagnosis", json=NEW, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    other = await client.post("/api/diagnosis", json=NEW | {"baseline": 5}, headers=headers)
    refused(other, 409, "idempotency_key_reused")
    assert rows(house.services) == before


async def test_following_by_polling(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    at = f"/api/diagnosis/{house.diagnosis_id}"
    here = (await client.get(f"{at}/events?since=0", headers=mina)).json()
    assert here["whole"]
    assert [one["seq"] for one in here["events"]] == list(range(1, here["seq"] + 1))
    said = {"recommendation_id": house.ginger, "rating": 5, "symptom": 3}
    await client.post(f"{at}/feedback", json=said, headers=mina)
    since = {"since": here["seq"], "epoch": here["epoch"]}
    news = (await client.get(f"{at}/events", params=since, headers=mina)).json()
    assert [one["type"] for one in news["events"]][:2] == ["feedback_update", "effectiveness_update"]
    assert news["snapshot"] is None
    for lost in ({"since": 10**30}, {"since": here["seq"], "epoch": "another"}):
        fresh = (await client.get(f"{at}/events", params=lost, headers=mina)).json()
        assert (fresh["whole"], fresh["events"], fresh["snapshot"]["seq"]) == (False, [], fresh["seq"])
    for wrong in ({"since": -1}, {"since": "x"}):
        refused(await client.get(f"{at}/events", params=wrong, headers=mina), 422, "invalid")


WRONG: dict[str, dict[str, Any]] = {
    "no tradition": {"tradition": None},
    "another tradition": {"tradition": "western"},
    "an unknown finding": {"findings": [{"finding_id": "no-such-sign"}]},
    "201 findings": {"findings": [{"finding_id": "nausea"}] * 201},
    "severity 5": {"findings": [{"finding_id": "nausea", "severity": 5}]},
    "an unknown condition": {"condition_id": "no-such-condition"},
    "baseline 11": {"baseline": 11},
    "baseline 6.5": {"baseline": 6.5},
    "a NUL byte": {"complaint": "a\x00b"},
    "an unknown field": {"practice_id": 2},
    "no name": {"patient": {"name": "  "}},
    "a day that is none": {"patient": {"name": "Sara", "born": "2026-02-30"}},
    "nobody": {"patient": None},
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_cannot_be_opened_changes_nothing(client: Client, house: House, what: str) -> None:
    leila = bearer(house.services, house.leila)
    before = rows(house.services)
    refused(await client.post("/api/diagnosis", json=NEW | WRONG[what], headers=leila), 422, "invalid")
    assert rows(house.services) == before
    assert (await client.post("/api/diagnosis", json=NEW, headers=leila)).status_code == 201


async def test_somebody_elses_patient_gets_no_diagnosis(client: Client, house: House) -> None:
    everybody = {who: bearer(house.services, who) for who in (house.chen, house.stranger, house.mina)}
    before = rows(house.services)
    for who in (house.chen, house.stranger):
        bodies = []
        for patient_id in (house.mina.patient_id, 999_999, -1, 10**30):
            given = {"patient_id": patient_id, "tradition": "tcm"}
            answer = await client.post("/api/diagnosis", json=given, headers=everybody[who])
            bodies.append(refused(answer, 404, "not_found"))
        assert all(body == bodies[0] for body in bodies)
    refused(await client.post("/api/diagnosis", json=NEW, headers=everybody[house.mina]), 403, "not_allowed")
    assert rows(house.services) == before
