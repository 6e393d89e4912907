"""A client of the live endpoint with no more of the WebSocket protocol than that needs, so that thousands are cheap."""

import asyncio

PONG, PING, CLOSE, TEXT = 0x8A, 0x9, 0x8, 0x1
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class WebSocket(asyncio.Protocol):
    """One connection: asks for the socket, answers pings, and hands each text to ``took`` as it came, in bytes."""

    def __init__(self, port: int, path: str, token: str) -> None:
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
        ).encode()
        self._buffer = bytearray()
        self._upgraded = False
        self.transport: asyncio.Transport | None = None
        self.closed_with = 0
        """The close code that the server said; 0 while it has said none."""

    def took(self, text: bytes) -> None:
        """Take a message."""

    def ended(self, error: Exception) -> None:
        """Take it that nothing more comes."""

    def send(self, text: str) -> None:
        """Send a message of less than 126 bytes."""
        assert self.transport is not None
        payload = text.encode()
        self.transport.write(bytes([0x80 | TEXT, 0x80 | len(payload), 0, 0, 0, 0]) + payload)

    def leave(self) -> None:
        """Be gone, as a phone is that has lost its network."""
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        """Let nobody wait for what cannot come any more."""
        self.ended(error or ConnectionError(f"the socket was closed ({self.closed_with or 1006})"))

    def data_received(self, data: bytes) -> None:
        """Take the frames that are whole."""
        self._buffer += data
        if not self._upgraded:
            head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.ended(ConnectionError(head.decode(errors="replace").splitlines()[0]))
                self.leave()
                return
            self._upgraded, self._buffer = True, bytearray(rest)
        while (frame := self._frame()) is not None:
            opcode, payload = frame
            if opcode == PING and self.transport is not None:
                self.transport.write(bytes([PONG, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            elif opcode == CLOSE:
                self.closed_with = int.from_bytes(payload[:2], "big")
            elif opcode == TEXT:
                self.took(payload)

    def _frame(self) -> tuple[int, bytes] | None:
        held = self._buffer
        if len(held) < 2:
            return None
        size, start = held[1], 2
        if size >= 126:
            start = 4 if size == 126 else 10
            if len(held) < start:
                return None
            size = int.from_bytes(held[2:start], "big")
        if len(held) < start + size:
            return None
        payload = bytes(held[start : start + size])
        opcode = held[0] & 0x0F
        del held[: start + size]
        return opcode, payload
