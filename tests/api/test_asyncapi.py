"""The description of the live endpoint: a valid AsyncAPI 3.0 document that says what is really sent."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from websockets.asyncio.server import ServerConnection, serve

from api import asyncapi, message_examples
from domain.errors import Invalid
from domain.events import DURABLE, Audience
from domain.protocol import CLOSINGS, SERVER, read
from tests.support.house import House
from tests.support.phone import ringing
from tests.support.protocol import check, check_said
from tests.support.snapshots import messages_after

ROOT = Path(__file__).parents[2]
OFFICIAL = ROOT / "tests" / "support" / "asyncapi" / "3.0.0.json"
PROTOCOL = ROOT / "docs" / "live-protocol.md"
Message = dict[str, Any]


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """The AsyncAPI initiative's own schema of such documents."""
    return Draft7Validator(json.loads(OFFICIAL.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return asyncapi.document()


def test_it_is_a_valid_asyncapi_document(official: Draft7Validator, document: dict[str, Any]) -> None:
    error = best_match(official.iter_errors(document))
    assert error is None, f"{error.json_path}: {error.message}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.update(asyncapi="2.6.0"),
        lambda one: one["info"].pop("version"),
        lambda one: one["operations"]["tell"].update(action="publish"),
        lambda one: one["channels"]["diagnosis"]["bindings"]["ws"].update(method="PATCH"),
        lambda one: one["components"]["schemas"]["Pong"].update(type="whole number"),
        lambda one: one["components"]["securitySchemes"]["token"].pop("in"),
    ],
    ids=["version", "info", "action", "binding", "schema", "security"],
)
def test_a_document_that_is_wrong_is_noticed(official: Draft7Validator, document: dict[str, Any], spoil: Any) -> None:
    wrong = copy.deepcopy(document)
    spoil(wrong)
    assert best_match(official.iter_errors(wrong)) is not None


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        here: Any = document
        for part in reference.split("/"):
            assert part in here, reference
            here = here[part]
        if isinstance(here, dict) and set(here) == {"$ref"}:
            assert here["$ref"].startswith("#/components/messages/"), "a channel's message, which points on"


