"""Ends a request whose body does not come: whoever sends a byte a minute would hold a place for ever."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_SECONDS = 30.0
"""For 256 KiB at most: 9 KB a second, less than the worst mobile line gives."""


class SlowBody:
    """ASGI middleware; ``within`` seconds the whole body has to be there."""

    def __init__(self, app: ASGIApp, *, within: float = BODY_SECONDS) -> None:
        self.app = app
        self._within = within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 408 to a body that is late."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        end = asyncio.get_running_loop().time() + self._within
        complete = False

        async def hurried() -> Message:
            nonlocal complete
            if complete:  # what comes now is the news that the other side is gone
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"Connection": "close"}) from None
            complete = not message.get("more_body", False)
            return message

        await self.app(scope, hurried, send)
