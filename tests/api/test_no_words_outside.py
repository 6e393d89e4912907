"""A day with marked words in every text field, and errors of every kind: none is in the log or in a metric."""

import json
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from websockets.sync.client import connect

import main
from domain.services import Services
from settings import Settings
from tests.support.house import House, bearer, recommended, signed_in
from tests.support.owner import full
from tests.support.printed import printed
from tests.support.server import Server
from tests.support.waiting import ANSWER_SECONDS

MARK = "zqxmark"
"""Every word that somebody types has this in it."""


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application, with a line for each request."""
    return main.create_app(settings.model_copy(update={"access_log": True}), services)


def test_no_word_is_anywhere_outside(server: Server, house: House) -> None:
    with printed(public=True) as out, httpx2.Client(base_url=server.http, timeout=ANSWER_SECONDS) as client:
        client.headers.update(bearer(house.services, house.leila))
        client.headers["Connection"] = "close"  # the server ends a connection on which something went wrong
        opened = a_day(client, house)
        follow(server, house, opened)
        database_errors(client, house)
        outside = [client.get(path).text for path in ("/metrics", "/ws/status", "/healthz", "/readyz")]
    log = out.getvalue()
    assert [line for line in log.splitlines() if json.loads(line)["event"] == "unexpected error"]
    assert len([line for line in log.splitlines() if json.loads(line)["event"] == "request"]) > 20
    assert MARK not in log.lower()
    token = client.headers["Authorization"].split()[1]
    for never in (
        house.leila.name,
        house.mina.name,
        token,
        token.split(".")[1],
        "stomach",
        "pain-epigastric",
        "ginger",
    ):
        assert never not in log
    assert all(outside)
    assert MARK not in "".join(outside).lower()


def a_day(client: httpx2.Client, house: House) -> int:
    """Say the word wherever something can be typed, rightly and wrongly; returns the diagnosis."""
    word, words = MARK.capitalize(), f"My {MARK} hurts"
    patient = {"name": f"Ann {word}", "sex": word, "medicines": [words], "allergies": [words], "conditions": [words]}
    given = {"patient": patient, "tradition": "tcm", "condition_id": "t-stcold", "complaint": words, "symptom": words}
    more = {"baseline": 7, "second_symptom": words, "second_baseline": 3, "activity": words, "activity_baseline": 2}
    found = [{"finding_id": "pain-epigastric"}]
    answer = client.post("/api/diagnosis", json=given | more | {"findings": found}, headers={"Idempotency-Key": MARK})
    assert answer.status_code == 201, answer.text
    diagnosis = answer.json()["diagnosis"]
    at, profile = f"/api/diagnosis/{diagnosis['id']}", f"/api/patients/{diagnosis['patient_id']}"
    plan = recommended(house.services, diagnosis["id"], "ginger")
    said: dict[str, Any] = {"recommendation_id": plan, "rating": 2, "symptom": 6, "comment": words}
    effects = [{"term": word, "severity": 3, "serious": True}]
    override = {"override_reason": words, "confirmed": True}
    calls: list[tuple[str, str, Any, int]] = [
        ("PUT", f"{at}/findings", {"findings": [{"finding_id": word}]}, 422),
        ("PUT", f"{at}/condition", {"condition_id": word}, 422),
        ("POST", f"/api/recommendations/{plan}/approve", override | {"dose": {"amount": word}}, 422),
        ("POST", f"/api/recommendations/{plan}/approve", override, 200),
        ("POST", f"{at}/feedback", said | {"side_effects": effects}, 201),
        ("POST", f"{at}/feedback", said | {"rating": words}, 422),
        ("POST", f"{at}/feedback", said | {"side_effects": [{"term": word, "severity": 9}]}, 422),
        ("PUT", profile, patient | {"name": f"Bea {word}", "version": word}, 409),
        ("PUT", profile, patient | {"name": f"Bea {word}"}, 200),
        ("PUT", f"{profile}/restriction", {"restricted": True, "reason": words}, 200),
        ("PUT", f"{profile}/restriction", {"restricted": False, "reason": words}, 200),
        ("PUT", f"{profile}/consents/{word}", {"granted": True}, 422),
        ("POST", f"{profile}/erasure", {"name": f"Cas {word}", "reason": words}, 422),
        ("POST", f"{profile}/erasure", {"name": f"Cas {word}", "reason": "asked_for"}, 422),
        ("GET", f"{profile}/export?format=fhir", None, 200),
        ("GET", f"/api/knowledge/search?q={word}", None, 200),
        ("POST", "/api/auth/invite", {"code": word}, 401),
    ]
    for method, path, body, status in calls:
        answer = client.request(method, path, json=body)
        assert answer.status_code in (status, 404 if "auth" in path else status), (path, answer.text)
    client.post(f"{at}/feedback", content=f'{{"comment": "{words}'.encode())
    client.post(f"/api/recommendations/{plan}/stop", json={"reason": words})
    return int(diagnosis["id"])


def follow(server: Server, house: House, diagnosis_id: int) -> None:
    """Send what no server expects over the socket."""
    _, token = signed_in(house.services, house.leila)
    at, headers = f"{server.ws}/ws/{diagnosis_id}", {"Authorization": f"Bearer {token}"}
    with connect(at, additional_headers=headers, open_timeout=ANSWER_SECONDS) as socket:
        socket.recv(timeout=ANSWER_SECONDS)
        for said in (f"{{{MARK}", json.dumps({"type": MARK}), json.dumps({"type": "ack", "seq": MARK})):
            socket.send(said)
            socket.recv(timeout=ANSWER_SECONDS)


def database_errors(client: httpx2.Client, house: House) -> None:
    """Let the database refuse what somebody has typed."""
    full(house.services.database, "feedback", when="rating > 0")
    with house.services.database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE patient_share RENAME TO gone"))
    said = {"recommendation_id": house.ginger, "rating": 2, "comment": f"My {MARK} hurts"}
    assert client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=said).status_code == 500
    with house.services.database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO patient_share"))
    assert client.post(f"/api/diagnosis/{house.diagnosis_id}/feedback", json=said).status_code == 500