async def test_it_is_served(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/asyncapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()["channels"]["diagnosis"]["address"] == "/ws/{diagnosis_id}"


def test_it_says_where_the_program_is_reached() -> None:
    here = asyncapi.document("https://practice.example:8443")["servers"]["here"]
    assert (here["host"], here["protocol"]) == ("practice.example:8443", "wss")


def test_everything_that_is_sent_is_in_it(document: dict[str, Any]) -> None:
    assert {message.wire for message in SERVER} >= set(DURABLE)
    said = {(one["name"], key) for key, one in document["components"]["messages"].items()}
    assert {key for _, key in said} == set(document["channels"]["diagnosis"]["messages"])
    operations = document["operations"].values()
    directions = {
        one["$ref"].split("/")[-1]: operation["action"] for operation in operations for one in operation["messages"]
    }
    replies = {
        one["$ref"].split("/")[-1] for operation in operations for one in operation.get("reply", {}).get("messages", [])
    }
    assert set(directions) | replies == {key for _, key in said}
    assert {key for key, action in directions.items() if action == "receive"} == {
        "client_auth", "client_ping", "client_ack", "client_resume",
    }  # fmt: skip


def test_its_examples_are_messages() -> None:
    for messages in message_examples.of_server().values():
        for message in messages:
            check(message)
    for messages in message_examples.of_client().values():
        for message in messages:
            check_said(message)
            assert read(message).model_dump(exclude_unset=True) == message


def test_the_examples_of_the_documents_are_messages() -> None:
    shown = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", PROTOCOL.read_text(), re.M | re.S)]
    assert len(shown) >= 15
    for message in shown:
        if message.get("data") != {}:  # the envelope alone
            check(message) if "v" in message else check_said(message)


def test_the_close_codes_are_those_of_the_documents() -> None:
    rows = re.findall(r"^\| ((?:\d{4}(?:, )?)+) \|([^|]*)\|", PROTOCOL.read_text(), re.MULTILINE)
    shown = {(int(code), reason) for codes, said in rows for code in codes.split(", ") for reason in said.split(", ")}
    ours = {(one.code, f"`{reason}`" if reason else "") for one in CLOSINGS for reason in one.reasons or ("",)}
    assert {(code, reason.strip()) for code, reason in shown} == ours


GOOD: Message = message_examples.of_server()["feedback_update"][0]
WRONG: dict[str, Message] = {
    "no type": {name: value for name, value in GOOD.items() if name != "type"},
    "a type that nobody announced": GOOD | {"type": "gossip"},
    "no number": {name: value for name, value in GOOD.items() if name != "seq"},
    "a number that is text": GOOD | {"seq": "30"},
    "a number where there is none": message_examples.of_server()["pong"][0] | {"seq": 3},
    "another version": GOOD | {"v": 2},
    "a local time": GOOD | {"timestamp": "2026-11-23T17:00:09.090+01:00"},
    "something beside the envelope": GOOD | {"person_id": 4},
    "a field too many": GOOD | {"data": GOOD["data"] | {"mood": "good"}},
    "a field too few": GOOD | {"data": {name: value for name, value in GOOD["data"].items() if name != "rating"}},
    "a change that there is not": GOOD | {"data": GOOD["data"] | {"change": "improved"}},
    "withheld from everybody": GOOD | {"data": {"withheld": True}},
    "withheld and not": message_examples.of_server()["prediction_update"][1] | {"data": {"withheld": False}},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_message_is_noticed(what: str) -> None:
    check(GOOD)
    with pytest.raises(AssertionError):
        check(WRONG[what])


async def test_a_phone_notices_a_wrong_message() -> None:
    async def send_both(connection: ServerConnection) -> None:
        await connection.send(json.dumps(GOOD))
        await connection.send(json.dumps(WRONG["a field too many"]))

    async with serve(send_both, "127.0.0.1", 0) as wrong:
        port = wrong.sockets[0].getsockname()[1]
        async with ringing(f"ws://127.0.0.1:{port}", 121) as caller:
            assert (await caller.next())["seq"] == GOOD["seq"]
            with pytest.raises(AssertionError, match="feedback_update"):
                await caller.next()


@pytest.mark.parametrize(
    "kind", ["snapshot", "recommendation_update", "feedback_update", "effectiveness_update", "prediction_update"]
)
def test_what_the_practice_gets_is_not_for_patients(kind: str) -> None:
    message = message_examples.of_server()[kind][0]
    check(message, Audience.PRACTICE)
    with pytest.raises(AssertionError):
        check(message, Audience.PATIENT)


def test_both_readers_get_what_is_announced_to_them(house: House) -> None:
    for audience in Audience:
        told = messages_after(house.services, house.diagnosis_id, audience, 0)
        assert {message["type"] for message in told} >= {"diagnosis_update", "recommendation_update"}
        for message in told:
            check(message, audience)


@pytest.mark.parametrize(
    "given", [{"type": "ack"}, {"type": "ack", "seq": True}, {"type": "resume", "since": -1}, {"type": "auth"}]
)
def test_what_a_client_says_wrong_is_wrong_in_the_document_too(given: Message) -> None:
    with pytest.raises(Invalid):
        read(given)
    with pytest.raises(AssertionError):
        check_said(given)


def test_a_position_that_is_none_begins_anew() -> None:
    for since in (-1, "x", 1.5, True, "9" * 5_000, None):
        message = read({"type": "auth", "token": "t", "since": since, "epoch": 7})
        assert message.model_dump() == {"type": "auth", "token": "t", "since": None, "epoch": None}
    assert read({"type": "auth", "token": "t", "since": "26"}).model_dump()["since"] == 26
