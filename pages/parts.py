"""How the application's parts come to the pages that are mounted on it, and how a page takes its place there."""

from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from domain.services import Services
from pages.together import Together

SERVICES, TOGETHER = "vervain.services", "vervain.together"
"""Where the application puts its parts for the pages that are mounted on it."""

Registering = Callable[[str], Callable[[Callable[..., Any]], Any]]
"""Takes a path, and gives what registers a page under it, with the limits of time that all pages have."""


class PutServices:
    """ASGI middleware that hands the application's parts to the pages mounted on it."""

    def __init__(self, app: ASGIApp, *, services: Services, together: Together) -> None:
        self.app = app
        self._parts = {SERVICES: services, TOGETHER: together}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the parts into the scope."""
        scope.update(self._parts)
        await self.app(scope, receive, send)
