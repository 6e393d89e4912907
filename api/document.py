"""The OpenAPI document: what FastAPI reads off the routes, and what it cannot see there.

That is who may (the bearer token is read by a dependency of ours), where the program is reached, and how it refuses: every
problem is RFC 9457 JSON, and an operation names the statuses that something of its kind can be answered with.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from api.identity import actor_of, anybody_of, service_of
from api.status import asking, scraping

TITLE, VERSION = "Vervain", "1"
BEARER = "bearer"
OBSERVERS: tuple[str, list[dict[str, list[str]]]] = (
    "practitioners, admins and a service with the scope; in the demo anybody on its machine",
    [{BEARER: []}, {}],
)
WHO: dict[Callable[..., Any] | None, tuple[str, list[dict[str, list[str]]]]] = {
    actor_of: ("a person who is signed in, for what is theirs to see or do", [{BEARER: []}]),
    service_of: ("a service whose token has the scope", [{BEARER: []}]),
    anybody_of: ("a person who is signed in, or a service whose token has the scope", [{BEARER: []}]),
    asking: OBSERVERS,
    scraping: OBSERVERS,
    None: ("anybody", []),
}
"""By the dependency that a route begins with: who may, and what proves it."""
SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of `/api/auth/…`, or the token of a service (`python main.py user service`).",
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457): `detail` for people, `code` for programs.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "retry_after": {"type": "integer", "description": "Seconds; also in the header Retry-After."},
        "reference": {"type": "string", "description": "What the log calls an unexpected error."},
    },
}
REFUSALS = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token is not valid any more.",
    403: "Whoever this is may not do this kind of thing.",
    404: "There is no such thing, or none that may be known of.",
    409: "The thing is not in a state in which this can be done, or the key was used for another request.",
    413: "The request is too large.",
    422: "What was sent is not what is expected.",
    429: "Too often; Retry-After says when to come back.",
    503: "Not at the moment; come back later.",
}
UNHEARD = ("HTTPValidationError", "ValidationError")
"""FastAPI's own form of a refusal, which is not ours."""


def document(routes: Sequence[BaseRoute], *, base_url: str) -> dict[str, Any]:
    """Describe these routes as an OpenAPI 3.1 document for a program that is reached at ``base_url``."""
    described = get_openapi(title=TITLE, version=VERSION, routes=routes)
    described["servers"] = [{"url": base_url}]
    components = described.setdefault("components", {})
    components["securitySchemes"] = {BEARER: SCHEME}
    schemas = components.setdefault("schemas", {})
    for name in UNHEARD:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM
    for one in iter_route_contexts(routes):
        route, methods = one.original_route, described["paths"].get(one.path_format, {})
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete(methods[method.lower()], route, changes=method != "GET")
    return described


def _complete(operation: dict[str, Any], route: APIRoute, *, changes: bool) -> None:
    asked = next((call for call in _dependencies(route.dependant) if call in WHO), None)
    who, proof = WHO[asked]
    operation["summary"] = (route.endpoint.__doc__ or "").strip().splitlines()[0]
    operation["description"] = f"{operation.get('description', '')}\n\nWho may: {who}.".strip()
    operation["security"] = proof
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's, in its own form
    named = (int(status) for status in responses if status.isdecimal() and int(status) in REFUSALS)
    for status in sorted({*named, *_refusals(operation, changes=changes)}):
        responses[str(status)] = {
            "description": REFUSALS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


def _refusals(operation: dict[str, Any], *, changes: bool) -> Iterator[int]:
    """List how something of this kind can be refused, beside what its route names."""
    if "requestBody" in operation:
        yield from (400, 413)
    if changes:
        yield 409
    if operation["security"]:
        yield from (401, 403)
    if "requestBody" in operation or "parameters" in operation:
        yield from (404, 422)
    yield from (429, 503)


def _dependencies(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    for one in dependant.dependencies:
        yield one.call
        yield from _dependencies(one)
