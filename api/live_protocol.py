"""The server's WebSocket class with one addition: on ``/ws/`` an endpoint that is done with joining can hand over its socket.

Everything else, NiceGUI's own socket included, stays as the server has it. The endpoint finds ``hand_over`` among the
extensions of its scope; where it is missing (another server, a test client) it goes on through ASGI.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from api.keep_alive import KeepAlive
from api.live_socket import LiveSocket
from api.wire import Receiver

HAND_OVER = "vervain.hand_over"
PREFIX = "/ws/"
EARLY_BYTES = 32 * 1024
"""What a client may send before it has joined: who it is, and a few messages that do not wait for the answer."""


class _Elsewhere:
    """What the server's object holds in place of a transport that it no longer has."""

    def close(self) -> None:
        """Leave the connection alone."""

    def is_closing(self) -> bool:
        """Say that there is nothing to write to."""
        return True


class LiveProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's sans-io WebSocket connection, which can be handed over."""

    _early = 0

    def handle_connect(self, event: Request) -> None:
        """Begin the endpoint, and offer it to take the socket."""
        super().handle_connect(event)
        if self.response.status_code == 101 and self.scope["path"].startswith(PREFIX):
            self._extensions[HAND_OVER] = self.hand_over

    def data_received(self, data: bytes) -> None:
        """Read what came; on a live socket that has not joined there is little to say, and a stranger says it."""
        if self.handshake_initiated and self.scope["path"].startswith(PREFIX):
            self._early += len(data)
            if self._early > EARLY_BYTES and self.conn.parser_exc is None:
                self.conn.fail(1009, "too much before joining")
                self.handle_parser_exception()
                return
        super().data_received(data)

    def send_receive_event_to_app(self) -> None:
        """Give a message to the endpoint; what is no text is the client's mistake, and no error of ours to be logged."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.send_close(1007)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def hand_over(self, receiver: Receiver, keep_alive: KeepAlive) -> LiveSocket | None:
        """Give the socket to a session; None where the client is gone already.

        What came and was not read yet goes with it. Of this object nothing stays once the endpoint returns.
        """
        if not self.handshake_complete or self.disconnected or self.close_sent or self.transport.is_closing():
            return None
        unread: list[str | bytes] = []
        while not self.queue.empty():
            message = cast(dict[str, Any], self.queue.get_nowait())
            if message["type"] != "websocket.receive":
                return None
            unread.append(message["text"] if message.get("text") is not None else message["bytes"])
        self.stop_keepalive()
        if self.read_paused:
            self.transport.resume_reading()
        self.connections.discard(self)
        socket = LiveSocket(self.transport, self.conn, receiver, keep_alive=keep_alive, peers=self.connections)
        self.transport = cast(asyncio.Transport, _Elsewhere())
        del self._extensions[HAND_OVER]  # it holds this object, which holds the scope
        self.request.headers.clear()  # the parser keeps them: 2 KiB a connection, and a token
        socket.take_over(unread, self.frames, text=self.curr_msg_data_type == "text")
        return socket

    @property
    def _extensions(self) -> dict[str, Any]:
        return cast(dict[str, Any], self.scope["extensions"])
