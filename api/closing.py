"""Ending a socket, also one whose peer has stopped reading."""

import asyncio

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

log = structlog.get_logger(__name__)

GO_AWAY = 4001
"""Come back in a while, spread over ``spread_ms``, and resume."""
CLOSE_SECONDS = 1.0
"""How long a peer may take to be told; saying goodbye waits behind what it has not read, which may be for ever."""
LONGEST_REASON = 32


class Ended(Exception):
    """The session ended before it had begun, with this close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


async def close(websocket: WebSocket, code: int, reason: str) -> None:
    """Close with a code and a reason, and give up on a peer that does not take it."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await websocket.close(code, reason[:LONGEST_REASON])
    except (WebSocketDisconnect, RuntimeError, TimeoutError):
        log.debug("the client could not be told", code=code)
