"""The way through the server's ASGI ``send``: works with any server, at a queue and two tasks a connection."""

import asyncio
from collections import deque

from starlette.websockets import WebSocket, WebSocketDisconnect

from api.closing import close
from api.wire import GONE, MAX_BYTES, MAX_MESSAGES, SEND_SECONDS, TOO_SLOW, Batch, Receiver


class AsgiWire:
    """One client's connection, served for as long as its endpoint runs."""

    direct = None

    def __init__(self, websocket: WebSocket, receiver: Receiver) -> None:
        self._websocket = websocket
        self._receiver = receiver
        self._unsent: deque[str] = deque()
        self._bytes = 0
        self._greeting: int | None = None
        """Messages of the greeting that wait; None before it."""
        self._something = asyncio.Event()
        self._end: tuple[int, str] | None = None
        self._ended = asyncio.Event()

    @property
    def unsent(self) -> tuple[int, int]:
        """How many messages wait for this client, and the bytes of those behind its greeting."""
        return len(self._unsent), self._bytes

    def put(self, batch: Batch) -> None:
        """Queue behind what waits; past the bounds the client is cut with 4008."""
        if self._end is not None:
            return
        if self._greeting is None:  # what a client missed has a bound of its own
            self._greeting = len(batch)
            self._unsent.extend(batch.texts)
            self._something.set()
            return
        self._unsent.extend(batch.texts)
        self._bytes += len(batch.frames)
        self._something.set()
        if len(self._unsent) - self._greeting > MAX_MESSAGES or self._bytes > MAX_BYTES:
            self.close(TOO_SLOW, "too_slow")

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after the message that is being sent."""
        if self._end is None:
            self._end = (code, reason)
            self._ended.set()
            self._receiver.lost(code)

    async def serve(self) -> None:
        """Read and write until one of the two ends."""
        tasks = [asyncio.ensure_future(job) for job in (self._write(), self._read(), self._ended.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if (error := task.exception()) is not None:
                    raise error
        except WebSocketDisconnect as gone:
            self._receiver.lost(gone.code)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._receiver.lost(GONE)
            if self._end is not None:
                await close(self._websocket, *self._end)

    async def _write(self) -> None:
        while True:
            while self._unsent:
                text = self._unsent.popleft()
                if self._greeting:
                    self._greeting -= 1
                else:
                    self._bytes -= len(text.encode())
                try:
                    async with asyncio.timeout(SEND_SECONDS):
                        await self._websocket.send_text(text)
                except TimeoutError:
                    self.close(TOO_SLOW, "too_slow")
                    return
            self._bytes = 0
            self._something.clear()
            await self._something.wait()

    async def _read(self) -> None:
        while True:
            received = await self._websocket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1000))
            text = received.get("text")
            answering = self._receiver.received(received["bytes"] if text is None else text)
            if answering is not None:
                await answering
