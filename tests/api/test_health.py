"""Whether the program lives, and whether it can serve."""

import httpx2
from fastapi import FastAPI

from tests.support.problems import refused


async def test_alive_and_ready(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


async def test_not_ready_before_the_start_and_after_the_end(app: FastAPI) -> None:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        refused(await client.get("/readyz"), 503, "unavailable")
        async with app.router.lifespan_context(app):
            assert (await client.get("/readyz")).status_code == 200
        refused(await client.get("/readyz"), 503, "unavailable")
        assert (await client.get("/healthz")).status_code == 200
