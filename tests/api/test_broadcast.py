"""The integration doors over HTTP: who may come, what is refused and how, and the counters that see it."""

from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from api import broadcast
from domain import service
from domain.events import Audience
from tests.support.house import House, bearer
from tests.support.problems import refused, rows
from tests.support.snapshots import state_of

Client = httpx2.AsyncClient
DOORS = [f"/ws/broadcast-{kind}-update" for kind in ("recommendation", "effectiveness", "feedback")]
RECOMMENDATION, EFFECTIVENESS, FEEDBACK = DOORS


def token_for(house: House, *scopes: str, name: str = "Pharmacy") -> dict[str, str]:
    practice = str(house.leila.practice_id)
    issued = service.issue(house.services, name, scopes=list(scopes), days=1, practice=practice)
    return {"Authorization": f"Bearer {issued.token}"}


def answer(house: House, **more: Any) -> dict[str, Any]:
    return {"diagnosis_id": house.diagnosis_id, "data": {"recommendation_id": house.ginger, "change": "added", **more}}


async def test_an_update_goes_into_the_log(client: Client, house: House) -> None:
    pharmacy = token_for(house, "broadcast")
    before = state_of(house.services, house.diagnosis_id, Audience.PRACTICE)["seq"]
    pushed = await client.post(FEEDBACK, json=answer(house, rating=4, symptom=3), headers=pharmacy)
    assert pushed.status_code == 200, pushed.text
    assert (pushed.json()["seq"], pushed.json()["advice"]) == (before + 1, [])
    told = {"diagnosis_id": house.diagnosis_id, "data": {"recommendation_id": house.ginger, "change": "changed"}}
    again = await client.post(RECOMMENDATION, json=told, headers=pharmacy)
    assert set(again.json()) == {"seq", "id"}
    known = {"diagnosis_id": house.diagnosis_id, "data": {"recommendation_id": house.ginger, "answered": 1}}
    last = await client.post(EFFECTIVENESS, json=known, headers=pharmacy)
    assert last.json()["seq"] > again.json()["seq"], "what was re-scored meanwhile may lie between"
    events = await client.get(
        f"/api/diagnosis/{house.diagnosis_id}/events?since={before}", headers=bearer(house.services, house.leila)
    )
    ids = {one["seq"]: one["id"] for one in events.json()["events"]}
    assert ids[pushed.json()["seq"]] == pushed.json()["id"]
    assert ids[again.json()["seq"]] == again.json()["id"]
    assert ids[last.json()["seq"]] == last.json()["id"]


async def test_a_lost_answer_is_asked_for_again(client: Client, house: House) -> None:
    pharmacy = token_for(house, "broadcast") | {"Idempotency-Key": "sms-17"}
    first = await client.post(FEEDBACK, json=answer(house, rating=4), headers=pharmacy)
    before = rows(house.services)
    again = await client.post(FEEDBACK, json=answer(house, rating=4), headers=pharmacy)
    assert (again.status_code, again.json()) == (200, first.json())
    refused(await client.post(FEEDBACK, json=answer(house, rating=1), headers=pharmacy), 409, "idempotency_key_reused")
    assert rows(house.services) == before
    desk = token_for(house, "broadcast", name="Desk") | {"Idempotency-Key": "sms-17"}
    other = await client.post(FEEDBACK, json=answer(house, rating=4), headers=desk)
    assert other.json()["feedback_id"] != first.json()["feedback_id"], "another service's key is another key"


@pytest.mark.parametrize("door", DOORS)
async def test_who_is_not_a_service_that_may_push(client: Client, house: House, door: str) -> None:
    body = answer(house, rating=4) if door == FEEDBACK else answer(house)
    body["data"] |= {} if door != EFFECTIVENESS else {"change": "added"}
    if door == EFFECTIVENESS:
        del body["data"]["change"]
    bearer(house.services, house.leila)  # the first one lets the keys begin
    before = rows(house.services)
    refused(await client.post(door, json=body), 401, "not_signed_in")
    refused(
        await client.post(door, json=body, headers={"Authorization": "Bearer vervain_service_x"}), 401, "not_signed_in"
    )
    for who in (house.leila, house.ida, house.mina):
        headers = bearer(house.services, who)
        refused(await client.post(door, json=body, headers=headers), 403, "not_allowed")
    without = token_for(house, "status", "follow")
    expected = {
        name: count
        for name, count in rows(house.services).items()
        if name not in ("sign_in", "refresh_token", "person")
    }
    refused(await client.post(door, json=body, headers=without), 403, "not_allowed")
    after = rows(house.services)
    assert {name: after[name] for name in expected} == expected == {name: before[name] for name in expected}


async def test_revoking_shuts_the_door_at_once(client: Client, house: House) -> None:
    issued = service.issue(house.services, "Desk", scopes=["broadcast"], days=1, practice=str(house.leila.practice_id))
    headers = {"Authorization": f"Bearer {issued.token}"}
    assert (await client.post(FEEDBACK, json=answer(house, rating=4), headers=headers)).status_code == 200
    service.revoke(house.services, issued.number)
    refused(await client.post(FEEDBACK, json=answer(house, rating=4), headers=headers), 401, "not_signed_in")


