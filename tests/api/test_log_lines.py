"""What each line of the log says of where it comes from, and what the access log has of a request."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from websockets.sync.client import connect

from settings import Settings
from tests.support.house import House, bearer, signed_in
from tests.support.printed import printed
from tests.support.server import Server, serving, without_pages
from tests.support.waiting import ANSWER_SECONDS

NOT_OURS = "proxy-made-1234"


@pytest.fixture
def lines(server: Server) -> Iterator["Lines"]:
    """What the program prints while the test runs, as it does in public."""
    with printed(public=True, level="INFO") as out:
        yield Lines(out)


class Lines:
    """The printed lines."""

    def __init__(self, out: Any) -> None:
        self._out = out

    def said(self, event: str) -> list[dict[str, Any]]:
        """Give those of one event."""
        every = [json.loads(line) for line in self._out.getvalue().splitlines()]
        return [one for one in every if one["event"] == event]


@pytest.fixture(params=["127.0.0.1"])
def server(request: pytest.FixtureRequest, settings: Settings, house: House) -> Iterator[Server]:
    """The program with a line for each request, behind a proxy that is trusted."""
    more = {"access_log": True, "trusted_proxies": request.param}
    with serving(without_pages(settings.model_copy(update=more), house.services)) as running:
        yield running


def test_a_line_names_request_and_person_and_not_who_it_is(server: Server, house: House, lines: Lines) -> None:
    where = f"/api/diagnosis/{house.diagnosis_id}/feedback"
    with httpx2.Client(base_url=server.http, timeout=ANSWER_SECONDS) as client:
        for who in (house.leila, house.leila, house.mina):
            client.get(where, params={"cursor": 0}, headers=bearer(house.services, who))
        client.get("/healthz")
        client.get("/static/m/index.html")
        client.get("/api/nobody/listens/to/zqxmark")
    first, second, third, unknown = lines.said("request")
    assert {name: first[name] for name in ("method", "route", "status", "level", "logger")} == {
        "method": "GET", "route": "/api/diagnosis/{diagnosis_id}/feedback", "status": 200, "level": "info",
        "logger": "vervain.access",
    }  # fmt: skip
    assert 0 < first["ms"] < 60_000
    assert set(first) == {
        "method", "route", "status", "ms", "event", "level", "logger", "timestamp", "request", "person",
    }  # fmt: skip
    assert first["person"] == second["person"] == house.services.sealing.in_the_log(house.leila.person_id)
    assert third["person"] not in (first["person"], str(house.mina.person_id))
    assert len({one["request"] for one in (first, second, third, unknown)}) == 4
    assert "person" not in unknown
    assert (unknown["route"], unknown["status"]) == ("/api/{path:path}", 404)


GIVEN = [NOT_OURS, "short", "x" * 65, 'no"quotes"', "per cent%0a"]


@pytest.mark.parametrize(("server", "taken"), [("127.0.0.1", [NOT_OURS]), ("10.0.0.1", [])], indirect=["server"])
def test_a_request_is_called_as_a_trusted_proxy_says(server: Server, lines: Lines, taken: list[str]) -> None:
    with httpx2.Client(base_url=server.http, timeout=ANSWER_SECONDS) as client:
        answers = [client.get("/api/knowledge/names", headers={"X-Request-ID": one}) for one in GIVEN]
    called = [answer.headers["X-Request-ID"] for answer in answers]
    assert [line["request"] for line in lines.said("request")] == called
    assert [one for one in called if one in GIVEN] == taken
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in called if one not in taken)


def test_an_error_is_found_by_what_the_caller_was_told(server: Server, house: House, lines: Lines) -> None:
    with house.services.database.engine.execution_options(write=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE side_effect RENAME TO gone")
    with httpx2.Client(
        base_url=server.http, headers=bearer(house.services, house.leila), timeout=ANSWER_SECONDS
    ) as client:
        answer = client.get(f"/api/diagnosis/{house.diagnosis_id}/feedback")
    assert answer.status_code == 500
    [error] = lines.said("unexpected error")
    assert error["reference"] == error["request"] == answer.json()["reference"] == answer.headers["X-Request-ID"]
    assert error["person"] == house.services.sealing.in_the_log(house.leila.person_id)


def test_a_socket_is_a_connection(server: Server, house: House, lines: Lines) -> None:
    _, token = signed_in(house.services, house.omar)
    with connect(
        f"{server.ws}/ws/{house.diagnosis_id}",
        additional_headers={"Authorization": f"Bearer {token}"},
        open_timeout=ANSWER_SECONDS,
    ) as socket:
        socket.recv(timeout=ANSWER_SECONDS)
    [refusal] = lines.said("security.permission_refused")
    assert refusal["connection"]
    assert "request" not in refusal
    assert refusal["person"] == house.services.sealing.in_the_log(house.omar.person_id)
