"""How a message of the bus is written: JSON, an event a list of its fields in their order."""

import json
from dataclasses import dataclass, fields
from typing import Any

from domain.bus import Told
from domain.events import LoggedEvent

_FIELDS = tuple(field.name for field in fields(LoggedEvent) if field.name != "span")
_TEXTS = ("id", "type", "timestamp", "data")
_NUMBERS = ("practice_id",)
_MAYBE_NUMBERS = ("position", "diagnosis_id", "patient_id", "seq")


class Unreadable(ValueError):
    """A message is none of ours."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one process tells the others."""

    committed: float
    """When, by the sender's clock: seconds since 1970."""
    told: Told


def written(message: Message) -> str:
    """Write a message."""
    events = [[getattr(event, name) for name in _FIELDS] for event in message.told.events]
    told = [message.committed, message.told.after, events, message.told.trace]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def read(text: str | bytes) -> Message:
    """Read a message. Raises Unreadable."""
    try:
        committed, after, events, trace = json.loads(text)
        read_events = tuple(_event(dict(zip(_FIELDS, one, strict=True))) for one in events)
        told = Told(_number(after), read_events, str(trace))
        return Message(float(committed), told)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable("not a message of ours") from error


def _event(values: dict[str, Any]) -> LoggedEvent:
    right = (
        all(isinstance(values[name], str) for name in _TEXTS)
        and all(type(values[name]) is int for name in _NUMBERS)
        and all(values[name] is None or type(values[name]) is int for name in _MAYBE_NUMBERS)
        and (values["patient_data"] is None or isinstance(values["patient_data"], str))
    )
    if not right:
        raise Unreadable("not an event of ours")
    return LoggedEvent(**values)


def _number(given: object) -> int:
    if type(given) is not int:
        raise Unreadable("not a position")
    return given
