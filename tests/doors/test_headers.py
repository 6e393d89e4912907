"""Every answer says what a browser may do with it."""

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from api.doors.headers import PAGES, PHONE, SecurityHeaders, caching
from domain.services import Services
from tests.support.house import House, bearer

Client = httpx2.AsyncClient


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/m", 200),
        ("GET", "/m/sw.js", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/healthz", 200),
        ("GET", "/static/icon.svg", 200),
        ("GET", "/static/m/app.js", 200),
        ("GET", "/static/../settings.py", 404),
        ("GET", "/api/patients", 401),
        ("GET", "/api/nothing", 404),
        ("POST", "/healthz", 405),
        ("POST", "/auth/sign-out", 303),
        ("POST", "/api/auth/token", 422),
    ],
)
async def test_whatever_is_answered(client: Client, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
    assert "camera=()" in answer.headers["permissions-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "cache-control" in answer.headers
    assert "strict-transport-security" not in answer.headers  # this one is not public


async def test_an_unexpected_error_too(app: FastAPI, client: Client) -> None:
    def broken(_request: Request) -> Response:
        raise RuntimeError("no")

    app.router.add_route("/broken", broken)
    answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_record_is_kept_by_no_cache(client: Client, services: Services, house: House) -> None:
    answer = await client.get("/api/patients", headers=bearer(services, house.leila))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


async def test_no_page_of_ours_runs_a_script_that_stands_in_it(client: Client) -> None:
    for path in ("/m", "/docs"):
        scripts = (await client.get(path)).headers["content-security-policy"].split("script-src")[1].split(";")[0]
        assert "unsafe" not in scripts
        assert "*" not in scripts


@pytest.mark.parametrize("one", [PAGES, PHONE])
def test_a_policy_names_no_other_host(one: str) -> None:
    parts = dict(directive.strip().split(" ", 1) for directive in one.split(";"))
    for name, sources in parts.items():
        assert not any("." in source or ":" in source.removesuffix("data:") for source in sources.split()), name
    assert parts["object-src"] == parts["frame-ancestors"] == parts["base-uri"] == "'none'"
    assert parts["connect-src"] == parts["form-action"] == "'self'"


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("/api/patients", 200, "no-store"),
        ("/", 200, "no-store"),
        ("/static/m/app.js", 200, "no-cache"),
        ("/static/m/none.js", 404, "no-store"),
        ("/static/vendor/swagger-ui/swagger-ui.css", 304, "public, max-age=86400"),
        ("/staticless", 200, "no-store"),
    ],
)
def test_only_what_holds_nothing_about_anybody_is_kept(path: str, status: int, kept: str) -> None:
    assert caching(path, status) == kept


async def test_strangers_are_told_to_come_over_https_only() -> None:
    async def bare(_scope: object, _receive: object, send: Send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    transport = httpx2.ASGITransport(SecurityHeaders(bare, public=True))
    async with Client(transport=transport, base_url="https://practice.example") as one:
        assert (await one.get("/")).headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