WRONG: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "no data": (FEEDBACK, {"data": None}, 422, "invalid"),
    "no diagnosis": (FEEDBACK, {"diagnosis_id": None}, 422, "invalid"),
    "a diagnosis that is not there": (FEEDBACK, {"diagnosis_id": 999_999}, 404, "not_found"),
    "a number that no row has": (FEEDBACK, {"diagnosis_id": 10**30}, 404, "not_found"),
    "a field of nobody's": (FEEDBACK, {"person_id": 3}, 422, "invalid"),
    "six stars": (FEEDBACK, {"data": {"rating": 6}}, 422, "invalid"),
    "true stars": (FEEDBACK, {"data": {"rating": True}}, 422, "invalid"),
    "a comment of a book": (FEEDBACK, {"data": {"comment": "x" * 2_001}}, 422, "invalid"),
    "a control character": (FEEDBACK, {"data": {"comment": "\x1b[2J"}}, 422, "invalid"),
    "a field too many": (FEEDBACK, {"data": {"mood": 3}}, 422, "invalid"),
    "a change that there is not": (RECOMMENDATION, {"data": {"change": "improved"}}, 422, "invalid"),
    "an approval": (RECOMMENDATION, {"data": {"change": "removed"}}, 403, "not_allowed"),
    "a recommendation that is not there": (RECOMMENDATION, {"data": {"recommendation_id": 10**30}}, 422, "invalid"),
    "a half state": (RECOMMENDATION, {"data": {"new": {"id": 4}}}, 422, "invalid"),
    "a number of their own": (EFFECTIVENESS, {"data": {"effectiveness": 0.99, "change": ...}}, 409, "not_the_record"),
    "not a number": (EFFECTIVENESS, {"data": {"effectiveness": "high", "change": ...}}, 422, "invalid"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_what_is_wrong_changes_nothing(client: Client, house: House, what: str) -> None:
    door, wrong, status, code = WRONG[what]
    body = answer(house, **({"rating": 4} if door == FEEDBACK else {}))
    for name, value in wrong.items():
        body[name] = body[name] | value if isinstance(value, dict) else value
    body["data"] = body["data"] and {name: value for name, value in body["data"].items() if value is not ...}
    pharmacy = token_for(house, "broadcast")
    before = rows(house.services)
    refused(await client.post(door, json=body, headers=pharmacy), status, code)
    assert rows(house.services) == before


async def test_a_service_that_runs_wild_is_slowed(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "PER_SECOND", 2)
    monkeypatch.setattr(broadcast, "time", SimpleNamespace(monotonic=lambda: 7.0))  # all of it within one second
    pharmacy, desk = token_for(house, "broadcast"), token_for(house, "broadcast", name="Desk")
    body = answer(house)
    answers = [(await client.post(RECOMMENDATION, json=body, headers=pharmacy)) for _ in range(4)]
    slowed = [one for one in answers if one.status_code != 200]
    assert slowed == answers[2:]
    refused(slowed[0], 429, "too_often")
    assert slowed[0].headers["retry-after"] == "1"
    assert (await client.post(RECOMMENDATION, json=body, headers=desk)).status_code == 200, "the others are not"


async def test_a_service_token_opens_no_other_door(client: Client, app: FastAPI, house: House) -> None:
    everything = token_for(house, "broadcast", "status", "follow")
    ids = {
        "diagnosis_id": house.diagnosis_id,
        "recommendation_id": house.ginger,
        "patient_id": 1,
        "feedback_id": 1,
        "person_id": 1,
        "sign_in_id": 1,
        "invite_id": 1,
        "kind": "statistics",
    }
    asked = 0
    for path, methods in app.openapi()["paths"].items():
        if not path.startswith("/api/"):
            continue
        for method in methods:
            asking = {"/api/knowledge/search": "?kind=herb&q=gin", "/api/knowledge/rows": "?file=herbs"}
            where = path.format(**ids) + asking.get(path, "")
            if where in (
                "/api/knowledge/side-effects",
                "/api/knowledge/names",
                "/api/auth/demo",
                "/api/auth/token",
                "/api/auth/invite",
                "/api/auth/refresh",
            ):
                continue  # open to anybody: no token is looked at
            asked += 1
            refused(await client.request(method.upper(), where, json={}, headers=everything), 403, "not_allowed")
    assert asked >= 20


async def test_the_status_is_for_those_who_run_it(client: Client, app: FastAPI, house: House) -> None:
    app.state.live.metrics.connection_closed(4008)
    app.state.live.metrics.connection_refused("not_found")
    app.state.live.metrics.sent(2, 700, clients=3)
    app.state.live.metrics.joined(asked=True, resumed=False)
    app.state.live.metrics.joined(asked=True, resumed=True)
    app.state.live.metrics.joined(asked=False, resumed=False)
    watcher = token_for(house, "status")
    await client.post(FEEDBACK, json=answer(house, rating=4), headers=token_for(house, "broadcast", name="Desk"))
    status = (await client.get("/ws/status", headers=watcher)).json()
    assert (status["total_connections"], status["total_diagnoses"]) == (0, 0)
    counters = status["counters"]
    assert (counters["messages_sent"], counters["bytes_sent"]) == (6, 2_100)
    assert (counters["connections_closed"], counters["slow_clients_cut"]) == ({"4008": 1}, 1)
    assert counters["refused"] == {"not_found": 1}
    assert (counters["resumes_whole"], counters["resumes_refused"], counters["snapshots"]) == (1, 1, 2)
    assert counters["updates_pushed"] == 1
    assert counters["ledger_commits"] >= 1
    assert counters["published_events"] >= 2
    assert counters["hub_followers"] >= 1
    for path in ("/ws/status", "/metrics"):
        refused(await client.get(path, headers=token_for(house, "broadcast", "follow")), 403, "not_allowed")
        refused(await client.get(path, headers=bearer(house.services, house.mina)), 403, "not_allowed")
        assert (await client.get(path, headers=bearer(house.services, house.ida))).status_code == 200
