"""One timer for all live sockets: it pings them in turn, and cuts those that answer no ping or take nothing."""

import asyncio
from typing import Protocol

from api.wire import SEND_SECONDS, TOO_SLOW

EVERY_SECONDS = 1.0
PING_TURNS = 20
"""Every socket has its turn once in so many rounds: a ping every 20 s, below the 60 s after which proxies cut."""
GONE = 1011


class Kept(Protocol):
    """A socket that is watched."""

    heard: float
    pinged: float

    def ping(self, now: float) -> None:
        """Ask whether somebody is there."""

    def stalled(self, now: float, seconds: float) -> bool:
        """Say whether nothing at all has left for so long."""

    def close(self, code: int, reason: str) -> None:
        """Say goodbye."""


class KeepAlive:
    """Watches sockets on the event loop it was started on."""

    def __init__(self) -> None:
        self._turns: list[set[Kept]] = [set() for _ in range(PING_TURNS)]
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None
        self.paused: set[Kept] = set()
        """Those that have not taken all that was sent."""

    def add(self, socket: Kept) -> None:
        """Watch a socket: its first ping comes a whole round after now."""
        self._turns[self._turn - 1].add(socket)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._round)

    def remove(self, socket: Kept) -> None:
        """Stop watching."""
        self.paused.discard(socket)
        for turn in self._turns:
            turn.discard(socket)
        if not len(self) and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def __len__(self) -> int:
        return sum(map(len, self._turns))

    def _round(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(EVERY_SECONDS, self._round)
        now = loop.time()
        for socket in [socket for socket in self.paused if socket.stalled(now, SEND_SECONDS)]:
            socket.close(TOO_SLOW, "too_slow")
        for socket in list(self._turns[self._turn]):
            if socket.heard < socket.pinged:
                socket.close(GONE, "no_answer")
            else:
                socket.ping(now)
        self._turn = (self._turn + 1) % PING_TURNS
