"""Several processes of the program over one PostgreSQL, alone or with a NATS between them, behind a proxy."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

import httpx2

from bench.ports import free_port
from tests.support.house import House
from tests.support.nats import Nats
from tests.support.proxy import RoundRobin, before
from tests.support.server import ROOT, Program, environment
from tests.support.waiting import eventually

CONNECTED = ("listening to the other processes", "connected to the broker")
START_SECONDS = 120.0
SAY_SECONDS = 10.0
"""After which a phone that had no answer asks again; also of a process that is stopped."""
CLOCK_SECONDS = 90
"""By how much a clock that is wrong is wrong."""
WRONG_CLOCK = "tests.support.clock_program"


class Cluster:
    """The processes, and where they are reached."""

    def __init__(self, house: House, start: Callable[[int], Program], many: int, phones: httpx2.AsyncClient) -> None:
        self.house = house
        self.phones = phones
        """What asks the processes, each at its own address."""
        self.programs = [start(number) for number in range(many)]
        self.addresses: list[str] = []
        self.proxy: RoundRobin
        self._start = start

    @property
    def http(self) -> str:
        """Where clients come."""
        return self.proxy.http

    def signal(self, number: int, how: Signals) -> None:
        """Send a process a signal."""
        self.programs[number].process.send_signal(how)

    async def ready(self) -> None:
        """Wait until each process listens, and hears the others."""
        started = [one for one in self.programs if not await _up(one)]
        assert not started, [one.printed for one in started]
        self.addresses = [(await asyncio.to_thread(program.listening)).http for program in self.programs]
        await eventually(lambda: all(any(word in one.printed for word in CONNECTED) for one in self.programs))

    async def end(self, number: int, how: Signals) -> None:
        """End a process and wait for its end; told to stop, it has to end well."""
        program = self.programs[number]
        code = await asyncio.to_thread(program.stop, how)
        assert code == (0 if how is SIGTERM else -how), program.printed
        assert "Traceback" not in program.printed, program.printed

    async def begin(self, number: int) -> None:
        """Start a process again that has ended, at the place where it was."""
        self.programs[number] = self._start(number)
        await self.ready()

    async def say(self, number: int, headers: dict[str, str], comment: str) -> int:
        """Send feedback to one process, once; returns the status, and 0 where there was no answer."""
        said = {"recommendation_id": self.house.ginger, "rating": 4, "comment": comment}
        path = f"{self.addresses[number]}/api/diagnosis/{self.house.diagnosis_id}/feedback"
        try:
            sent = await self.phones.post(path, json=said, headers=headers | {"Idempotency-Key": comment})
        except httpx2.HTTPError:
            return 0
        return sent.status_code

    async def said(self, number: int, headers: dict[str, str], comment: str) -> None:
        """Send feedback as a phone does: again with the same key until it is answered."""
        for pause in (0.1, 0.2, 0.5, *[1.0] * 40):
            if await self.say(number, headers, comment) == 201:
                return
            await asyncio.sleep(pause)
        raise AssertionError(f"nobody took {comment}")


@asynccontextmanager
async def cluster(
    house: House, folder: Path, many: int, *, broker: Nats | None = None, modules: Sequence[str | None] = ()
) -> AsyncIterator[Cluster]:
    """Run so many processes over the house's database for as long as the ``with`` lasts."""
    settings = {
        "DATABASE_URL": house.services.database.url.render_as_string(hide_password=False),
        "SECRET_FILE": str(folder / "secret"),
        "CLOCK_SECONDS": str(CLOCK_SECONDS),
    }
    if broker is not None:
        settings["NATS_URL"] = broker.address
    ports = [free_port() for _ in range(many)]
    async with AsyncExitStack() as stack:

        def start(number: int) -> Program:
            own = folder / f"process-{number}"
            own.mkdir(exist_ok=True)
            module = modules[number] if number < len(modules) else None
            program = ClusterProgram(own, module, PORT=str(ports[number]), **settings)
            stack.callback(program.stop, SIGKILL)
            return program

        one = Cluster(house, start, many, await stack.enter_async_context(httpx2.AsyncClient(timeout=SAY_SECONDS)))
        await one.ready()
        one.proxy = await stack.enter_async_context(before(one.addresses))
        yield one


async def _up(program: Program) -> bool:
    """Wait until a process listens, however busy the machine is; says whether it does."""
    await eventually(
        lambda: "listening  " in program.printed or program.process.poll() is not None, within=START_SECONDS
    )
    return program.process.poll() is None


class ClusterProgram(Program):
    """``python main.py run``, or a module of the tests that does the same with something changed."""

    def __init__(self, folder: Path, module: str | None, **settings: str) -> None:
        self._output = folder / "printed"
        command = ["-m", module] if module else [str(ROOT / "main.py"), "run"]
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=environment(folder, settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
