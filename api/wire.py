"""What a live session sends through: one client's connection, whichever way its bytes travel.

Two ways: ``live_socket.LiveSocket`` writes ready frames straight to the transport, ``asgi_wire.AsgiWire`` goes through the
server's ASGI ``send``. Nobody who sends ever waits; what a client does not take is bounded, and past the bound it is cut.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Protocol

MAX_MESSAGES = 256
MAX_BYTES = 1024 * 1024
"""What may wait for one client (docs/design.md, section 3); past either bound it is cut and resumes from the log."""
SEND_SECONDS = 5.0
"""A client that takes nothing for so long is cut; the server's own ping does not notice a peer that stopped reading."""
TOO_SLOW = 4008
GONE = 1006
"""How an end without a close frame is counted (RFC 6455, section 7.1.5)."""

_SHORT, _LONG = 126, 65_536
"""Where RFC 6455, section 5.2, changes to a 16-bit and to a 64-bit length."""

Write = Callable[[bytes], object]


class Batch:
    """Messages that leave together, in order; their frames are built once for everybody who gets them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)

    @cached_property
    def frames(self) -> bytes:
        """The messages as they stand on the wire, each a frame of its own."""
        return b"".join(map(text_frame, self.texts))

    def __len__(self) -> int:
        return len(self.texts)


class Receiver(Protocol):
    """What a wire tells: the session at its end."""

    def received(self, message: str | bytes) -> Awaitable[None] | None:
        """Take a message of the client; the next one follows when what is returned is done."""

    def flowing(self) -> None:
        """Notice that everything sent so far has left, or that something has begun to wait: ``direct`` has changed."""

    def lost(self, code: int) -> None:
        """Notice that the client is gone, or was given up: with the close code that it sent, 1006 where it sent none."""


class Wire(Protocol):
    """One client's connection."""

    @property
    def direct(self) -> Write | None:
        """The way for ready frames while nothing waits for this client; None while something does, or where there is none."""

    @property
    def unsent(self) -> tuple[int, int]:
        """How many messages wait for this client, and their bytes."""

    def put(self, batch: Batch) -> None:
        """Send behind everything that waits; a client whose bounds are passed is cut with 4008."""

    def close(self, code: int, reason: str) -> None:
        """Say goodbye, and give up on a client that does not take it."""


def text_frame(text: str) -> bytes:
    """Build the WebSocket frame of one whole text message from a server: final, unmasked, uncompressed."""
    payload = text.encode()
    size = len(payload)
    if size < _SHORT:
        head = bytes((0x81, size))
    elif size < _LONG:
        head = b"\x81\x7e" + size.to_bytes(2, "big")
    else:
        head = b"\x81\x7f" + size.to_bytes(8, "big")
    return head + payload
