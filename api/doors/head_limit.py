"""The server's HTTP connection with a bound on what comes before a body: its size, and how long it may take."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.doors.asked import PEER
from domain.security_log import Event

HEAD_BYTES = 32 * 1024
"""Address and headers together; a browser with a cookie sends 2 KiB, a token in the address is 500 bytes."""
HEADERS = 100
ADDRESS_BYTES = 8 * 1024
PARAMETERS = 100
"""Questions in one address; the most that a route of ours has is ten."""
HEAD_SECONDS = 20.0
"""From the connection, or the last answer on it, to the end of the headers."""

REASONS = {400: "malformed", 408: "too_slow", 414: "too_large", 431: "too_large"}
"""As they are written into the log of what is refused."""


class TooLargeAHead(Exception):
    """The head of a request has passed a bound; its status is in the first argument."""


class BoundedHttp(HttpToolsProtocol):
    """Uvicorn's httptools connection, which by itself takes headers of any size for as long as they take."""

    _head_bytes = 0
    _refused = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._late = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came; a refusal ends the connection."""
        if self._refused:
            return
        if self._late is None and (self.cycle is None or self.cycle.response_complete):
            self._late = self.loop.call_later(HEAD_SECONDS, self._too_late)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Count from the beginning."""
        self._head_bytes = 0
        super().on_message_begin()
        scope: Any = self.scope
        scope[PEER] = self.client[0] if self.client else ""

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        super().on_url(url)
        if len(self.url) > ADDRESS_BYTES or self.url.count(b"&") >= PARAMETERS:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > HEAD_BYTES or len(self.headers) >= HEADERS:
            self._refuse(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request begin."""
        self._in_time()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - a sentence of the server's
        """Answer what cannot be read, and what was refused."""
        status = self._refused or 400
        head = b"content-length: 0\r\nconnection: close\r\ncache-control: no-store\r\n\r\n"
        self.transport.write(STATUS_LINE[status] + head)
        application: Any = self.config.app
        address = self.client[0] if self.client else ""
        application.state.services.security.note(Event.DOOR_REFUSED, reason=REASONS[status], address=address)
        self.transport.close()

    def _refuse(self, status: int) -> None:
        """Stop the parser, which makes the server answer with ``send_400_response``."""
        self._refused = status
        raise TooLargeAHead(status)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        if not self.transport.is_closing():
            self._refused = 408
            self.send_400_response("")
