"""The contract of the live endpoint: every message that a test sees is held against ``/asyncapi.json``."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT7

from api import asyncapi, message_schemas
from api.message_schemas import Reader
from domain.events import Audience
from domain.protocol import SERVER

DOCUMENT = "asyncapi.json"
READERS = {Audience.PRACTICE: Reader.PRACTICE, Audience.PATIENT: Reader.PATIENT, None: Reader.ANYBODY}


def check(message: Mapping[str, Any], audience: Audience | None = None) -> None:
    """Hold a message of the server against the document; with an ``audience``, against what that reader may get at all."""
    kind = message.get("type")
    assert isinstance(kind, str), f"a message has a type: {message}"
    error = best_match(_validator(kind, READERS[audience]).iter_errors(message))
    assert error is None, f"{kind} for {audience or 'anybody'}, {error.json_path}: {error.message}"


def check_said(message: Mapping[str, Any]) -> None:
    """Hold a message of a client against the document."""
    error = best_match(_at(f"/components/messages/client_{message['type']}/payload").iter_errors(message))
    assert error is None, f"{message['type']}, {error.json_path}: {error.message}"


@cache
def _validator(kind: str, reader: Reader) -> Draft7Validator:
    names = {message.wire: message for message in SERVER}
    assert kind in names, f"the document has no message type {kind}"
    if reader is Reader.ANYBODY:
        return _at(f"/components/messages/{'auth_renewed' if kind == 'auth' else kind}/payload")
    return _compiled(message_schemas.payload(names[kind], reader, message_schemas.shapes()))


@cache
def _at(place: str) -> Draft7Validator:
    return _compiled({"$ref": f"#{place}"})


def _compiled(schema: dict[str, Any]) -> Draft7Validator:
    """Compile a schema of the document; its references point into the document."""
    document = _document()
    registry: Registry[Any] = Registry().with_resource(DOCUMENT, DRAFT7.create_resource(document))
    return Draft7Validator(_absolute(schema), registry=registry)


def _absolute(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_absolute(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: f"{DOCUMENT}{value}" if key == "$ref" else _absolute(value) for key, value in schema.items()}


@cache
def _document() -> dict[str, Any]:
    return asyncapi.document()
