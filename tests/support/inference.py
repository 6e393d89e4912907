"""A server of the Open Inference Protocol that answers as it is told to, also in ways in which no server should."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

Body = dict[str, Any]


class Served:
    """What it was asked, and what it answers: a body, raw bytes, or nothing after so many bytes (``dies``)."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[Body] = []
        self.answer: Callable[[Body], Body | bytes] = lambda _asked: b""
        self.status = "200 OK"
        self.dies: int | None = None
        self.waits: asyncio.Event | None = None
        self.drips = False

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it ends."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                asked = json.loads(await reader.readexactly(length))
                self.asked.append(asked)
                if self.waits is not None:
                    await self.waits.wait()
                answer = self.answer(asked)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                whole = f"HTTP/1.1 {self.status}\r\ncontent-length: {len(content)}\r\n\r\n".encode() + content
                if self.drips:
                    for at in range(len(whole)):
                        writer.write(whole[at : at + 1])
                        await writer.drain()
                        await asyncio.sleep(0.01)
                writer.write(whole[: self.dies])
                await writer.drain()
                if self.dies is not None:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def inference() -> AsyncIterator[Served]:
    """Run it on a free port."""
    served = Served()
    server = await asyncio.start_server(served.meet, "127.0.0.1", 0)
    served.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2/models/vervain"
    try:
        yield served
    finally:
        server.close()
        await server.wait_closed()


def proba(*values: Any) -> Body:
    """Answer with these probabilities of having improved."""
    data = [part for one in values for part in (1 - one, one)]
    return {
        "outputs": [{"name": "predict_proba", "shape": [len(values), 2], "datatype": "FP64", "data": data}],
    }
