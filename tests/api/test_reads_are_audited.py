"""Every door that shows something of a patient leaves an entry; a new one is found here, or has to say that it shows none."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import col, func, select

from domain.feedback import FeedbackInput, submit
from domain.permission import Actor
from domain.readings import Readings, carry
from domain.services import Services
from storage.tables import AuditEntry
from tests.api.test_feedback import Client
from tests.support.clock import Clock
from tests.support.house import House, bearer

ABOUT_NOBODY = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/ws/status",
    "/api/auth/demo",
    "/api/auth/me",
    "/api/auth/sign-ins",
    "/api/audit",
    "/api/analytics/trending",
    "/api/cases",
    "/api/colleagues",
}
"""Doors without a patient in them: statistics, the program itself, one's own sign-ins, what the practice knows."""
PREFIXES_ABOUT_NOBODY = ("/api/knowledge", "/api/evidence", "/api/predictor", "/.well-known")


def entries_about(services: Services, patient_id: int, *, after: int) -> int:
    """Count the entries about a patient's record behind an entry."""
    with services.database.read() as session:
        statement = select(func.count()).where(AuditEntry.patient_id == patient_id, col(AuditEntry.id) > after)
        return session.exec(statement).one()


def newest(services: Services) -> int:
    """Give the id of the newest entry."""
    with services.database.read() as session:
        return session.exec(select(func.max(AuditEntry.id))).one() or 0


def doors(app: FastAPI) -> list[str]:
    """List every path that can be read over HTTP."""
    return sorted(path for path, verbs in app.openapi()["paths"].items() if "get" in verbs)


def about_nobody(path: str) -> bool:
    """Say whether a door is known to show no record; one with an id in it that is a patient's never is."""
    return path in ABOUT_NOBODY or path.startswith(PREFIXES_ABOUT_NOBODY)


def filled(path: str, house: House, feedback_id: int) -> str:
    """Fill Mina's ids into a path."""
    ids = {
        "patient_id": house.mina.patient_id,
        "diagnosis_id": house.diagnosis_id,
        "recommendation_id": house.ginger,
        "feedback_id": feedback_id,
    }
    return re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path)


@pytest.mark.parametrize("who", ["leila", "mina"])
async def test_every_door_that_shows_a_record_leaves_an_entry(
    client: Client, app: FastAPI, house: House, who: str
) -> None:
    given = submit(
        house.services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, recommendation_id=house.ginger)
    )
    actor: Actor = getattr(house, who)
    silent, refused = [], []
    for path in doors(app):
        if about_nobody(path):
            continue
        headers = bearer(house.services, actor)  # a sign-in of its own: nothing of it was read before
        before = newest(house.services)
        answer = await client.get(filled(path, house, given["id"]), headers=headers)
        if answer.status_code != 200:
            refused.append(path)
        elif not entries_about(house.services, house.mina.patient_id or 0, after=before):
            silent.append(path)
    assert silent == [], "what is shown is not written down"
    if who == "leila":
        assert refused == [], "what is not shown proves nothing"


async def test_where_it_cannot_be_written_down_every_door_is_shut(client: Client, app: FastAPI, house: House) -> None:
    def full(_act: Any) -> None:
        raise OSError("no space left on the device")

    async def never(_act: Any) -> None:
        full(_act)

    services = house.services
    given = submit(services, house.mina, house.diagnosis_id, FeedbackInput(rating=4, recommendation_id=house.ginger))
    headers = bearer(services, house.leila)
    shut = Readings(full, never, Clock())
    carry(services.database, shut)
    services.ledger.readings.note = shut.note  # type: ignore[method-assign]
    for path in doors(app):
        if not about_nobody(path):
            answer = await client.get(filled(path, house, given["id"]), headers=headers)
            assert (path, answer.status_code) == (path, 503)
            assert "Mina" not in answer.text


async def test_doors_about_nobody_write_nothing_about_anybody(client: Client, app: FastAPI, house: House) -> None:
    headers = bearer(house.services, house.leila)
    before = newest(house.services)
    for path in doors(app):
        if about_nobody(path) and "{" not in path:
            await client.get(path, headers=headers)
    assert entries_about(house.services, house.mina.patient_id or 0, after=before) == 0


async def test_who_read_my_record_over_http(client: Client, house: House) -> None:
    at = f"/api/patients/{house.mina.patient_id}/readers"
    await client.get(f"/api/diagnosis/{house.diagnosis_id}", headers=bearer(house.services, house.leila))
    mina = bearer(house.services, house.mina)
    first = (await client.get(at, params={"limit": 1}, headers=mina)).json()
    assert {name: first["items"][0][name] for name in ("name", "role", "action", "reason")} == {
        "name": "Dr Leila Moradi",
        "role": "practitioner",
        "action": "read",
        "reason": None,
    }
    assert "address" not in first["items"][0]
    assert "person_id" not in first["items"][0]
    rest = (await client.get(at, params={"cursor": first["next"]}, headers=mina)).json()
    assert rest["next"] is None
    assert first["items"][0] not in rest["items"]
    assert (await client.get(at, headers=bearer(house.services, house.chen))).status_code == 404
    audit = (
        await client.get("/api/audit", params={"action": "read"}, headers=bearer(house.services, house.ida))
    ).json()
    assert {one["patient_id"] for one in audit["items"]} == {house.mina.patient_id}
    assert audit["items"][0]["address"]
    assert (await client.get("/api/audit", headers=mina)).status_code == 403
