"""One timer for all live sockets: pings them in turn, cuts those that do not answer or take nothing, ends what expires."""

import asyncio
import math
from typing import Protocol

import structlog

from api.wire import SEND_SECONDS, TOO_SLOW

log = structlog.get_logger(__name__)

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


class Expiring(Protocol):
    """Something that has to be looked at when its time has come."""

    def due(self) -> None:
        """Look whether it is over."""


class KeepAlive:
    """Watches sockets on the event loop it was started on."""

    def __init__(self) -> None:
        self._turns: list[set[Kept]] = [set() for _ in range(PING_TURNS)]
        self._turn = 0
        self._timer: asyncio.TimerHandle | None = None
        self.paused: set[Kept] = set()
        """Those that have not taken all that was sent."""
        self._due: dict[int, set[Expiring]] = {}

    def add(self, socket: Kept) -> None:
        """Watch a socket: its first ping comes a whole round after now."""
        self._turns[self._turn - 1].add(socket)
        self._start()

    def remove(self, socket: Kept) -> None:
        """Stop watching."""
        self.paused.discard(socket)
        for turn in self._turns:
            turn.discard(socket)

    def remind(self, one: Expiring, seconds: float) -> int:
        """Call ``one.due`` after so many seconds, within a round; returns what ``forget`` needs."""
        second = math.ceil(asyncio.get_running_loop().time() + seconds)
        self._due.setdefault(second, set()).add(one)
        self._start()
        return second

    def forget(self, one: Expiring, second: int) -> None:
        """Do not remind."""
        waiting = self._due.get(second)
        if waiting is not None:
            waiting.discard(one)
            if not waiting:
                del self._due[second]

    @property
    def ticks(self) -> bool:
        """Whether the timer runs."""
        return self._timer is not None

    def __len__(self) -> int:
        return sum(map(len, self._turns)) + sum(map(len, self._due.values()))

    def _start(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY_SECONDS, self._round)

    def _round(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        try:
            self._look_at_all(now)
        except Exception:
            log.exception("a round of the live sockets failed")  # the next one comes all the same
        self._turn = (self._turn + 1) % PING_TURNS
        if len(self):
            self._start()

    def _look_at_all(self, now: float) -> None:
        for second in [second for second in self._due if second <= now]:
            for one in self._due.pop(second):
                one.due()
        for socket in [socket for socket in self.paused if socket.stalled(now, SEND_SECONDS)]:
            socket.close(TOO_SLOW, "too_slow")
        for socket in list(self._turns[self._turn]):
            if socket.heard < socket.pinged:
                socket.close(GONE, "no_answer")
            else:
                socket.ping(now)
