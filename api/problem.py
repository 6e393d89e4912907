"""Errors as RFC 9457 problem JSON: one sentence, a stable code, the right status, whatever went wrong."""

import json
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from domain.errors import NotFound, VervainError
from domain.origin import here, new_id

log = structlog.get_logger(__name__)

CODES = {400: "bad_request", 401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed",
         408: "too_slow", 413: "too_large", 415: "unsupported_media_type", 422: "invalid"}  # fmt: skip

TOO_LARGE = "This request is too large."
SENTENCES = {
    400: "The request cannot be read.",
    404: "There is nothing at this address.",
    405: "This address does not answer to that method.",
    408: "This request took too long to arrive.",
    413: TOO_LARGE,
}
"""What the framework refuses by itself, in our words."""
TOLD = ("retry_after", "reasons")
"""Details of an error that a program is told beside its sentence."""


def install(app: FastAPI) -> None:
    """Render every error of this application as a problem."""
    app.add_exception_handler(VervainError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """Write a problem."""
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if "retry_after" in more:
        headers["Retry-After"] = str(more["retry_after"])
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code}
    return Response(
        json.dumps(body | more, ensure_ascii=False),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def no_such_path(request: Request) -> Response:
    """Answer what nobody listens to; what somebody listens to with another method is told apart."""
    if any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.router.routes):
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED)
    raise NotFound(SENTENCES[404])


async def _known(_request: Request, error: Exception) -> Response:
    assert isinstance(error, VervainError)  # noqa: S101 - registered for this class
    more = {name: error.details[name] for name in TOLD if name in error.details}
    return problem(error.status, error.code, error.message, **more)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    errors = [{"field": _field(one["loc"]), "message": _sentence(one)} for one in error.errors()]
    first = errors[0]
    if error.errors()[0]["type"] == "json_invalid":
        return problem(400, "malformed_json", "The request is not valid JSON.")
    return problem(422, "invalid", f"{first['field']}: {first['message']}".lstrip(": "), errors=errors)


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    detail = SENTENCES.get(error.status_code, error.detail)
    answer = problem(error.status_code, CODES.get(error.status_code, "refused"), detail)
    answer.headers.update(error.headers or {})
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    origin = here()
    reference = origin.request if origin is not None and origin.request else new_id()
    route = request.scope.get("route")
    log.error("unexpected error", reference=reference, route=getattr(route, "path", ""), exc_info=error)
    return problem(500, "internal", f"Something went wrong on our side (reference {reference}).", reference=reference)


def _field(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path"))


def _sentence(error: Any) -> str:
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].upper() + message[1:] + ("" if message.endswith(".") else ".")
