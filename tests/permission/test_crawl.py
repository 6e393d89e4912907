"""A crawl of what no table names: NiceGUI's own paths, files, and every route asked in every way with ids of real things."""

from typing import Any

import httpx2
import pytest

from tests.permission.place import Place
from tests.permission.table import ROUTES

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
REFUSED = {401, 403, 404, 405}
PUBLIC = {"anybody", "look on"}
OF_NICEGUI = (
    "/_nicegui_ws/socket.io/", "/_nicegui/3.18.0/dynamic_resources/1", "/_nicegui/auto/static/x", "/_nicegui/client/1",
    "/_nicegui/3.18.0/components/nothing.js", "/_nicegui/3.18.0/resources/1/..%2f..%2fvervain.db",
)  # fmt: skip
FILES = (
    "/static/../vervain.db",
    "/static/%2e%2e/settings.py",
    "/static/..%2fsecret",
    "/vervain.db",
    "/.env",
    "/.git/config",
)


@pytest.mark.parametrize("who", ["nobody", "another", "elsewhere"])
async def test_every_route_in_every_way(place: Place, program: httpx2.AsyncClient, who: str) -> None:
    headers = {} if who == "nobody" else {"Authorization": f"Bearer {place.tokens[who]}"}
    ids = place.ids | {
        "person_id": place.people["own"],
        "code": "en",
        "sign_in_id": 1,
        "invite_id": 1,
        "kind": "care",
        "name": "nobody",
    }
    paths = {route.split(" ")[1] for route, (what, _body) in ROUTES.items() if what not in PUBLIC}
    for path in sorted(one for one in paths if "{" in one):
        for method in METHODS:
            given: dict[str, Any] = {} if method in ("GET", "HEAD", "OPTIONS") else {"json": []}
            answer = await program.request(method, path.format(**ids), headers=headers, **given)
            nothing_told = answer.status_code == 422 and who != "nobody"  # of what was sent, whatever the id
            assert answer.status_code in REFUSED or nothing_told, (method, path, answer.text)
            assert "Mina" not in answer.text


async def test_paths_that_are_not_ours(place: Place, program: httpx2.AsyncClient) -> None:
    for path in (*OF_NICEGUI, *FILES):
        for method in ("GET", "POST"):
            answer = await program.request(method, path)
            assert answer.status_code in REFUSED | {400}, (method, path, answer.status_code)
            assert "SQLite" not in answer.text
