"""Refuses a body that says it is too large, as a problem and before a byte of it is read.

The framework's own limit, which stays for bodies that come in pieces without their length, would answer this one in plain text.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problem import TOO_LARGE, problem


class BodyLimit:
    """ASGI middleware; ``largest`` in bytes."""

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self.app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 413, or pass the request on."""
        if scope["type"] == "http" and self._is_too_large(Headers(scope=scope).get("content-length", "")):
            await problem(413, "too_large", TOO_LARGE)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_too_large(self, declared: str) -> bool:
        return declared.isascii() and declared.isdigit() and int(declared[:20]) > self._largest
