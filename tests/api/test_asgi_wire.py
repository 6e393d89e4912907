"""The way through ASGI: what a client missed has a bound of its own, and what comes behind it has the usual one."""

from starlette.websockets import WebSocket

from api.asgi_wire import AsgiWire
from api.wire import MAX_MESSAGES, Batch
from domain.log import MOST_REPLAYED


class Receiver:
    """A session that keeps how it ended."""

    ended: int | None = None

    def received(self, message: str | bytes) -> None:
        """Say nothing."""

    def flowing(self) -> None:
        """Go on."""

    def lost(self, code: int) -> None:
        """Be told of the end."""
        self.ended = code


def test_a_long_greeting_fits_and_what_waits_behind_it_is_bounded() -> None:
    receiver = Receiver()
    scope = {"type": "websocket", "path": "/ws/7", "headers": []}
    wire = AsgiWire(WebSocket(scope, None, None), receiver)  # type: ignore[arg-type]  # nothing is sent here
    wire.put(Batch(["x" * 5_000] * (MOST_REPLAYED + 10)))
    for _ in range(MAX_MESSAGES):
        wire.put(Batch(["x"]))
    assert receiver.ended is None
    wire.put(Batch(["x"]))
    assert receiver.ended == 4008
