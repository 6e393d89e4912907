"""The bus over NATS: each commit is published once it is committed, and every process subscribes to all of its own database.

Core NATS, which loses what nobody takes in time: the log is what a stream would be. Messages are sealed with the program's
secret, so a broker that others use as well reads nothing of patients, and nobody without the secret can put words in our mouth.
"""

import asyncio
import time
import uuid
from collections import deque
from contextlib import suppress

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import SlowConsumerError

from domain.bus import Bus, BusCounts, BusState, Heard, Told
from domain.bus.cutting import cut
from domain.bus.wording import Message, Unreadable, read, written
from domain.counting import Counts
from domain.errors import Unavailable
from domain.sealing import Sealing
from storage.database import Rows

log = structlog.get_logger(__name__)

MOST_UNSENT = 1_000
"""Commits that wait to be sent: about a second of them. The next are not sent, and the others read them from the log."""
MOST_PENDING, MOST_PENDING_BYTES = 10_000, 16 * 1024 * 1024
"""Of the subscription: what came and was not taken yet. What comes on top is dropped, and read from the log."""
CONNECT_SECONDS = 2
PING_SECONDS, MOST_PINGS = 5, 2
"""A broker that vanished without a word is noticed after 15 s; until then the log is looked at, as ever."""
AGAIN_SECONDS = 0.5
CLOSE_SECONDS = 2.0


class NatsBus(Bus):
    """Publishes below one name for each database, ``vervain.<epoch>.<practice>.<diagnosis>``."""

    def __init__(self, url: str, epoch: str, sealing: Sealing) -> None:
        """Take servers (with commas between) and the epoch of the log: another database on the same broker is another name."""
        self._servers = [one.strip() for one in url.split(",") if one.strip()]
        self._name = f"vervain.{epoch}"
        self._sealing = sealing
        self._sender = uuid.uuid4().hex[:12]
        self._counts = BusCounts()
        self._unsent: deque[tuple[float, Told]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._waking = False
        self._complained = False
        self.state = BusState("nats", connected=False)

    def counts(self) -> Counts:
        """Say what was counted."""
        return self._counts.counts(self.state)

    def within(self, rows: Rows, told: Told) -> None:
        """Do nothing: a broker is told when it is committed."""

    def committed(self, told: Told) -> None:
        """Queue it for the broker."""
        told = told.for_others()
        if not told.events:
            return
        loop = self._loop
        if loop is None or len(self._unsent) >= MOST_UNSENT:
            self._count_unsent(told)
            return
        self._unsent.append((time.time(), told))
        if not self._waking:  # waking a loop is dear: once for all that comes before it wakes
            self._waking = True
            with suppress(RuntimeError):  # it has closed: the program ends, and the others read the log
                loop.call_soon_threadsafe(self._woken.set)

    async def run(self, heard: Heard) -> None:
        """Be connected, send and listen, until cancelled."""
        while True:
            try:
                await self._connected(heard)
            except (NatsError, OSError) as error:  # an address that cannot be read is said by no callback
                await self._went_wrong(error)
            except Exception as error:
                if not self._complained:  # the kind alone, as below
                    log.error("the bus has failed: changes come from the log", error=type(error).__name__)
                self._complained = True
            self._state_is(connected=False)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _connected(self, heard: Heard) -> None:
        closed = asyncio.Event()

        async def when_closed() -> None:
            closed.set()
            self._woken.set()

        async def when_lost() -> None:
            self._state_is(connected=False)

        async def when_back() -> None:
            self._state_is(connected=True)

        async def take(message: Msg) -> None:
            self._hear(message, heard)

        broker = await nats.connect(
            self._servers,
            name="vervain",
            no_echo=True,
            connect_timeout=CONNECT_SECONDS,
            ping_interval=PING_SECONDS,
            max_outstanding_pings=MOST_PINGS,
            reconnect_time_wait=AGAIN_SECONDS,
            max_reconnect_attempts=-1,
            error_cb=self._went_wrong,
            disconnected_cb=when_lost,
            reconnected_cb=when_back,
            closed_cb=when_closed,
        )
        try:
            await broker.subscribe(
                f"{self._name}.>", cb=take, pending_msgs_limit=MOST_PENDING, pending_bytes_limit=MOST_PENDING_BYTES
            )
            self._state_is(connected=True)
            self._loop = asyncio.get_running_loop()
            while not closed.is_set():
                await self._woken.wait()
                self._woken.clear()
                self._waking = False
                await self._send_all(broker)
        finally:
            self._loop = None
            with suppress(NatsError, OSError, TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await broker.close()

    async def _send_all(self, broker: Client) -> None:
        while self._unsent:
            committed, told = self._unsent.popleft()
            for part in cut(told):
                await self._send(broker, committed, part)

    async def _send(self, broker: Client, committed: float, told: Told) -> None:
        first, last = told.events[0], told.events[-1]
        text = written(Message(self._sender, committed, told))
        sealed = self._sealing.seal(text, whose=self._name).encode()
        if (
            not broker.is_connected or len(sealed) > broker.max_payload
        ):  # what a client keeps for later would be old by then
            self._count_unsent(told)
            return
        number = f"p{told.top}" if last.seq is None else last.seq
        headers = {"Nats-Msg-Id": f"{first.diagnosis_id or 0}:{number}"}
        subject = f"{self._name}.{first.practice_id}.{first.diagnosis_id or 0}"
        try:
            await broker.publish(subject, sealed, headers=headers)
            self._counts.sent += 1
        except NatsError:
            self._count_unsent(told)

    def _hear(self, message: Msg, heard: Heard) -> None:
        try:
            one = read(self._sealing.open(message.data.decode("ascii"), whose=self._name))
        except (Unreadable, Unavailable, ValueError):
            self._counts.unreadable += 1
            return
        if one.sender != self._sender:
            self._counts.heard(one.committed)
            heard([one.told])

    async def _went_wrong(self, error: Exception) -> None:
        if isinstance(error, SlowConsumerError):
            self._counts.overflows += 1
        elif not self._complained:  # never what it says: a server's address may have a password in it
            self._complained = True
            log.warning("the broker cannot be reached: changes come from the log", error=type(error).__name__)

    def _state_is(self, *, connected: bool) -> None:
        if self.state.is_connected(now=connected):
            if connected:
                self._complained = False
                log.info("connected to the broker")
            else:
                self._counts.lost_connections += 1
                log.warning("not connected to the broker: changes come from the log")

    def _count_unsent(self, told: Told) -> None:
        self._counts.unsent += 1
        self._counts.passing_lost += sum(event.position is None for event in told.events)
