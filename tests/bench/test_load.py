"""The load client counts rightly: without that no number of the fan-out benchmark means anything."""

import asyncio
import os
import random
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from bench.fanout.load import Load, NoCompiler, Target, compiled, wrong

CLIENTS, ROOMS, MESSAGES, WINDOW = 20, 2, 50, 8
MESSAGE = "what is published, #n0000000000#, and more"
SIZES = (100, 300, 70_000)
"""Lengths that stand in 7, 16 and 64 bits of a frame's head."""
PING_EVERY = 7

needs_cc = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None,
    reason="the load client is written in C for Linux, and here is not both of Linux and cc",
)


class Server:
    """Sends what is published to its room: two messages at a time, in pieces cut at random, with pings between them."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.pongs = 0
        self.connections: list[asyncio.Task[None]] = []
        self._rooms: dict[str, list[asyncio.StreamWriter]] = {}
        self._held: list[tuple[int, str, bytes]] = []
        self._dice = random.Random(7)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
        if path != "/publish":
            self._rooms.setdefault(path.removeprefix("/ws/"), []).append(writer)
            writer.write(frame(b"ready"))
        try:
            while True:
                opcode, payload = await read_frame(reader)
                if path == "/publish":
                    await self._publish(payload.decode())
                self.pongs += opcode == 10 and payload == b"there?"
                if opcode == 8:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _publish(self, message: str) -> None:
        room, _, text = message.partition("|")
        number = int(text.partition("#n")[2][:10])
        assert number % ROOMS == int(room)
        ready = frame(text.encode().ljust(SIZES[number % len(SIZES)], b"."))
        if number % PING_EVERY == 0:
            ready = frame(b"there?", opcode=9) + ready
        self._held.append((number, room, ready))
        if len(self._held) == 2 * ROOMS:
            for each in range(ROOMS):
                await self._send_two([one for one in self._held if int(one[1]) == each])
            self._held.clear()

    async def _send_two(self, two: list[tuple[int, str, bytes]]) -> None:
        (number, room, one), (_, _, other) = two
        planted = number == 8
        together = other + one if planted and self.fault == "order" else one + other
        if planted and self.fault == "twice":
            together = one + one + other
        for writer in self._rooms[room]:
            if planted and self.fault == "close":
                writer.close()
            at = 0
            while at < len(together) and not writer.is_closing():
                piece = self._dice.randint(1, 9) if self._dice.random() < 0.3 else self._dice.randint(10, 40_000)
                writer.write(together[at : at + piece])
                at += piece
                await asyncio.sleep(0)
            with suppress(ConnectionError):
                await writer.drain()


@needs_cc
async def test_everything_is_counted_once(program: Path, tmp_path: Path) -> None:
    server = Server()
    async with loaded(server, program, tmp_path) as load:
        joined = await asyncio.to_thread(load.join, CLIENTS)
        report = await asyncio.to_thread(load.saturate, WINDOW, 5, most=MESSAGES + 2)
        assert joined["joined"] == CLIENTS
        assert (report["published"], report["deliveries"]) == (52, 52 * CLIENTS // ROOMS)
        assert report["bytes"] == sum(SIZES[number % 3] for number in range(52)) * CLIENTS // ROOMS
        assert report["pings"] == 8 * CLIENTS // ROOMS
        assert wrong(report) == "" == load.complaints()
        left = await asyncio.to_thread(load.leave)
        assert server.pongs == report["pings"]
        assert left["joined"] == 0


@needs_cc
async def test_a_fixed_schedule_is_kept_and_delays_are_counted(program: Path, tmp_path: Path) -> None:
    async with loaded(Server(), program, tmp_path) as load:
        await asyncio.to_thread(load.join, CLIENTS)
        report = await asyncio.to_thread(load.rate, 40, 0.5)
    assert (report["published"], report["deliveries"]) == (20, 20 * CLIENTS // ROOMS)
    assert report["seconds"] >= 0.5
    # Three of four messages wait here for the next ones, 25 ms apart: the delay counts from when each was due.
    assert 20 <= report["p50_ms"] <= report["p99_ms"] <= report["max_ms"]


@needs_cc
@pytest.mark.parametrize(
    ("fault", "found", "said"),
    [
        ("order", f"{CLIENTS} wrong order", "number 10 where 8 was due"),
        ("twice", f"{CLIENTS // ROOMS} repeated", "number 8 where 10 was due"),
        ("close", "lost", "gone: /ws/0"),
    ],
)
async def test_what_is_wrong_is_found(program: Path, tmp_path: Path, fault: str, found: str, said: str) -> None:
    async with loaded(Server(fault), program, tmp_path) as load:
        await asyncio.to_thread(load.join, CLIENTS)
        report = await asyncio.to_thread(load.saturate, WINDOW, 5, most=MESSAGES + 2)
        assert found in wrong(report)
        assert said in load.complaints()


def test_without_a_compiler_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoCompiler, match=r"there is no cc here: install a C compiler\.$"):
        compiled(tmp_path)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("load"))


@asynccontextmanager
async def loaded(server: Server, program: Path, folder: Path) -> AsyncIterator[Load]:
    """Run the server and a client for it."""
    clients = folder / "clients"
    clients.write_text(
        "".join(f"{number % ROOMS}\t/ws/{number % ROOMS}\tX-Some: header\t\n" for number in range(CLIENTS))
    )
    listening = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        target = Target(port=port, pid=os.getpid(), clients=clients, ready="ready", message=MESSAGE)
        with running(program, target) as load:
            yield load
        await asyncio.gather(*server.connections)


@contextmanager
def running(program: Path, target: Target) -> Iterator[Load]:
    """End the client at the end."""
    load = Load(program, target)
    try:
        yield load
    finally:
        load.end()


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """Build a server's frame, with the shortest head that its length can have."""
    size = len(payload)
    if size < 126:
        head = bytes([size])
    elif size < 65_536:
        head = b"\x7e" + size.to_bytes(2, "big")
    else:
        head = b"\x7f" + size.to_bytes(8, "big")
    return bytes([0x80 | opcode]) + head + payload


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Read a client's frame, which is masked."""
    first, size = await reader.readexactly(2)
    assert size & 0x80, "a client masks what it sends"
    size &= 0x7F
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    mask = await reader.readexactly(4)
    payload = await reader.readexactly(size)
    return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
