"""JSON Schemas of everything that travels on a socket, made from the classes that are sent.

The log has two readers (docs/live-protocol.md, "What a patient does not see"), so a shape of which patients get less stands
here twice: as it is, and ``…ForPatient``.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from domain.messages import WITHHELD, SnapshotState
from domain.protocol import CLIENT, SERVER, UNKNOWN_TO_PATIENTS, VERSION, Numbered, ServerMessage

Schema = dict[str, Any]
AT = "#/components/schemas/"
PATIENT = "ForPatient"
ALSO_WITHHELD = "Withheld"


class Reader(Enum):
    """For whom a message is: the practice, the patient, or whoever may follow."""

    PRACTICE = "practice"
    PATIENT = "patient"
    ANYBODY = "anybody"


def shapes() -> dict[str, Schema]:
    """Describe every shape, and what patients get of it, by name."""
    sent: list[tuple[type[BaseModel], Any]] = [(message.data, "serialization") for message in SERVER]
    received: list[tuple[type[BaseModel], Any]] = [(shape, "validation") for shape in CLIENT.values()]
    _, described = models_json_schema([*sent, *received], ref_template=f"{AT}{{model}}")
    found: dict[str, Schema] = {name: _without_titles(schema) for name, schema in described["$defs"].items()}
    classes = {shape.__name__: shape for shape in _closure([message.data for message in SERVER])}
    for name in sorted(_differ(found, classes)):
        found[f"{name}{PATIENT}"] = _for_patient(found[name], classes[name], _differ(found, classes))
    found[ALSO_WITHHELD] = {
        "type": "object",
        "description": "What a patient gets in place of data that is not theirs to see, so that seq stays contiguous.",
        "properties": {name: {"const": value} for name, value in WITHHELD.items()},
        "required": list(WITHHELD),
        "additionalProperties": False,
    }
    return found


def payload(message: ServerMessage, reader: Reader, names: dict[str, Schema]) -> Schema:
    """Describe a whole message of the server: the envelope round what this reader may get; ``names`` are all shapes."""
    name = message.data.__name__
    own = f"{name}{PATIENT}" if f"{name}{PATIENT}" in names else name
    data = [name] if reader is not Reader.PATIENT else []
    if reader is not Reader.PRACTICE:
        data += [own] if message.withheld != "always" and own not in data else []
        data += [ALSO_WITHHELD] if message.withheld != "never" else []
    fields: Schema = {
        "v": {"const": VERSION},
        "type": {"const": message.wire},
        "diagnosis_id": {"type": "integer"},
        "seq": {"type": "integer", "minimum": 1, "description": "Contiguous per diagnosis."},
        "id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "The key to drop duplicates by."},
        "timestamp": {
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
            "description": "UTC, with milliseconds.",
        },
        "data": {"$ref": AT + data[0]} if len(data) == 1 else {"anyOf": [{"$ref": AT + one} for one in data]},
    }
    if message.numbered is Numbered.NEVER:
        del fields["seq"]
    required = ["v", "type", "data"] if message.anonymous else list(fields)
    if message.numbered is Numbered.WHEN_CAUSED_HERE:
        required.remove("seq")
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _closure(shapes: list[Any]) -> Iterator[type[BaseModel]]:
    """Give the shapes and all that they are made of."""
    for shape in shapes:
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            yield shape
            yield from _closure([one for field in shape.model_fields.values() for one in _parts(field.annotation)])


def _parts(annotation: Any) -> list[Any]:
    inside = [part for one in getattr(annotation, "__args__", ()) for part in _parts(one)]
    return [annotation, *inside]


def _differ(schemas: dict[str, Schema], classes: dict[str, type[BaseModel]]) -> set[str]:
    """Name the shapes of which patients get less, or something else, and those that hold one of them."""
    differ = {name for name, shape in classes.items() if _left_out(shape) or shape in UNKNOWN_TO_PATIENTS}
    while more := {name for name in classes if name not in differ and _refers(schemas[name]) & differ}:
        differ |= more
    return differ


def _left_out(shape: type[BaseModel]) -> frozenset[str]:
    return getattr(shape, "NOT_FOR_PATIENTS", frozenset())


def _for_patient(schema: Schema, shape: type[BaseModel], differ: set[str]) -> Schema:
    fields = {name: field for name, field in schema["properties"].items() if name not in _left_out(shape)}
    for name in UNKNOWN_TO_PATIENTS.get(shape, ()):
        fields[name] = {"type": "null"}
    fields = {name: _pointed(field, differ) for name, field in fields.items()}
    if shape is SnapshotState:
        fields["predictions"] = fields["predictions"] | {"maxItems": 0}
    required = [name for name in schema["required"] if name in fields]
    return schema | {
        "description": f"{schema.get('description', '')} As its patient gets it.".strip(),
        "properties": fields,
        "required": required,
    }


def _pointed(schema: Any, differ: set[str]) -> Any:
    """Point at what patients get, wherever that differs."""
    if isinstance(schema, list):
        return [_pointed(one, differ) for one in schema]
    if not isinstance(schema, dict):
        return schema
    target = str(schema.get("$ref", "")).removeprefix(AT)
    if target in differ:
        return {"$ref": f"{AT}{target}{PATIENT}"}
    return {key: _pointed(value, differ) for key, value in schema.items()}


def _refers(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*(_refers(one) for one in schema))
    if not isinstance(schema, dict):
        return set()
    here = {str(schema["$ref"]).removeprefix(AT)} if "$ref" in schema else set()
    return here.union(*(_refers(one) for one in schema.values()))


def _without_titles(schema: Any) -> Any:
    """Leave out the titles, which only say a name once more; a field that is called so stays."""
    if isinstance(schema, list):
        return [_without_titles(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)
    }
