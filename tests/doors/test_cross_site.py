"""What another site makes a browser do here is refused; what a program does with its own token is not."""

from typing import Any

import httpx2
import pytest
from starlette.datastructures import Headers
from starlette.types import Message

from api.doors.cross_site import OwnSite, same_origin
from api.doors.hosts import KnownHosts, host_of
from domain.services import Services
from tests.support.house import House, bearer
from tests.support.problems import refused, rows

Client = httpx2.AsyncClient
FOREIGN = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Origin": "http://test.elsewhere.example"},
    {"Origin": "http://test:81"},
    {"Origin": "http://[broken"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://test"},
    {"Sec-Fetch-Site": "", "Origin": "http://test"},
]
OWN: list[dict[str, str]] = [
    {},
    {"Origin": "http://test"},
    {"Origin": "https://TEST"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://other"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("said", FOREIGN, ids=str)
def test_a_foreign_page_is_known_as_one(said: dict[str, str]) -> None:
    assert not same_origin(Headers({"host": "test"} | said))


@pytest.mark.parametrize("said", OWN, ids=str)
def test_a_page_of_ours_is_known_as_one(said: dict[str, str]) -> None:
    assert same_origin(Headers({"host": "test"} | said))


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/sign-out", "/auth/demo", "/api/patients", "/api/auth/token"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_every_method_that_changes_something_on_every_path(client: Client, path: str, method: str) -> None:
    answer = await client.request(method, path, headers={"Sec-Fetch-Site": "cross-site", "Cookie": "session=x"})
    refused(answer, 403, "not_allowed")


async def test_a_program_with_its_own_token_may_come_from_anywhere(
    client: Client, services: Services, house: House
) -> None:
    token = bearer(services, house.leila)
    foreign = {"Origin": "https://app.example", "Sec-Fetch-Site": "cross-site"}
    before = rows(services)
    sent = await client.post("/api/patients", json={"name": "Sara Lind"}, headers=token | foreign)
    assert sent.status_code == 201
    with_cookie = token | foreign | {"Cookie": "a=b; session=x"}
    refused(await client.post("/api/patients", json={"name": "Sara"}, headers=with_cookie), 403, "not_allowed")
    assert rows(services)["patient"] == before["patient"] + 1


async def test_reading_is_nobodys_harm_but_the_language_stays(client: Client) -> None:
    followed = await client.get("/language/fa?next=/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    assert (followed.status_code, followed.headers["location"]) == (303, "/sign-in")
    assert "set-cookie" not in followed.headers
    assert "set-cookie" in (await client.get("/language/fa")).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://elsewhere.example"}, "closed"),
        ({"Origin": "null"}, "closed"),
        ({"Origin": "http://test"}, "passed"),
    ],
)
@pytest.mark.parametrize("kind", ["websocket", "http"])
async def test_the_socket_of_the_pages(headers: dict[str, str], status: str, kind: str) -> None:
    sent = await asked(OwnSite(reached, session_cookie="session"), kind, "/_nicegui_ws/socket.io/", headers)
    assert (sent == REACHED) == (status == "passed")
    if status == "closed":
        assert sent[0].get("status", 1008 if kind == "websocket" else 0) in (403, 1008)


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("practice.example", True),
        ("Practice.Example:443", True),
        ("practice.example.", True),
        ("practice.example.attacker.test", False),
        ("attacker.test", False),
        ("", False),
        ("192.168.1.7:8000", False),
        ("[::1]:8000", False),
    ],
)
@pytest.mark.parametrize("kind", ["websocket", "http"])
async def test_only_names_of_ours_are_answered(host: str, answered: bool, kind: str) -> None:
    sent = await asked(KnownHosts(reached, hosts=["practice.example"]), kind, "/", {"Host": host})
    assert (sent == REACHED) == answered
    if not answered:
        assert sent[0]["type"] == ("websocket.close" if kind == "websocket" else "http.response.start")
        assert sent[0].get("status", 421) == 421


async def test_in_a_house_of_ones_own_a_number_is_enough() -> None:
    door = KnownHosts(reached, hosts=["localhost"], by_number=True)
    assert await asked(door, "http", "/", {"Host": "192.168.1.7:8000"}) == REACHED
    assert await asked(door, "http", "/", {"Host": "[fe80::1]:8000"}) == REACHED
    assert await asked(door, "http", "/", {"Host": "rebound.example"}) != REACHED
    assert await asked(door, "http", "/healthz", {"Host": "10.0.0.1.nip.example"}) == REACHED
    assert host_of("[::1]:8000") == "::1"


async def test_the_program_knows_its_names(client: Client) -> None:
    refused(await client.get("/m", headers={"Host": "rebound.example"}), 421, "wrong_host")
    for name in ("localhost:8000", "127.0.0.1", "[::1]:8000"):
        assert (await client.get("/m", headers={"Host": name})).status_code == 200


REACHED: list[Message] = [{"type": "reached"}]


async def reached(_scope: Any, _receive: Any, send: Any) -> None:
    await send(REACHED[0])


async def asked(door: Any, kind: str, path: str, headers: dict[str, str]) -> list[Message]:
    """Ask a door, and give what it or what is behind it answers."""
    raw = [(name.lower().encode(), value.encode()) for name, value in ({"Host": "test"} | headers).items()]
    scope = {"type": kind, "path": path, "headers": raw, "method": "GET", "query_string": b""}
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await door(scope, None, send)
    return sent
