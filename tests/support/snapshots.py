"""The law of live updates: ``snapshot(n) + events after n == snapshot(m)``, for the practice and for the patient."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from domain.events import Audience, LoggedEvent
from domain.services import Services
from domain.snapshot import snapshot_text
from storage import events as log
from storage.tables import Diagnosis
from tests.support.protocol import check

State = dict[str, Any]
PARTS = ("recommendations", "feedback", "effectiveness", "predictions")
EMPTY: State = {
    "seq": 0,
    "diagnosis": None,
    "check_in": {"due": None, "number": 0, "rhythm": "weekly", "reminded": None},
    **{part: {} for part in PARTS},
}


@contextmanager
def follows(services: Services, diagnosis_id: int) -> Iterator[None]:
    """Prove the law for whatever is done inside the ``with``."""
    before = {audience: state_of(services, diagnosis_id, audience) for audience in Audience}
    yield
    for audience in Audience:
        assert_follows(services, diagnosis_id, audience, before[audience])


def follows_from_nothing(services: Services, diagnosis_id: int) -> None:
    """Prove the law for a diagnosis from its first event on."""
    for audience in Audience:
        assert_follows(services, diagnosis_id, audience, EMPTY)


def assert_follows(services: Services, diagnosis_id: int, audience: Audience, before: State) -> None:
    """Apply what happened to a state, as a client would, and compare with what a new client is given."""
    state = before
    for message in messages_after(services, diagnosis_id, audience, before["seq"]):
        state = apply(state, message)
    after = state_of(services, diagnosis_id, audience)
    for part in ("seq", "diagnosis", "check_in", *PARTS):
        assert state[part] == after[part], f"{part}, as the {audience} sees it"


def apply(state: State, message: Mapping[str, Any]) -> State:
    """Give the state after one message, by the rules of docs/live-protocol.md; pure."""
    data, seq = message["data"], message.get("seq")
    if message["type"] == "snapshot":
        return by_key(data)
    if seq is not None:
        assert seq == state["seq"] + 1, "a client must never see a hole"
        state = state | {"seq": seq}
    if data.get("withheld"):
        return state
    if data.get("check_in") is not None:
        state = state | {"check_in": data["check_in"]}
    match message["type"]:
        case "diagnosis_update":
            return state | {"diagnosis": data["diagnosis"]}
        case "recommendation_update" if data["new"] is None:
            # What hung on it goes with it.
            gone = data["recommendation_id"]
            return state | {part: without(state[part], gone) for part in PARTS if part != "feedback"}
        case "recommendation_update":
            return state | {"recommendations": state["recommendations"] | {data["new"]["id"]: data["new"]}}
        case "feedback_update" if data["change"] == "withdrawn":
            return state | {"feedback": without(state["feedback"], data["feedback_id"])}
        case "feedback_update":
            kept = {name: value for name, value in data.items() if name not in ("feedback_id", "change", "check_in")}
            one = kept | {"id": data["feedback_id"], "diagnosis_id": message["diagnosis_id"]}
            return state | {"feedback": state["feedback"] | {one["id"]: one}}
        case "effectiveness_update":
            return state | {"effectiveness": state["effectiveness"] | {data["recommendation_id"]: data}}
        case "prediction_update":
            return state | {"predictions": state["predictions"] | {data["recommendation_id"]: data}}
        case _:
            return state  # a type that this client does not know: its seq counts, nothing else


def by_key(data: Mapping[str, Any]) -> State:
    """Turn a snapshot's lists into what is compared: everything by its id, whatever the order."""
    keys = ("id", "id", "recommendation_id", "recommendation_id")
    parts = {part: {one[key]: one for one in data[part]} for part, key in zip(PARTS, keys, strict=True)}
    return {"seq": data["seq"], "diagnosis": data["diagnosis"], "check_in": data["check_in"], **parts}


def state_of(services: Services, diagnosis_id: int, audience: Audience) -> State:
    """Read the snapshot that a client of this kind is given now."""
    with services.database.read() as session:
        row = session.get_one(Diagnosis, diagnosis_id)
        return by_key(json.loads(snapshot_text(session, services.library.shared.knowledge, row, audience)))


def messages_after(services: Services, diagnosis_id: int, audience: Audience, seq: int) -> list[dict[str, Any]]:
    """Read the messages that a client of this kind is sent after ``seq``."""
    with services.database.read() as session:
        rows = log.after(session, diagnosis_id, seq, limit=10_000)
        messages = [json.loads(LoggedEvent.of(row).text(audience)) for row in rows]
    for message in messages:
        check(message, audience)
    return messages


def without(items: Mapping[int, Any], gone: int) -> dict[int, Any]:
    """Leave one out."""
    return {key: value for key, value in items.items() if key != gone}
