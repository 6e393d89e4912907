"""Whether the program lives, whether it can serve, and what it says when a part is away."""

import asyncio
import threading
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from starlette.responses import JSONResponse

from api.away import DatabaseAway
from domain import health
from domain.bus import BusState
from domain.errors import Unavailable
from domain.health import Check, away, broker
from storage import migrations, postgresql
from storage.database import Database
from storage.tables import Mark, metadata
from tests.support.house import House, bearer
from tests.support.postgres import Postgres
from tests.support.problems import refused
from tests.support.waiting import eventually

Client = httpx2.AsyncClient


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)


async def test_alive_and_ready(client: Client) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz?strict=true")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["checks"] == {
        part: {"ok": True} for part in ("draining", "database", "writing", "migrations", "log")
    }


async def test_not_ready_before_the_start_and_after_the_end(app: FastAPI) -> None:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://test") as client:
        refused(await client.get("/readyz"), 503, "unavailable")
        async with app.router.lifespan_context(app):
            assert (await client.get("/readyz")).status_code == 200
        refused(await client.get("/readyz"), 503, "unavailable")
        assert (await client.get("/healthz")).status_code == 200


async def test_without_the_broker_it_serves_and_says_what_is_worse(client: Client, app: FastAPI) -> None:
    bus = BusState("nats", connected=False, since=datetime(2026, 11, 29, 8, tzinfo=UTC))
    app.state.services.health.checked_by("broker", partial(broker, bus))
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    said = ready.json()["checks"]["broker"]
    assert (said["ok"], said["since"]) == (False, "2026-11-29T08:00:00+00:00")
    strict = refused(await client.get("/readyz?strict=true"), 503, "unavailable")
    assert strict["detail"] == said["why"]
    bus.connected = True
    assert (await client.get("/readyz?strict=true")).json()["status"] == "ready"


async def test_a_log_that_is_another_one_or_has_lost_its_end(client: Client, app: FastAPI) -> None:
    publishing = app.state.services.ledger._publishing
    publishing.went_back = True
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["log"]["ok"]) == (200, False)
    publishing.is_another_log = True
    refused(await client.get("/readyz"), 503, "unavailable")


async def test_a_part_that_does_not_answer_is_asked_once(
    client: Client, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ANSWER_SECONDS", 0.05)
    hangs, asked = threading.Event(), []

    def look() -> Check:
        asked.append(1)
        hangs.wait(30)
        return Check()

    app.state.services.health.checked_by("database", look)
    for _ in range(3):
        problem = refused(await client.get("/readyz"), 503, "unavailable")
        assert problem["detail"] == "The database does not answer."
    await eventually(lambda: asked == [1])
    answer = app.state.services.health._parts["database"]._answer
    assert len(answer._done_callbacks) == 1, "whoever asks leaves nothing behind"
    hangs.set()
    await eventually_said(client, "ready")


async def test_what_a_part_says_is_no_part_of_the_answer_where_it_fails(
    client: Client, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    def look() -> Check:
        raise RuntimeError("zqxmark")

    app.state.services.health.checked_by("database", look)
    problem = refused(await client.get("/readyz"), 503, "unavailable")
    assert "zqxmark" not in str(problem)
    assert [
        record.__dict__["part"] for record in caplog.records if record.message == "something is wrong with a part"
    ] == ["database"]


async def test_where_another_program_writes_reading_goes_on(
    client: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "HELD_UP_SECONDS", 0.1)
    where = f"/api/diagnosis/{house.diagnosis_id}/feedback"
    said: dict[str, Any] = {
        "json": {"recommendation_id": house.ginger, "rating": 4},
        "headers": bearer(house.services, house.mina),
    }
    assert (await client.get(where, headers=said["headers"])).status_code == 200
    other = Database(house.services.database.url.render_as_string(hide_password=False))
    with closing(other), other.write():
        waiting = asyncio.create_task(client.post(where, **said))
        await eventually_said(client, "degraded")
        held = (await client.get("/readyz")).json()["checks"]["writing"]
        assert not held["ok"]
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get(where, headers=said["headers"])).status_code == 200  # it was read shortly before
    assert (await waiting).status_code == 201
    await eventually_said(client, "ready")


async def test_a_postgresql_that_goes_is_said_and_comes_back_by_itself(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(postgres.made())
    metadata.create_all(database.engine)
    there: Any = SimpleNamespace(database=database)

    async def reads(scope: Any, receive: Any, send: Any) -> None:
        with database.read() as session:
            session.exec(select(Mark)).first()
        await JSONResponse({})(scope, receive, send)

    try:
        async with Client(transport=httpx2.ASGITransport(app=DatabaseAway(reads)), base_url="http://test") as client:
            assert (await client.get("/")).status_code == 200
            assert health.database(there) == Check()
            with postgres.stopped():
                for _ in range(3):  # first on a connection that was open, then without any
                    problem = refused(await client.get("/"), 503, "unavailable")
                    assert problem["retry_after"] == 2
                    assert not health.database(there).ok
            assert health.database(there) == Check()
            assert (await client.get("/")).status_code == 200
    finally:
        database.close()
    assert [record.message for record in caplog.records if "api.away" in record.name] == [
        "the database cannot be reached"
    ]


async def test_other_errors_of_a_database_are_no_reason_to_try_again(postgres: Postgres, tmp_path: Path) -> None:
    for url in (postgres.made(), f"sqlite:///{tmp_path / 'empty.db'}"):
        database = Database(url)
        with pytest.raises(DBAPIError) as missing, database.read() as session:
            session.exec(select(Mark)).first()
        database.close()
        assert away(missing.value) is None


async def eventually_said(client: Client, status: str) -> None:
    """Ask until it is said to be so."""
    async with asyncio.timeout(30):
        while (await client.get("/readyz")).json()["status"] != status:
            pass  # asking waits for the answer


async def test_the_schema_is_read_once_a_minute_and_by_the_connections_of_who_reads(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres.made())
    schema = health.Schema(database)
    assert "older schema" in schema().why
    migrations.upgrade(database)
    monkeypatch.delattr(postgresql, "building")
    assert schema() == Check(), "what does not suit is looked at again"
    with postgres.stopped():
        with monkeypatch.context() as unasked:
            unasked.delattr(migrations, "behind")
            assert schema() == Check(), "it is remembered"
        monkeypatch.setattr(health, "SUITS_SECONDS", 0.0)
        assert schema() == Check(), "that the database is away says the part that looks at it"
        assert not health.Schema(database)().ok
    database.busy = lambda: Unavailable("The database is busy.")
    with postgres.stopped():
        assert not health.Schema(database)().ok
    assert schema() == Check()
    database.close()
