"""The limit of pure Python: a protocol on uvloop that writes one ready frame to each transport, and can do nothing else."""

import asyncio
import base64
import hashlib
import sys
from collections import defaultdict
from typing import Any

import uvloop

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
ANSWER = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "

rooms: defaultdict[bytes, set[Any]] = defaultdict(set)


def frame(payload: bytes) -> bytes:
    size = len(payload)
    return (bytes((0x81, size)) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")) + payload


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.data = b""
        self.room: bytes | None = None
        self.upgraded = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.set_write_buffer_limits(high=0)  # write at once, not at the end of the turn

    def data_received(self, data: bytes) -> None:
        self.data += data
        if not self.upgraded and b"\r\n\r\n" in self.data:
            head, _, self.data = self.data.partition(b"\r\n\r\n")
            self.answer(head)
        while self.upgraded and (message := self.message()) is not None:
            room, _, text = message.partition(b"|")
            ready = frame(text)
            for transport in rooms[room]:
                transport.write(ready)

    def answer(self, head: bytes) -> None:
        lines = head.split(b"\r\n")
        path = lines[0].split(b" ")[1]
        key = next(line[19:] for line in lines if line.lower().startswith(b"sec-websocket-key: "))
        accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
        self.upgraded = True
        self.transport.write(ANSWER + accept + b"\r\n\r\n")
        if path.startswith(b"/ws/"):
            self.room = path[4:]
            rooms[self.room].add(self.transport)
            self.transport.write(frame(b"ready"))

    def message(self) -> bytes | None:
        """Take one frame of a client: text, in one piece, shorter than 64 KiB; anything else is a goodbye."""
        data = self.data
        if len(data) < 2:
            return None
        size, head = data[1] & 0x7F, 2
        if size == 126:
            size, head = int.from_bytes(data[2:4], "big"), 4
        end = head + 4 + size
        if len(data) < end:
            return None
        self.data = data[end:]
        if data[0] != 0x81:
            self.transport.close()
            return None
        mask = (data[head : head + 4] * (size // 4 + 1))[:size]
        unmasked = int.from_bytes(data[head + 4 : end], "big") ^ int.from_bytes(mask, "big")
        return unmasked.to_bytes(size, "big")

    def connection_lost(self, _error: Exception | None) -> None:
        if self.room is not None:
            rooms[self.room].discard(self.transport)


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", int(sys.argv[1]), backlog=2048)
    await server.serve_forever()


uvloop.run(main())
