"""A WebSocket client that writes bytes: for everything that a client of any library would never send."""

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.support.waiting import ANSWER_SECONDS

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True, slots=True)
class Got:
    """One frame of the server."""

    opcode: int
    payload: bytes
    fin: bool = True

    @property
    def message(self) -> dict[str, Any]:
        """A text frame's message of the protocol."""
        assert (self.opcode, self.fin) == (TEXT, True), self
        message: dict[str, Any] = json.loads(self.payload)
        return message

    @property
    def code(self) -> int | None:
        """A close frame's code; None where it has none."""
        assert self.opcode == CLOSE, self
        return int.from_bytes(self.payload[:2], "big") if self.payload else None


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = True,
    length: int | None = None,
    width: int | None = None,
) -> bytes:
    """Build a frame as a client should, or not: ``reserved`` bits, a ``length`` that lies, its ``width`` in bits (7, 16, 64)."""
    size = len(payload) if length is None else length
    width = width or (7 if size < 126 else 16 if size < 65_536 else 64)
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    head += {
        7: bytes([bit | size & 0x7F]),
        16: bytes([bit | 126]) + (size & 0xFFFF).to_bytes(2, "big"),
        64: bytes([bit | 127]) + size.to_bytes(8, "big"),
    }[width]
    if not masked:
        return head + payload
    mask = os.urandom(4)
    whole = (mask * (len(payload) // 4 + 1))[: len(payload)]
    return head + mask + (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(payload), "big")


def text(message: Mapping[str, Any] | str | bytes, **how: Any) -> bytes:
    """Build a text frame of a message."""
    said = message if isinstance(message, str | bytes) else json.dumps(message)
    return frame(TEXT, said if isinstance(said, bytes) else said.encode(), **how)


class RawSocket:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, *data: bytes) -> bool:
        """Send bytes in one go; says whether there was still somebody, because one that hung up is nothing to complain about."""
        self._writer.write(b"".join(data))
        try:
            await self._writer.drain()
        except ConnectionError:
            return False
        await asyncio.sleep(0)  # a flood leaves others their turn
        return True

    async def chopped(self, data: bytes) -> None:
        """Send byte by byte, each in a segment of its own as far as the system lets us."""
        for at in range(len(data)):
            await self.send(data[at : at + 1])
            await asyncio.sleep(0)

    def half_close(self) -> None:
        """Say to the system, not to the server, that nothing more comes."""
        self._writer.write_eof()

    async def head(self) -> tuple[int, dict[str, str]]:
        """Read the head of an answer; returns its status and its headers."""
        async with asyncio.timeout(ANSWER_SECONDS):
            lines = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        return int(lines[0].split()[1]), {name.lower(): value for name, value in headers.items()}

    async def got(self) -> Got:
        """Read the next frame, which a server never masks. Raises EOFError where the connection has ended."""
        async with asyncio.timeout(ANSWER_SECONDS):
            try:
                first, second = await self._reader.readexactly(2)
                size = second & 0x7F
                assert not second & 0x80, "a server masks nothing"
                if size > 125:
                    size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
                payload = await self._reader.readexactly(size)
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                raise EOFError from error
        assert not first & 0x70, "no bit is reserved for anything"
        return Got(first & 0x0F, payload, fin=bool(first & 0x80))

    async def told(self) -> dict[str, Any]:
        """Read the next message; that the server asks meanwhile whether anybody is there is none."""
        while (one := await self.got()).opcode == PING:
            pass
        return one.message

    async def message(self, kind: str) -> dict[str, Any]:
        """Read the next frame, which has to be a message of this type; returns its data."""
        message = (await self.got()).message
        assert message["type"] == kind, message
        data: dict[str, Any] = message["data"]
        return data

    async def closing(self) -> list[Got]:
        """Read up to the close frame, answer it, and read to the end of the connection after it; returns all frames."""
        seen = []
        try:
            while True:
                seen.append(await self.got())
                if seen[-1].opcode == CLOSE:
                    await self.send(frame(CLOSE, seen[-1].payload))
        except EOFError:
            return seen

    async def is_over(self) -> bool:
        """Wait for the end of the connection; says whether nothing else came first."""
        try:
            await self.got()
        except EOFError:
            return True
        return False


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[RawSocket]:
    """Open a TCP connection to ``http://host:port``, and end it as a lost one."""
    where = urlsplit(address)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        yield RawSocket(reader, writer)
    finally:
        writer.transport.abort()


KEY = "dGhlIHNhbXBsZSBub25jZQ=="
"""The example of RFC 6455, section 1.3."""


def handshake(path: str, **headers: str | None) -> bytes:
    """Write the head of a handshake; ``_`` stands for ``-``, and a header that is None is left out."""
    given: dict[str, str | None] = {
        "Host": "127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


def accept_of(key: str) -> str:
    """Say what a server answers to a key (RFC 6455, section 4.2.2)."""
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()


@asynccontextmanager
async def opened(address: str, diagnosis_id: int, token: str) -> AsyncIterator[RawSocket]:
    """Open a socket, come in, and take ``connect`` and the snapshot."""
    async with connected(address) as socket:
        await socket.send(handshake(f"/ws/{diagnosis_id}"))
        assert (await socket.head())[0] == 101
        await socket.send(text({"type": "auth", "token": token}))
        await socket.message("connect")
        await socket.message("snapshot")
        yield socket
