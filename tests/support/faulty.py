"""A bad line: a TCP proxy between a client and the real server, which breaks each connection by a plan that can be replayed.

It reads along, so that a fault can be put at a frame: ``unit`` 0 of a direction is the head of the handshake, 1 the first
frame, and so on; ``at`` is how many bytes of that unit still get through.
"""

import asyncio
import json
import random
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

Way = Literal["up", "down"]
HEAD_ENDS = b"\r\n\r\n"
KINDS = ("drop", "drop", "cut", "cut", "close", "stall", "stall both", "delay", "half-dead")
CODES = (1000, 1001, 1011, 1012, 4001, 4008)
"""Close codes after which a client comes back."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one connection, and where."""

    kind: str = "none"
    way: Way = "down"
    unit: int = 0
    at: int = 0
    """Bytes of that unit which still get through."""
    code: int = 1001
    """For ``close``: what the server is made to say."""
    seconds: float = 0.0
    """For ``delay``: how long every unit from there on is held back."""


class Plan:
    """Faults, connection by connection: those that are given, then those that the seed says, none once it is calm."""

    def __init__(self, *given: Fault, seed: object = None, units: int = 14) -> None:
        self._given = list(given)
        self._random = None if seed is None else random.Random(str(seed))
        self._units = units
        self.calm = False

    def next(self) -> Fault:
        """Say what happens to the next connection."""
        if self.calm:
            return Fault()
        if self._given:
            return self._given.pop(0)
        return self._drawn(self._random) if self._random is not None else Fault()

    def give_back(self, fault: Fault) -> None:
        """Keep a fault that was given for the next connection: this one ended before it came to it."""
        if self._random is None and fault.kind != "none":
            self._given.insert(0, fault)

    def _drawn(self, chance: random.Random) -> Fault:
        return Fault(
            kind=chance.choice(KINDS),
            way=chance.choice(("up", "down", "down", "down")),
            unit=chance.randrange(self._units),
            at=chance.randrange(200),
            code=chance.choice(CODES),
            seconds=chance.uniform(0.001, 0.02),
        )


@contextmanager
def replayable(seed: object) -> Iterator[None]:
    """Say with a failure how to have the same faults again."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"the faults were those of seed {seed}")
        raise


@dataclass
class Line:
    """One connection through the proxy, and what went over it as far as it was whole."""

    fault: Fault
    struck: bool = False
    down: list[dict[str, Any]] = field(default_factory=list)
    up: list[dict[str, Any]] = field(default_factory=list)

    @property
    def seqs(self) -> list[int]:
        """The numbers that the server sent on this connection."""
        return [message["seq"] for message in self.down if "seq" in message]


def one_after_the_other(proxy: "Proxy") -> None:
    """Hold what the server sent on each connection against the promise: no hole, and nothing twice that nobody asked for."""
    for line in proxy.lines:
        highest = line.seqs[0] - 1 if line.seqs else 0
        asked_again = any(message["type"] == "resume" for message in line.up)
        for seq in line.seqs:
            assert seq == highest + 1 or (asked_again and seq <= highest), f"{seq} after {highest}: {line.fault}"
            highest = max(highest, seq)


class Proxy:
    """The bad line, as a context; its ``target`` may move, as a server that is started again does."""

    def __init__(self, target: str, plan: Plan) -> None:
        self.target = target
        self.plan = plan
        self.lines: list[Line] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def http(self) -> str:
        """Where clients reach it."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._connect(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # a broken line is what it is for
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        where = urlsplit(self.target)
        far_reader, far_writer = await asyncio.open_connection(where.hostname, where.port)
        self._writers.add(far_writer)
        line = Line(self.plan.next())
        self.lines.append(line)
        broken = asyncio.Event()
        up = asyncio.ensure_future(self._pump(line, "up", reader, far_writer, broken))
        down = asyncio.ensure_future(self._pump(line, "down", far_reader, writer, broken))
        try:
            await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
            if line.struck and line.fault.kind == "half-dead":
                writer.transport.abort()  # the client is gone, and comes again; the server is not told
                await asyncio.Event().wait()
        finally:
            for pump in (up, down):
                pump.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            if not line.struck:
                self.plan.give_back(line.fault)
                with suppress(OSError):
                    await asyncio.gather(writer.drain(), far_writer.drain())
                    writer.close()
            far_writer.transport.abort()
            self._writers.discard(far_writer)

    async def _pump(
        self,
        line: Line,
        way: Way,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        broken: asyncio.Event,
    ) -> None:
        fault = line.fault
        number = 0
        async for unit in units(reader):
            if broken.is_set():  # a line that is stalled both ways
                await asyncio.Event().wait()
            here = fault.kind != "none" and fault.way == way and not self.plan.calm
            if here and number == fault.unit and fault.kind != "delay":
                line.struck = True
                await self._strike(fault, unit, writer, broken)
                return
            if here and number >= fault.unit:
                await asyncio.sleep(fault.seconds)
            _note(line.down if way == "down" else line.up, unit, first=number == 0)
            writer.write(unit)
            await writer.drain()
            number += 1

    async def _strike(self, fault: Fault, unit: bytes, writer: asyncio.StreamWriter, broken: asyncio.Event) -> None:
        """Let the fault happen; returning ends the connection on both sides."""
        match fault.kind:
            case "cut":
                writer.write(unit[: min(fault.at, len(unit) - 1)])
                await writer.drain()
            case "close" if fault.way == "down" and fault.unit > 0:
                writer.write(b"\x88\x02" + struct.pack("!H", fault.code))
                await writer.drain()
                writer.write_eof()
                await asyncio.sleep(0)
            case "stall" | "half-dead":
                await asyncio.Event().wait()
            case "stall both":
                broken.set()
                await asyncio.Event().wait()


async def units(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Read the head of the handshake, then frame by frame, each whole; what is cut off at the end is dropped."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        yield await reader.readuntil(HEAD_ENDS)
        while True:
            head = await reader.readexactly(2)
            size = head[1] & 0x7F
            if size > 125:
                more = await reader.readexactly(2 if size == 126 else 8)
                head, size = head + more, int.from_bytes(more, "big")
            yield head + await reader.readexactly(size + (4 if head[1] & 0x80 else 0))


def _note(seen: list[dict[str, Any]], unit: bytes, *, first: bool) -> None:
    """Keep a message of the protocol that got through whole."""
    if first or unit[0] != 0x81:
        return
    payload = bytes(unit[2 if unit[1] & 0x7F < 126 else 4 if unit[1] & 0x7F == 126 else 10 :])
    if unit[1] & 0x80:
        mask, payload = payload[:4], payload[4:]
        payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    with suppress(ValueError):
        seen.append(json.loads(payload))
