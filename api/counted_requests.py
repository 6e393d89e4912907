"""Counts every answer over HTTP by the route that gave it, and how long it took until it began."""

import time
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.counting import Histogram

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Whoever asks may write any word there: others are counted together."""
LINE = "/_nicegui_ws/"
"""A page's line where it cannot have a socket: each request waits until something happens."""
PREFIX = "/api"
ELSEWHERE = "elsewhere"
"""Instead of a route where there is none: files, and what is not there."""


class CountedRequests:
    """ASGI middleware, outside of everything; it counts on the event loop."""

    def __init__(self, app: ASGIApp, requests: "Requests") -> None:
        self.app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and look when the answer begins."""
        if scope["type"] != "http" or scope["path"].startswith(LINE):
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def look(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._requests.answered(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, look)


class Requests:
    """How many there were and how long they took, by method, template of the route and class of status."""

    def __init__(self) -> None:
        self._by: dict[tuple[str, str, str], Histogram] = {}

    def answered(self, scope: MutableMapping[str, Any], status: int, seconds: float) -> None:
        """Count an answer; what was asked for is never kept, only the template of its route."""
        template: str = getattr(scope.get("route"), "path", "")
        route = f"{_prefix(template, scope['path'])}{template}" or ELSEWHERE
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        at = method, route, f"{status // 100}xx"
        counted = self._by.get(at)
        if counted is None:
            counted = self._by[at] = Histogram(SECONDS)
        counted.observe(seconds)

    @property
    def failed(self) -> int:
        """How many were answered by an error of ours."""
        return sum(counted.count for (_, _, status), counted in self._by.items() if status == "5xx")

    def counts(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Give them, one level for each label."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for (method, route, status), counted in sorted(self._by.items()):
            found.setdefault(method, {}).setdefault(route, {})[status] = counted.as_dict()
        return found


def _prefix(template: str, asked: str) -> str:
    """Say under what the route was put: a route of ours knows only what comes behind that."""
    under = template and template != asked and ":" not in template and asked.startswith(PREFIX)
    return PREFIX if under and not template.startswith(PREFIX) else ""
