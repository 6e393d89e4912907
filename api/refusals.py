"""Writes down what was refused over HTTP and at the door of sockets, whoever refused it: the one place that sees every answer."""

from http import HTTPStatus
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.identity import ACTOR, NO_TOKEN, address_of
from domain.security_log import Event, SecurityLog, place

DOORS = {408: "too_slow", 413: "too_large", 421: "wrong_host"}
NOBODY_LISTENS = {"", "/api/{path:path}"}
BY_ITSELF = ("/favicon", "/apple-touch-icon", "/robots.txt", "/.well-known/")
"""What browsers and search engines ask every site for."""
INPUT = {400: "malformed", 405: "method_not_allowed", 415: "unsupported_media_type", 422: "invalid"}


class Refusals:
    """ASGI middleware, outside of all doors."""

    def __init__(self, app: ASGIApp, security: SecurityLog) -> None:
        self.app = app
        self._security = security

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and look at what is answered."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        began = False

        async def look(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                self._answered(scope, message["status"])
            elif message["type"] == "websocket.close" and not began:
                self._note(scope, Event.DOOR_REFUSED, "socket")
            began = True
            await send(message)

        await self.app(scope, receive, look)

    def _answered(self, scope: Scope, status: int) -> None:
        if status in DOORS:
            self._note(scope, Event.DOOR_REFUSED, DOORS[status])
        elif status in INPUT:
            self._note(scope, Event.INPUT_REFUSED, INPUT[status])
        elif status == HTTPStatus.FORBIDDEN and ACTOR not in scope:
            self._note(scope, Event.DOOR_REFUSED, "foreign")
        elif status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND) and ACTOR in scope:
            reason = "not_allowed" if status == HTTPStatus.FORBIDDEN else "not_found"
            self._note(scope, Event.PERMISSION_REFUSED, reason)
        elif status == HTTPStatus.UNAUTHORIZED and NO_TOKEN in scope:
            self._note(scope, Event.STRANGER, "no_token")
        elif status == HTTPStatus.NOT_FOUND and _is_unknown(scope):
            self._note(scope, Event.STRANGER, "no_such_path")

    def _note(self, scope: Scope, event: Event, reason: str) -> None:
        actor = scope.get(ACTOR)
        person = None if actor is None else actor.person_id
        self._security.note(
            event, reason=reason, person=person, address=address_of(HTTPConnection(scope)), where=place_of(scope)
        )


def _is_unknown(scope: Scope) -> bool:
    """Say whether nobody listens at a path that a browser does not ask for by itself."""
    route: Any = scope.get("route")
    return getattr(route, "path", "") in NOBODY_LISTENS and not scope["path"].startswith(BY_ITSELF)


def place_of(scope: Scope) -> str:
    """Say which door it was: the method and the path of the route."""
    route: Any = scope.get("route")
    return f"{scope.get('method', 'socket')} {place(getattr(route, 'path', ''), scope['path'])}".rstrip()
