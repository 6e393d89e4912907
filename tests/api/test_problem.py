"""Bad input at every door of the API: one clear sentence with the right code, nothing changed, the next request works."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from domain import feedback
from domain.feedback import FeedbackInput
from domain.ledger import utc_now
from tests.support.house import House, bearer, signed_in
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient
OPEN = {
    "/api/auth/token", "/api/auth/invite", "/api/auth/refresh", "/api/auth/demo", "/api/knowledge/side-effects",
    "/api/knowledge/names",
    "/healthz", "/readyz", "/.well-known/jwks.json",
    "/ws/status", "/metrics",  # to anybody on this machine in the demo, which these tests are
}  # fmt: skip
"""Doors that nobody has to be known at."""
GOOD: dict[str, Any] = {
    "PUT /api/diagnosis/{diagnosis_id}/findings": {"findings": []},
    "PUT /api/diagnosis/{diagnosis_id}/condition": {"condition_id": "t-spqi"},
    "POST /api/recommendations/{recommendation_id}/approve": {},
    "POST /api/recommendations/{recommendation_id}/go-on": {},
    "POST /api/recommendations/{recommendation_id}/resume": {},
    "POST /api/recommendations/{recommendation_id}/acknowledge": {"reasons": ["herb_drug||x"]},
    "PUT /api/patients/{patient_id}": {"name": "Somebody"},
    "PUT /api/patients/{patient_id}/consents/{kind}": {"granted": False},
    "POST /api/recommendations/{recommendation_id}/stop": {"reason": "Enough."},
    "POST /api/diagnosis/{diagnosis_id}/feedback": {"rating": 5},
    "PUT /api/feedback/{feedback_id}": {"rating": 5},
    "PUT /api/feedback/{feedback_id}/rating": {"rating": 5},
    "PUT /api/feedback/{feedback_id}/comment": {"comment": "Fine."},
    "POST /api/feedback/{feedback_id}/reply": {"text": "Go on as before."},
    "PUT /api/feedback/{feedback_id}/reply": {"text": "Go on as before."},
    "POST /api/feedback/{feedback_id}/reply/seen": {"as_of": "2026-11-29T12:00:00Z"},
    "POST /api/patients/{patient_id}/shares": {"person_id": 1},
    "POST /api/patients/{patient_id}/hand-over": {"person_id": 1},
    "POST /api/practitioners/{person_id}/hand-over": {"person_id": 1},
    "POST /api/patients/{patient_id}/erasure": {"name": "Nobody at all", "reason": "asked_for"},
    "PUT /api/patients/{patient_id}/restriction": {"restricted": True, "reason": "They dispute it."},
}
"""What a good request to a path with an id carries."""


def doors(app: FastAPI) -> Iterator[tuple[str, str]]:
    """List every path with its methods, as the API describes itself."""
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path


def filled(path: str, **ids: int) -> str:
    for name in (
        "diagnosis_id",
        "recommendation_id",
        "feedback_id",
        "patient_id",
        "person_id",
        "sign_in_id",
        "invite_id",
    ):
        path = path.replace(f"{{{name}}}", str(ids.get(name, 999_999)))
    return path.replace("{kind}", "statistics")


def test_the_paths_that_were_agreed_are_there(app: FastAPI) -> None:
    agreed = {
        "POST /api/diagnosis/{diagnosis_id}/feedback",
        "GET /api/diagnosis/{diagnosis_id}/feedback",
        "PUT /api/feedback/{feedback_id}/rating",
        "PUT /api/feedback/{feedback_id}/comment",
        "GET /api/diagnosis/{diagnosis_id}/analytics",
        "GET /api/recommendations/{recommendation_id}/effectiveness",
        "GET /api/analytics/trending",
    }
    assert agreed <= {f"{method} {path}" for method, path in doors(app)}


async def test_every_door_asks_who_is_there(client: Client, app: FastAPI, house: House) -> None:
    actor, _ = signed_in(house.services, house.leila)
    expired = house.services.tokens.issue(
        person_id=actor.person_id,
        sign_in_id=actor.sign_in_id or 0,
        practice_id=actor.practice_id,
        role=actor.role,
        now=utc_now() - timedelta(hours=1),
    )
    before = rows(house.services)
    asked = 0
    for method, path in doors(app):
        if path in OPEN:
            continue
        asked += 1
        for headers in ({}, {"Authorization": f"Bearer {expired}"}):
            answer = await client.request(method, filled(path), json={}, headers=headers)
            refused(answer, 401, "not_signed_in")
    assert asked >= 20
    assert rows(house.services) == before


@pytest.mark.parametrize("who", ["stranger", "chen", "ida", "omar"])
async def test_what_is_somebody_elses_is_as_unknown_as_what_is_not_there(
    client: Client, app: FastAPI, house: House, who: str
) -> None:
    said = FeedbackInput(recommendation_id=house.ginger, rating=4)
    answered = feedback.submit(house.services, house.mina, house.diagnosis_id, said)["id"]
    ids = {
        "diagnosis_id": house.diagnosis_id,
        "recommendation_id": house.ginger,
        "feedback_id": answered,
        "patient_id": house.mina.patient_id or 0,
        "person_id": house.leila.person_id,
    }
    headers = bearer(house.services, getattr(house, who))
    before = rows(house.services)
    for method, path in doors(app):
        if "{" not in path or (
            who == "ida" and path.endswith(("hand-over", "/erasure"))
        ):  # which is what an admin may do
            continue
        there = f"{method} {path}"
        answers = []
        for where in (
            filled(path, **ids),
            filled(path),
            filled(path, **dict.fromkeys(ids, 2**31)),
            filled(path, **dict.fromkeys(ids, 10**30)),
            filled(path, **dict.fromkeys(ids, -1)),
        ):
            answers.append(await client.request(method, where, json=GOOD.get(there), headers=headers))
        for answer in answers:
            refused(answer, 404, "not_found")
            assert answer.json() == answers[0].json(), there
    assert rows(house.services) == before


async def test_an_id_that_is_none(client: Client, app: FastAPI, house: House) -> None:
    leila = bearer(house.services, house.leila)
    for method, path in doors(app):
        if "{" in path:
            for wrong in ("abc", "1.5", "%00", "٣٤٥x"):
                where = path.replace(path[path.index("{") : path.index("}") + 1], wrong)
                body = GOOD.get(f"{method} {path}")
                refused(await client.request(method, where, json=body, headers=leila), 422, "invalid")


BODIES: dict[str, tuple[bytes, str, int, str]] = {
    "malformed": (b'{"rating": 5', "application/json", 400, "malformed_json"),
    "not even close": (b"rating=5", "application/json", 400, "malformed_json"),
    "not UTF-8": (b'{"comment": "\xff\xfe", "rating": 5}', "application/json", 400, "bad_request"),
    "empty": (b"", "application/json", 422, "invalid"),
    "null": (b"null", "application/json", 422, "invalid"),
    "a list": (b"[5]", "application/json", 422, "invalid"),
    "a number": (b"5", "application/json", 422, "invalid"),
    "a form": (b"rating=5", "application/x-www-form-urlencoded", 422, "invalid"),
    "plain text": (b'{"rating": 5}', "text/plain", 422, "invalid"),
    "not a number": (b'{"rating": NaN}', "application/json", 422, "invalid"),
    "a number without end": (b'{"rating": 1e999}', "application/json", 422, "invalid"),
    "nested without end": (b"[" * 100_000, "application/json", 400, "bad_request"),
    "a field named by half a character": (b'{"rating": 5, "\\ud800": 1}', "application/json", 422, "invalid"),
    "half a character": (b'{"rating": 5, "comment": "\\ud800"}', "application/json", 422, "invalid"),
    "10 MB": (json.dumps({"rating": 5, "comment": "x" * 10_000_000}).encode(), "application/json", 413, "too_large"),
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_is_none(client: Client, house: House, what: str) -> None:
    content, kind, status, code = BODIES[what]
    mina = bearer(house.services, house.mina)
    before = rows(house.services)
    at = f"/api/diagnosis/{house.diagnosis_id}/feedback"
    refused(await client.post(at, content=content, headers=mina | {"Content-Type": kind}), status, code)
    assert rows(house.services) == before
    assert (await client.post(at, json={"rating": 5}, headers=mina)).status_code == 201


async def test_a_large_body_in_pieces_without_its_length(client: Client, house: House) -> None:
    async def pieces() -> Any:
        for _ in range(100):
            yield b"x" * 100_000

    mina = bearer(house.services, house.mina) | {"Content-Type": "application/json"}
    at = f"/api/diagnosis/{house.diagnosis_id}/feedback"
    refused(await client.post(at, content=pieces(), headers=mina), 413, "too_large")
    assert (await client.post(at, json={"rating": 5}, headers=mina)).status_code == 201


async def test_a_wrong_method(client: Client, app: FastAPI, house: House) -> None:
    leila = bearer(house.services, house.leila)
    known: dict[str, set[str]] = {}
    for method, path in doors(app):
        known.setdefault(path, set()).add(method)
    for path, methods in known.items():
        if not path.startswith("/api"):
            continue  # elsewhere the pages answer
        for wrong in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
            answer = await client.request(wrong, filled(path), headers=leila)
            of_a_sibling = path.endswith("/consents/history")  # which is no kind of consent
            assert answer.status_code in (404, 405, *([422] if of_a_sibling else [])), (wrong, path)
            codes = {404: "not_found", 405: "method_not_allowed", 422: "invalid"}
            refused(answer, answer.status_code, codes[answer.status_code])


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/diagnosis/1/nothing", "/api/../healthz/x"])
async def test_an_address_that_is_none(client: Client, path: str) -> None:
    answer = await client.get(path)
    if path.startswith("/api/") and ".." not in path:
        refused(answer, 404, "not_found")
    else:
        assert answer.status_code in (404, 307)


async def test_strange_headers(client: Client, house: House) -> None:
    mina = bearer(house.services, house.mina)
    at = f"/api/diagnosis/{house.diagnosis_id}/feedback"
    key = {name.encode(): value.encode() for name, value in mina.items()} | {b"Idempotency-Key": b"\xff\xfe"}
    answer = await client.post(at, json={"rating": 5}, headers=key)
    assert answer.status_code in (201, 422), answer.text
    refused(await client.get("/api/auth/me", headers={"Authorization": "Bearer " + "x" * 20_000}), 401, "not_signed_in")


async def test_the_description_is_there(client: Client) -> None:
    assert (await client.get("/docs")).status_code == 200
    assert (await client.get("/openapi.json")).json()["info"]["title"] == "Vervain"
