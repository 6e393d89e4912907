"""The live endpoint described for programs: AsyncAPI 3.0 at ``/asyncapi.json``, made from the classes that are sent."""

import json
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from api import message_examples
from api.identity import ServicesOf
from api.message_schemas import AT, Reader, payload, shapes
from domain.protocol import CLIENT, CLOSINGS, SERVER

router = APIRouter(include_in_schema=False)

Document = dict[str, Any]
CHANNEL = "#/channels/diagnosis"
ABOUT = """\
Follow one diagnosis: a `snapshot`, then everything that happens to it, numbered without a gap. JSON text both ways.

Who you are comes from the `Authorization` header, from `?token=`, from the cookie of a signed-in page of this server, or from
the first message (`auth`, within 10 seconds), looked for in this order. Every refusal comes after the handshake, as an `error`
message and a close code (`x-close-codes` of the channel). Two kinds of people follow: those of the practice, and the patient, who
gets less of some messages (the schemas named `…ForPatient`) and of others only that they happened (`Withheld`).

docs/live-protocol.md says what the messages mean, how to resume, and the bounds."""


@router.get("/asyncapi.json")
def description(services: ServicesOf) -> Response:
    """Give the document."""
    return Response(_written(services.base_url), media_type="application/json")


def document(base_url: str = "http://127.0.0.1:8000") -> Document:
    """Describe the channel, both directions of it, and every message; ``base_url`` is where the program is reached."""
    address = urlsplit(base_url)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Vervain live protocol", "version": "1.0.0", "description": ABOUT},
        "defaultContentType": "application/json",
        "servers": {
            "here": {
                "host": address.netloc,
                "protocol": "wss" if address.scheme == "https" else "ws",
                "description": "This program. Where none of the ways below is used, the first message says who you are.",
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
            }
        },
        "channels": {"diagnosis": _channel()},
        "operations": _operations(),
        "components": {"schemas": shapes(), "messages": _messages(), "securitySchemes": _SECURITY},
    }


@lru_cache(maxsize=4)
def _written(base_url: str) -> str:
    return json.dumps(document(base_url), ensure_ascii=False)


def _channel() -> Document:
    return {
        "address": "/ws/{diagnosis_id}",
        "title": "One diagnosis",
        "description": "The log of one diagnosis, as it grows.",
        "parameters": {"diagnosis_id": {"description": "The id of the diagnosis to follow.", "examples": ["121"]}},
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages()},
        "bindings": {"ws": {"method": "GET", "query": _QUERY, "headers": _HEADERS, "bindingVersion": "0.1.0"}},
        "x-close-codes": [
            {"code": closing.code, "reasons": list(closing.reasons), "client": closing.then} for closing in CLOSINGS
        ],
    }


def _operations() -> Document:
    """Name what this program does on the channel: it sends what happens, and receives what clients say."""
    told = [message.wire for message in SERVER if message.wire not in {"connect", "pong", "auth", "error"}]
    answers = {"auth": ["connect", "auth_renewed", "error"], "ping": ["pong"], "resume": [*told, "error"]}
    received = {
        f"receive_{kind}": {
            "action": "receive",
            "channel": {"$ref": CHANNEL},
            "title": kind,
            "summary": _sentence(shape),
            "messages": [_in_channel(f"client_{kind}")],
            **({"reply": _reply(answers[kind])} if kind in answers else {}),
        }
        for kind, shape in CLIENT.items()
    }
    return {
        "greet": _sending("Say where the client stands.", ["connect"]),
        "tell": _sending("Tell what the diagnosis is, and what happens to it.", told),
        "complain": _sending("Say that something was not understood, or why somebody may not come in.", ["error"]),
        **received,
    }


def _sending(summary: str, names: list[str]) -> Document:
    return {
        "action": "send",
        "channel": {"$ref": CHANNEL},
        "summary": summary,
        "messages": [_in_channel(name) for name in names],
    }


def _reply(names: list[str]) -> Document:
    return {"channel": {"$ref": CHANNEL}, "messages": [_in_channel(name) for name in names]}


def _in_channel(name: str) -> Document:
    return {"$ref": f"{CHANNEL}/messages/{name}"}


def _messages() -> Document:
    """Describe every message; ``auth`` goes both ways, so the keys tell the two apart and ``name`` is as on the wire."""
    names, examples, said = shapes(), message_examples.of_server(), message_examples.of_client()
    sent = {
        "auth_renewed" if message.wire == "auth" else message.wire: {
            "name": message.wire,
            "title": message.wire,
            "summary": _sentence(message.data),
            "payload": payload(message, Reader.ANYBODY, names),
            "examples": [{"payload": one} for one in examples[message.wire]],
        }
        for message in SERVER
    }
    received = {
        f"client_{kind}": {
            "name": kind,
            "title": kind,
            "summary": _sentence(shape),
            "payload": {"$ref": f"{AT}{shape.__name__}"},
            "examples": [{"payload": one} for one in said[kind]],
        }
        for kind, shape in CLIENT.items()
    }
    return sent | received


def _sentence(shape: type) -> str:
    return (shape.__doc__ or "").split(" Wire name")[0].strip()


_QUERY = {
    "type": "object",
    "properties": {
        "token": {"type": "string", "description": "An access token; taken out before anything can print it."},
        "since": {"type": "integer", "minimum": 0, "description": "The last seq that you have."},
        "epoch": {"type": "string", "description": "The epoch of the log that you have it from."},
        "auth": {"const": "message", "description": "Skip the cookie: the first message says who you are."},
    },
}
_HEADERS = {
    "type": "object",
    "properties": {
        "Authorization": {"type": "string", "pattern": "^[Bb]earer .+", "description": "An access token."},
        "Cookie": {
            "type": "string",
            "description": "The session of a signed-in page; only from a page of this server.",
        },
        "Origin": {"type": "string", "description": "Where the page comes from; browsers send it."},
        "Sec-Fetch-Site": {"type": "string", "description": "The same, as newer browsers say it."},
    },
}
_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A person's access token (POST /api/auth/…), or a service token with the scope follow.",
    },
    "token": {
        "type": "httpApiKey",
        "name": "token",
        "in": "query",
        "description": "The same token in the address, for clients that can set nothing else.",
    },
    "cookie": {
        "type": "httpApiKey",
        "name": "session",
        "in": "cookie",
        "description": "The session of a signed-in page (__Host-session behind HTTPS), from a page of this server only.",
    },
}
