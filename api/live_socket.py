"""A client's socket after it has joined: ready frames go straight to the transport, and no task waits for anything.

The server's own WebSocket class does the handshake and hands over the transport and the parser (``live_protocol``). From then
on this is the transport's protocol. ``set_write_buffer_limits(high=0)`` makes ``pause_writing`` and ``resume_writing`` mean
exactly that bytes are left in this process, or that all have gone to the system.
"""

import asyncio
from collections import deque
from typing import Any, cast

import structlog
from websockets.exceptions import InvalidState
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from api.keep_alive import KeepAlive
from api.live_message import MAX_INBOUND
from api.wire import GONE, MAX_BYTES, MAX_MESSAGES, TOO_SLOW, Batch, Receiver, Write

log = structlog.get_logger(__name__)

GOODBYE_SECONDS = 2.0
"""How long a client may take to answer our goodbye."""
FRAMES_PER_SECOND = 500
"""What a client may ask of the parser, empty frames included; everybody waits for them."""
AT_ONCE = 16 * 1024
"""Bytes that are parsed before frames are counted again: 2,700 empty ones, a few milliseconds."""
PING = b"\x89\x00"
_NOT_TEXT, _POLICY, _TRY_LATER, _UNREAD = 1007, 1008, 1013, 64


class LiveSocket(asyncio.Protocol):
    """One client: a wire for its session, and the protocol of its transport."""

    __slots__ = (
        "_busy",
        "_bytes",
        "_ending",
        "_fragments",
        "_frames",
        "_frames_since",
        "_hung_up",
        "_keep_alive",
        "_loop",
        "_parser",
        "_peers",
        "_receiver",
        "_text",
        "_transport",
        "_unread",
        "_unsent",
        "direct",
        "heard",
        "left",
        "paused_since",
        "pinged",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        parser: ServerProtocol,
        receiver: Receiver,
        *,
        keep_alive: KeepAlive,
        peers: set[Any],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._peers = peers
        self._transport = transport
        self._parser = parser
        self._receiver: Receiver | None = receiver
        self._keep_alive = keep_alive
        self._unsent: deque[Batch] | None = None
        self._bytes = 0
        self._frames = 0
        self._frames_since = 0.0
        self._unread: deque[str | bytes] | None = None
        self._busy: asyncio.Task[None] | None = None
        self._fragments: list[bytes] | None = None
        self._text = False
        self._hung_up = False
        self._ending: asyncio.TimerHandle | None = None
        self.direct: Write | None = transport.write
        self.heard = self.pinged = self._loop.time()
        self.paused_since: float | None = None
        self.left = 0

    def take_over(self, unread: list[str | bytes], fragments: list[bytes], *, text: bool) -> None:
        """Become the protocol of the transport; ``unread`` came before, and ``fragments`` of a message that is not whole."""
        self._fragments, self._text = fragments or None, text
        self._parser.max_message_size = MAX_INBOUND
        self._peers.add(self)
        self._unread = deque(unread)
        self._transport.set_protocol(self)
        self._transport.set_write_buffer_limits(high=0)
        self._keep_alive.add(self)

    def start(self) -> None:
        """Give the session what came before it began."""
        unread, self._unread = self._unread, None
        self._read(list(unread or ()))

    # What a session does.

    @property
    def unsent(self) -> tuple[int, int]:
        """How many messages wait for this client, and their bytes."""
        return sum(map(len, self._unsent or ())), self._bytes

    def put(self, batch: Batch) -> None:
        """Send behind everything that waits; past the bounds the client is cut with 4008."""
        if self._receiver is None or not len(batch):
            return
        if self.direct is not None:
            self.direct(batch.frames)
            return
        if self._unsent is None:
            self._unsent = deque()
        self._unsent.append(batch)
        self._bytes += len(batch.frames)
        if len(self._unsent) > 1 and (self._bytes > MAX_BYTES or sum(map(len, self._unsent)) > MAX_MESSAGES):
            self.close(TOO_SLOW, "too_slow")

    def close(self, code: int, reason: str) -> None:
        """Say goodbye; a client that does not answer in time, or takes nothing, is given up."""
        receiver, self._receiver = self._receiver, None
        if receiver is None:
            return
        receiver.lost(code)
        self._stop_sending()
        try:
            self._parser.send_close(code, reason)
        except InvalidState:
            self._transport.abort()
            return
        self._transport.write(b"".join(self._parser.data_to_send()))
        self._ending = self._loop.call_later(GOODBYE_SECONDS, self._transport.abort)

    def ping(self, now: float) -> None:
        """Ask whether somebody is there; a proxy that sees nothing cuts."""
        if self.direct is not None:
            self.pinged = now
            self.direct(PING)

    def shutdown(self) -> None:
        """End at once: the server stops. Called by the server for each of its connections."""
        self.close(1012, "restarting")
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()

    # What the transport tells.

    def data_received(self, data: bytes) -> None:
        """Read what came; an answer to a ping or a goodbye is the parser's."""
        self.heard = self._loop.time()
        for start in range(0, len(data), AT_ONCE):
            if self._hung_up or self._transport.is_closing():
                return
            self._parse(data[start : start + AT_ONCE])

    def _parse(self, data: bytes) -> None:
        parser = self._parser
        parser.receive_data(data)
        if parser.parser_exc is not None:
            self._hang_up()
            return
        messages: list[str | bytes] = []
        events = parser.events_received()
        if self._too_often(len(events)):
            self._gone(_TRY_LATER)
            self._transport.abort()  # who floods is not asked to say goodbye
            return
        for event in events:
            frame = cast(Frame, event)
            if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                try:
                    messages += self._whole(frame)
                except UnicodeDecodeError:
                    self._read(messages)
                    self.close(_NOT_TEXT, "not_utf8")
                    return
            elif frame.opcode is Opcode.CLOSE:
                self._read(messages)
                self._hang_up()
                return
        if self.direct is not None:
            self._say_at_once()
        else:
            parser.data_to_send()  # pongs: who takes nothing gets none, or they would wait without a bound
        self._read(messages)

    def pause_writing(self) -> None:
        """Bytes are left: from now on messages wait here, where they can be counted."""
        if self.direct is not None:
            self.direct = None
            self.paused_since = self._loop.time()
            self.left = self._transport.get_write_buffer_size()
            self._keep_alive.paused.add(self)
            self._flowing()

    def resume_writing(self) -> None:
        """All has left: send what waited, and flow again if that left as well."""
        if self._receiver is None:
            return
        self._stop_waiting()
        self.direct = self._transport.write
        if self._unsent:
            frames = b"".join(batch.frames for batch in self._unsent)
            self._unsent, self._bytes = None, 0
            self.direct(frames)  # may pause again at once
        if self.direct is not None:
            self._flowing()

    def connection_lost(self, _error: Exception | None) -> None:
        """The client is gone."""
        self._gone(GONE)
        if self._ending is not None:
            self._ending.cancel()
        if self._busy is not None:
            self._busy.cancel()
        self._keep_alive.remove(self)
        self._peers.discard(self)

    def stalled(self, now: float, seconds: float) -> bool:
        """Say whether nothing at all has left for so long."""
        if self.paused_since is None:
            return False
        left = self._transport.get_write_buffer_size()
        if left < self.left:
            self.paused_since = now
        self.left = left
        return now - self.paused_since >= seconds

    def _too_often(self, frames: int) -> bool:
        if self.heard - self._frames_since >= 1:
            self._frames_since, self._frames = self.heard, 0
        self._frames += frames
        return self._frames > FRAMES_PER_SECOND

    def _flowing(self) -> None:
        if self._receiver is not None:
            self._receiver.flowing()

    def _gone(self, code: int) -> None:
        receiver, self._receiver = self._receiver, None
        self._stop_sending()
        if receiver is not None:
            receiver.lost(code)

    def _hang_up(self) -> None:
        """Send what the parser has to say, its close frame last, and wait for the client to hang up as well.

        Closing while the client still sends would reset the connection, and take the close frame away before it is read.
        """
        closing = self._parser.close_rcvd or self._parser.close_sent
        self._say_at_once()
        self._gone(closing.code if closing is not None else GONE)
        self._hung_up = True
        if self._transport.can_write_eof():
            self._transport.write_eof()
        if self._ending is None:
            self._ending = self._loop.call_later(GOODBYE_SECONDS, self._transport.abort)

    def _stop_sending(self) -> None:
        self.direct = None
        self._unsent, self._bytes = None, 0
        self._unread = None
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        self.paused_since = None
        self._keep_alive.paused.discard(self)

    def _say_at_once(self) -> None:
        if writes := self._parser.data_to_send():
            self._transport.write(b"".join(writes))

    def _whole(self, frame: Frame) -> list[str | bytes]:
        """Put fragments together; gives the message that this frame completes."""
        data = bytes(frame.data)
        if frame.opcode is not Opcode.CONT:
            self._text = frame.opcode is Opcode.TEXT
            if not frame.fin:
                self._fragments = [data]
                return []
        elif self._fragments is not None:
            if data:  # empty ones cost no bytes of the bound
                self._fragments.append(data)
            if not frame.fin:
                return []
            data, self._fragments = b"".join(self._fragments), None
        return [data.decode() if self._text else data]

    def _read(self, messages: list[str | bytes]) -> None:
        """Give messages to the session, the next when it is done with the one before; meanwhile nothing more is read."""
        for message in messages:
            if self._receiver is None:
                return
            if self._busy is not None:
                if self._unread is None:
                    self._unread = deque()
                self._unread.append(message)
                if len(self._unread) > _UNREAD:
                    self.close(_POLICY, "too_many_messages")
                continue
            answering = self._receiver.received(message)
            if answering is not None:
                self._transport.pause_reading()
                self._busy = asyncio.ensure_future(answering)
                self._busy.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Future[None]) -> None:
        self._busy = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a live session failed", exc_info=error)
            self.close(1011, "internal")
        if self._transport.is_closing():
            return
        unread, self._unread = self._unread, None
        self._transport.resume_reading()
        if unread:
            self._read(list(unread))
