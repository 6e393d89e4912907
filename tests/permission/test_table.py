"""The table of who may what, over HTTP, socket and page, at one program; what is not yours looks like what is not there."""

from typing import Any

import httpx2
import nicegui
import pytest
from fastapi.routing import APIRoute

import api
from api import live as live_endpoint
from tests.permission.place import Place
from tests.permission.table import OUTCOMES, PAGES, QUERIES, ROUTES, SPARED, WHO
from tests.support.phone import ringing

UNKNOWN = 999_999
IN_EVERY_ANSWER = {"date", "content-length", "set-cookie"}
"""Headers that may differ between two answers that say the same."""
WITH_A_COOKIE = tuple(one for one in WHO if one not in ("broadcast", "status", "follow", "knowledge", "nobody"))


def test_every_route_and_every_page_is_in_the_table(place: Place) -> None:
    routes = {
        f"{method} {one.path}"
        for group in api.ROUTES
        for one in group.effective_candidates()  # type: ignore[attr-defined]
        for method in one.methods
    }
    assert routes | {"GET /openapi.json"} == set(ROUTES)
    pages = {one.path for one in nicegui.app.routes if isinstance(one, APIRoute) and "_nicegui" not in one.path}
    assert pages == set(PAGES)
    assert {what for what, _ in ROUTES.values()} <= set(OUTCOMES)


@pytest.mark.parametrize("who", WHO)
async def test_over_http(place: Place, program: httpx2.AsyncClient, who: str) -> None:
    wrong = []
    for route, (what, body) in ROUTES.items():
        if what in SPARED and OUTCOMES[what][who] == "allowed":
            continue
        answer = await ask(place, program, who, route, body, place.ids)
        came = outcome(answer.status_code)
        if came != OUTCOMES[what][who]:
            wrong.append(f"{route}: {came}, not {OUTCOMES[what][who]}: {answer.text[:200]}")
        if came == "404":
            nothing = await ask(place, program, who, route, body, dict.fromkeys(place.ids, UNKNOWN))
            assert told(nothing) == told(answer), f"{route} tells {who} what there is"
    assert not wrong, "\n".join(wrong)


async def ask(
    place: Place, program: httpx2.AsyncClient, who: str, route: str, body: Any, ids: dict[str, int]
) -> httpx2.Response:
    """Send a request as somebody, about what has these ids."""
    method, path = route.split(" ")
    of = ids["patient_id"] if ids["patient_id"] == UNKNOWN else None
    person = place.people["spare" if "shares" in path else "own"] if of is None else UNKNOWN
    where = path.format(
        **ids, person_id=person, sign_in_id=1, invite_id=1, kind="statistics", code="en", name="nobody"
    ) + QUERIES.get(path, "")
    if isinstance(body, dict) and isinstance(body.get("person_id"), str):
        body = body | {"person_id": place.people[body["person_id"]]}
    token = place.leaving.get(who) if path == "/api/auth/sign-out" else None
    headers = {} if who == "nobody" else {"Authorization": f"Bearer {token or place.tokens[who]}"}
    return await program.request(method, where, json=body, headers=headers)


def outcome(status: int) -> str:
    """Name what came of a request; what was refused for another reason than who asked was allowed."""
    assert status < 500
    return str(status) if status in (401, 403, 404) else "allowed"


def told(answer: httpx2.Response) -> tuple[int, str, set[str]]:
    """Give all of an answer by which two can be told apart."""
    return answer.status_code, answer.text, set(answer.headers) - IN_EVERY_ANSWER


@pytest.mark.parametrize("who", WHO)
async def test_over_a_socket(place: Place, monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setattr(live_endpoint, "AUTH_SECONDS", 0.1)
    expected, diagnosis_id = OUTCOMES["follow a socket"][who], place.ids["diagnosis_id"]
    token = "" if who == "nobody" else place.tokens[who]
    ways: dict[str, tuple[str, dict[str, Any], dict[str, str] | None]] = {
        "header": ("", {"additional_headers": {"Authorization": f"Bearer {token}"}}, None),
        "message": ("", {}, {"type": "auth", "token": token}),
        "address": (f"?token={token}", {}, None),
    }
    if who in WITH_A_COOKIE and who in place.cookies:
        cookie = {"Cookie": f"session={place.cookies[who]}"}
        ways["cookie"] = ("", {"additional_headers": cookie, "origin": place.server.http}, None)
    for way, (query, options, first) in ways.items():
        reasons = []
        for number in (diagnosis_id, UNKNOWN):
            async with ringing(place.server.ws, f"{number}{query}", **options) as caller:
                if first is not None:
                    await caller.send(first)
                if expected == "allowed" and number == diagnosis_id:
                    assert await caller.expect("connect"), way
                    continue
                reasons.append(await caller.closing())
        assert {code for code, _reason in reasons} == {1008}, way
        assert len(set(reasons)) == 1, f"by {way} a socket tells {who} what there is"


@pytest.mark.parametrize("who", [*WITH_A_COOKIE, "nobody"])
async def test_on_the_pages(place: Place, program: httpx2.AsyncClient, who: str) -> None:
    headers = {} if who == "nobody" else {"Cookie": f"session={place.cookies[who]}"}
    wrong = {}
    for path, what in PAGES.items():
        answer = await program.get(path.format(**place.ids), headers=headers)
        came = shown(answer)
        if came != on_a_page(what, who):
            wrong[path] = (came, on_a_page(what, who))
        if came == "404":
            nothing = await program.get(path.format(**dict.fromkeys(place.ids, UNKNOWN)), headers=headers)
            assert shown(nothing) == "404"
            assert "Mina" not in answer.text
            assert len(nothing.text) == len(answer.text), path
    assert wrong == {}


def on_a_page(what: str, who: str) -> str:
    """Say what comes of a page for somebody: patients are led to the phone page, who is not signed in to the door."""
    if what in ("anybody", "after a password"):
        return "allowed" if what == "anybody" else "401"
    if who in ("patient", "another"):
        return "phone"
    if who in ("revoked", "disabled", "nobody"):
        return "401"
    return "allowed" if what == "open a page" else OUTCOMES[what][who]


def shown(answer: httpx2.Response) -> str:
    """Name what came of a page."""
    if answer.is_redirect:
        return {"/m": "phone"}.get(
            answer.headers["location"], "401" if "/sign-in" in answer.headers["location"] else ""
        )
    assert answer.status_code == 200
    if any(one in answer.text for one in ("There is no such patient.", "There is no such diagnosis.")):
        return "404"
    return "403" if "Only a practitioner can open" in answer.text else "allowed"
