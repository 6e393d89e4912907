"""A server that says goodbye before it stops.

Told to stop, it says that it is no longer ready, and for a pause serves on as before: what sends it clients asks only every few
seconds. Then it sends its live clients away in batches (4001: reconnect, spread out), and only then closes. Without that the
server would cut all sockets in the same moment, and all would come back in the same moment.
"""

import asyncio
import socket
from types import FrameType

import structlog
import uvicorn
from fastapi import FastAPI

from api.closing import GO_AWAY
from api.connections import Connections

log = structlog.get_logger(__name__)

PER_BATCH = 100
BATCH_SECONDS = 0.2
LONGEST_SECONDS = 5.0
"""With 10,000 clients a batch grows, so that saying goodbye never takes longer than this."""


class DrainingServer(uvicorn.Server):
    """Uvicorn's server with a drain in front of its shutdown; a second signal stops at once.

    ``pause`` is in seconds, between the moment that it is not ready and the first client that is sent away.
    """

    def __init__(self, config: uvicorn.Config, app: FastAPI, *, pause: float = 0.0) -> None:
        super().__init__(config)
        self._app = app
        self._pause = pause
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining: asyncio.Task[None] | None = None
        self.stopped_by_itself = False
        """Whether the program has ended itself: it is to be started anew."""
        app.state.stop = self.stop

    def stop(self) -> None:
        """Begin to drain without having been told to; on the event loop."""
        self.stopped_by_itself = True
        self._begin()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain at the first signal."""
        if self._loop is None or not self.started or self._draining is not None:
            super().handle_exit(sig, frame)
            return
        self._captured_signals.append(sig)
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._draining is None:
            self._draining = asyncio.ensure_future(self._drain())

    async def _drain(self) -> None:
        self._app.state.draining = True
        if self._pause:
            log.info("stopping soon", seconds=self._pause)
            await asyncio.sleep(self._pause)
        self._app.state.ready = False
        connections: Connections = self._app.state.live.connections
        live = connections.live()
        log.info("stopping", connections=len(live))
        size = max(PER_BATCH, round(len(live) * BATCH_SECONDS / LONGEST_SECONDS))
        for start in range(0, len(live), size):
            for end in live[start : start + size]:
                try:
                    end(GO_AWAY, "restarting")
                except Exception:
                    log.exception("a client could not be sent away")
            await asyncio.sleep(BATCH_SECONDS)
        self.should_exit = True
