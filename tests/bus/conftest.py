"""Two processes over one database, as far as one process can be two: each with its connections, its hub and its bus."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from domain.bus import Bus
from domain.bus.in_process import InProcess
from domain.bus.nats import NatsBus
from domain.bus.postgres import PostgresBus
from domain.events import LoggedEvent
from domain.hub import EVERYTHING, Hub
from domain.ledger import Ledger
from domain.services import Services
from storage import migrations
from storage.database import Database
from storage.restored import new_epoch
from tests.support.house import House
from tests.support.nats import Nats, nats_server
from tests.support.postgres import Postgres
from tests.support.waiting import eventually

NETWORKED = ("postgresql", "nats")
ALL = ("in process", *NETWORKED)

Furnished = tuple[Path, House]
MakeBus = Callable[[Database], Bus]


@dataclass
class Process:
    """One of the two."""

    house: House
    bus: Bus
    heard: list[LoggedEvent] = field(default_factory=list)

    @property
    def services(self) -> Services:
        """Its parts."""
        return self.house.services

    @property
    def entries(self) -> list[int]:
        """The positions of the log that it was told of, in the order in which it was."""
        return [event.position for event in self.heard if event.position is not None]

    def counted(self, name: str) -> int:
        """Read one of its counts."""
        return int(self.services.ledger.counts()[name])


@dataclass
class Two:
    """Both, and what makes another."""

    one: Process
    other: Process


@pytest.fixture(scope="session")
def broker() -> Iterator[Nats]:
    """A broker for this test session."""
    with nats_server() as server:
        yield server


@pytest.fixture
def carrier(request: pytest.FixtureRequest) -> str:
    """Which bus; a test that is not for all of them names those it is for."""
    return str(getattr(request, "param", "postgresql"))


@pytest.fixture
def address(carrier: str, tmp_path: Path, furnished: Furnished, request: pytest.FixtureRequest) -> Iterator[str]:
    """The furnished house's database, of the kind that the bus is for."""
    if carrier == "in process":
        shutil.copy(furnished[0] / "vervain.db", tmp_path)
        yield f"sqlite:///{tmp_path / 'vervain.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    template = request.getfixturevalue("furnished_in_postgres")[0]
    made = postgres.made(like=template)
    yield made
    postgres.drop(str(make_url(made).database))


@pytest.fixture
def postgres_house_elsewhere(postgres: Postgres, furnished_in_postgres: tuple[str, House]) -> Iterator[str]:
    """The same house in a database of its own, whose log has another name."""
    made = postgres.made(like=furnished_in_postgres[0])
    database = Database(made)
    with database.write() as session:
        new_epoch(session)
    database.close()
    yield made
    postgres.drop(str(database.url.database))


@pytest.fixture
def make_bus(carrier: str, furnished: Furnished, request: pytest.FixtureRequest) -> MakeBus:
    """Make the bus of one process."""
    if carrier == "in process":
        return lambda _database: InProcess()
    if carrier == "postgresql":
        return PostgresBus
    broker: Nats = request.getfixturevalue("broker")
    return lambda database: nats_bus(database, broker.address, furnished[1].services)


def nats_bus(database: Database, address: str, services: Services) -> NatsBus:
    """Make a bus over NATS for a database."""
    with database.read() as session:
        return NatsBus(address, migrations.epoch(session), services.sealing)


@asynccontextmanager
async def running(house: House, address: str, make_bus: MakeBus) -> AsyncIterator[Process]:
    """Run a process for as long as the ``with`` lasts."""
    database, hub = Database(address), Hub()
    bus = make_bus(database)
    hub.bind(asyncio.get_running_loop())
    ledger = Ledger(database, hub, seal=house.services.ledger.seal, bus=bus)
    services = replace(house.services, database=database, hub=hub, ledger=ledger)
    process = Process(replace(house, services=services), bus)
    hub.follow(EVERYTHING, process.heard.append)
    tasks = [asyncio.create_task(ledger.tail()), asyncio.create_task(ledger.hear())]
    try:
        yield process
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        hub.unbind()
        await asyncio.to_thread(database.close)


@pytest.fixture
async def two(
    carrier: str, address: str, make_bus: MakeBus, furnished: Furnished, request: pytest.FixtureRequest
) -> AsyncIterator[Two]:
    """Two processes over one database, connected."""
    house = furnished[1] if carrier == "in process" else request.getfixturevalue("furnished_in_postgres")[1]
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(running(house, address, make_bus)) for _ in range(2)]
        await eventually(lambda: all(one.bus.state.connected is not False for one in both), what="the bus")
        yield Two(*both)
