"""What is refused over HTTP and on sockets is a line of the log, whoever refused it, and what is granted is none."""

import json
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from domain import sharing
from domain.sharing import ShareInput
from tests.support.house import House, bearer, signed_in
from tests.support.printed import printed

Client = httpx2.AsyncClient


def told(out: Any) -> list[tuple[str, str, str | None, str]]:
    """Read event, reason, person and door of each line."""
    said = [json.loads(line) for line in out.getvalue().splitlines()]
    return [
        (one["event"].removeprefix("security."), one.get("reason", ""), one.get("person"), one.get("where", ""))
        for one in said
        if one["event"].startswith("security.")
    ]


async def test_each_kind_of_refusal_has_its_line(client: Client, house: House) -> None:
    mina, named = house.mina.patient_id or 0, house.services.sealing.in_the_log
    sharing.share(house.services, house.leila, mina, ShareInput(person_id=house.chen.person_id))
    profile, herb = f"/api/patients/{mina}", {"Content-Type": "application/json"}
    as_chen, as_leila = bearer(house.services, house.chen), bearer(house.services, house.leila)
    stranger = bearer(house.services, house.stranger)
    with printed(public=True) as out:
        assert (await client.get(profile, headers=as_leila)).status_code == 200
        assert told(out) == [], "granted: no event"
        await client.get(profile, headers=stranger)
        await client.put(profile, json={"name": "Zqxmark"}, headers=as_chen)
        await client.put(f"{profile}/consents/zqxmark", json={"granted": True}, headers=as_leila)
        await client.post("/api/diagnosis", content=b"{zqxmark", headers=as_leila | herb)
        await client.post(profile, headers=as_leila)
        await client.get(profile, headers={"Authorization": "Bearer zqxmark"})
        await client.post("/auth/sign-out", headers={"Origin": "https://zqxmark.example"})
        await client.get(profile, headers={"Host": "zqxmark.example"})
        await client.post("/api/diagnosis", content=b"x" * 300_000, headers=as_leila)
    assert told(out) == [
        ("permission_refused", "not_found", named(house.stranger.person_id), f"GET {profile}"),
        ("permission_refused", "not_allowed", named(house.chen.person_id), f"PUT {profile}"),
        ("input_refused", "invalid", named(house.leila.person_id), f"PUT {profile}/consents/{{kind}}"),
        ("input_refused", "malformed", None, "POST /api/diagnosis"),
        ("input_refused", "method_not_allowed", None, "POST /api/{path:path}"),
        ("token_refused", "not_signed_in", None, ""),
        ("door_refused", "foreign", None, "POST"),
        ("door_refused", "wrong_host", None, "GET"),
        ("door_refused", "too_large", None, "POST"),
    ]
    assert "zqxmark" not in out.getvalue().lower()


def test_sockets_have_theirs(app: FastAPI, house: House) -> None:
    _, token = signed_in(house.services, house.stranger)
    path = f"/ws/{house.diagnosis_id}"
    with TestClient(app) as client, printed(public=True) as out:
        with client.websocket_connect(f"{path}?token={token}", headers={"Host": "test"}) as socket:
            assert socket.receive_json()["data"]["code"] == "not_found"
        try:
            with client.websocket_connect(path, headers={"Host": "elsewhere.example"}):
                raise AssertionError("it was let in")
        except WebSocketDisconnect:
            pass
    assert told(out) == [
        (
            "permission_refused",
            "not_found",
            house.services.sealing.in_the_log(house.stranger.person_id),
            f"socket {path}",
        ),
        ("door_refused", "socket", None, "socket"),
    ]


def test_who_says_nothing_on_a_socket_is_a_stranger(app: FastAPI, house: House) -> None:
    with (
        printed(public=True) as out,
        TestClient(app) as client,
        client.websocket_connect(f"/ws/{house.diagnosis_id}", headers={"Host": "test"}) as socket,
    ):
        socket.send_json({"type": "ping"})
        assert socket.receive_json()["data"]["code"] == "auth_expected"
    assert told(out) == [("stranger", "no_token", None, "socket /ws")]
