"""Begins a trace with each request. Only where the settings say where traces go is this put before the application."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.doors.asked import QUIET, route_of
from domain.origin import here
from domain.tracing import Tracing

CARRIED = "traceparent"
FAILED = 500


class TracedRequests:
    """ASGI middleware, within ``Asked``.

    ``believed`` says of whose requests the trace is gone on with that they name. Whoever may do that chooses which requests are
    measured, and puts them beside what is theirs; a proxy hands on what strangers send unless it is told not to.
    """

    def __init__(self, app: ASGIApp, *, tracing: Tracing, believed: Callable[[Scope], bool]) -> None:
        self.app = app
        self._tracing = tracing
        self._believed = believed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measure a request; files and what watches over the process are left out, and so are sockets."""
        origin = here()
        if scope["type"] != "http" or origin is None or scope["path"].startswith(QUIET):
            await self.app(scope, receive, send)
            return
        carried = Headers(scope=scope).get(CARRIED, "")
        method, path = scope["method"], scope["path"]
        span = self._tracing.request(method, carried if carried and self._believed(scope) else "")
        if span is None:
            await self.app(scope, receive, send)
            return
        origin.span, origin.trace = span, span.trace_id
        status = FAILED

        async def looked_at(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, looked_at)
        finally:
            origin.span = None  # what goes on beside it, as for a page that it has built, is no part of it
            span.note(method=method, route=route_of(scope, path), status=status)
            span.end(str(status) if status >= FAILED else "")
