"""Gives each request an id, which every line of the log about it has, and writes down how it was answered.

The id is the proxy's (``X-Request-ID``) where a proxy that is trusted has given one that can be read, and else ours. Nobody else
may choose it: two requests with one id could not be told apart. The caller finds it in the answer.
"""

import ipaddress
import re
import time
from collections.abc import Callable, Sequence

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.origin import Origin, coming_from, new_id

log = structlog.get_logger("vervain.access")

PEER = "vervain.peer"
"""Where in the scope it says whose connection it is, before anything was believed of whom that speaks for."""
HEADER = b"x-request-id"
WELL_FORMED = re.compile(rb"[A-Za-z0-9._-]{8,64}")
"""What proxies make: hexadecimal digits, a UUID."""
QUIET = ("/static/", "/_nicegui", "/favicon.ico", "/healthz", "/readyz", "/metrics")
"""Paths of which no request is written down: files, what watches over the process, the socket of the pages."""


class Peers:
    """The proxies in front; ``networks`` as in VERVAIN_TRUSTED_PROXIES."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ipaddress.ip_network(one) for one in networks]

    def include(self, scope: Scope) -> bool:
        """Say whether a trusted proxy is at the other end of the connection itself."""
        if not self._networks:
            return False
        try:
            peer = ipaddress.ip_address(scope.get(PEER, ""))
        except ValueError:
            return False
        return any(peer in network for network in self._networks)


class Asked:
    """ASGI middleware, the outermost one; ``names`` says how a person is called in the log.

    ``written``: a line for each request, with the path as its route has it: no number of a record and no word that was typed.
    """

    def __init__(self, app: ASGIApp, *, names: Callable[[int], str], peers: Peers, written: bool) -> None:
        self.app = app
        self._names = names
        self._peers = peers
        self._written = written

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer on behalf of whoever asks."""
        if scope["type"] == "http":
            with coming_from(Origin(request=self._id_of(scope), names=self._names)) as origin:
                await self._answered(origin, scope, receive, send)
        elif scope["type"] == "websocket":
            with coming_from(Origin(connection=new_id(), names=self._names)):
                await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answered(self, origin: Origin, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 500  # where it failed before it began to answer

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, origin.request.encode())]
            await send(message)

        method, path = scope["method"], scope["path"]
        try:
            await self.app(scope, receive, numbered)
        finally:
            if self._written and not path.startswith(QUIET):
                ms = round((time.perf_counter() - began) * 1000, 1)
                log.info("request", method=method, route=route_of(scope, path), status=status, ms=ms)

    def _id_of(self, scope: Scope) -> str:
        if self._peers.include(scope):
            given = next((value for name, value in scope["headers"] if name == HEADER), b"")
            if WELL_FORMED.fullmatch(given):
                return str(given, "ascii")
        return new_id()


def route_of(scope: Scope, path: str) -> str:
    """Write the path as its route has it; empty where nobody listens, because such a path may say anything."""
    template = str(getattr(scope.get("route"), "path", ""))
    names, parts = template.split("/")[1:], path.split("/")[1:]
    if not template or ":" in template or len(parts) < len(names):
        return template
    return "/" + "/".join([*parts[: len(parts) - len(names)], *names])
