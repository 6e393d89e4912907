"""Says in one sentence that the database is away, whoever noticed: 503, and the client tries again with its key."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import problem
from domain.health import away

log = structlog.get_logger(__name__)

SAID_EVERY_SECONDS = 30.0


class DatabaseAway:
    """ASGI middleware; what is no such error, or comes after the answer began, passes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._said: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 503 in place of an error."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = False

        async def looked_at(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, looked_at)
        except Exception as error:
            said = away(error)
            if said is None or began:
                raise
            self._say(error)
            await problem(said.status, said.code, said.message, **said.details)(scope, receive, send)

    def _say(self, error: Exception) -> None:
        now = time.monotonic()
        if self._said is None or now - self._said > SAID_EVERY_SECONDS:
            self._said = now
            log.warning("the database cannot be reached", error=type(error).__name__)
