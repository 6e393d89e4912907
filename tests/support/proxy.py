"""A TCP proxy before several processes: each new connection goes to the next that takes it, and connections can be cut."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

PIECE = 64 * 1024


class RoundRobin:
    """Hands connections out in turn; one that no process takes is closed."""

    def __init__(self, targets: Sequence[str]) -> None:
        self.targets = list(targets)
        """Where the processes are (``http://127.0.0.1:…``); may be changed."""
        self.taken: list[str] = []
        """Which process took each connection."""
        self._turn = 0
        self._open: dict[asyncio.StreamWriter, str] = {}
        self._server: asyncio.Server | None = None

    @property
    def http(self) -> str:
        """Where it is."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self, target: str | None = None) -> None:
        """Cut the connections to one process, or all."""
        for writer, where in list(self._open.items()):
            if target in (None, where):
                writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._next()
        if there is None:
            writer.transport.abort()
            return
        target, onwards, back = there
        self.taken.append(target)
        self._open |= {writer: target, back: target}
        try:
            await asyncio.gather(_pump(reader, back), _pump(onwards, writer))
        finally:
            for one in (writer, back):
                self._open.pop(one, None)
                one.transport.abort()

    async def _next(self) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self.targets)):
            self._turn += 1
            target = self.targets[self._turn % len(self.targets)]
            parts = urlsplit(target)
            with suppress(OSError):
                return target, *await asyncio.open_connection(parts.hostname, parts.port)
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.transport.abort()


@asynccontextmanager
async def before(targets: Sequence[str]) -> AsyncIterator[RoundRobin]:
    """Stand before these processes for as long as the ``with`` lasts."""
    proxy = RoundRobin(targets)
    proxy._server = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
    try:
        yield proxy
    finally:
        proxy._server.close()
        proxy.cut()
