"""Two processes over one database, as far as one process can be two: each with its connections, its hub and its bus."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

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
from tests.conftest import Begun
from tests.support.databases import POSTGRESQL, SQLITE, Databases
from tests.support.house import House
from tests.support.nats import Nats, nats_server
from tests.support.waiting import eventually

NETWORKED = ("postgresql", "nats")
ALL = ("in process", *NETWORKED)

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
def kind(carrier: str) -> str:
    """The kind of database that the bus is for."""
    return SQLITE if carrier == "in process" else POSTGRESQL


@pytest.fixture
def address(house: House) -> str:
    """Where the house's database is."""
    return house.services.database.url.render_as_string(hide_password=False)


@pytest.fixture
def elsewhere(
    begun: Callable[[str], Begun], databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same house in a database of its own, whose log has another name."""
    folder = tmp_path_factory.mktemp("elsewhere")
    address = databases.copy(begun(POSTGRESQL).furnished()[0], folder).database_url
    database = Database(address)
    with database.write() as session:
        new_epoch(session)
    database.close()
    yield address
    databases.drop(folder)


@pytest.fixture
def make_bus(carrier: str, house: House, request: pytest.FixtureRequest) -> MakeBus:
    """Make the bus of one process."""
    if carrier == "in process":
        return lambda _database: InProcess()
    if carrier == "postgresql":
        return lambda database: PostgresBus(database, epoch_of(database), house.services.sealing)
    broker: Nats = request.getfixturevalue("broker")
    return lambda database: nats_bus(database, broker.address, house.services)


def nats_bus(database: Database, address: str, services: Services) -> NatsBus:
    """Make a bus over NATS for a database."""
    return NatsBus(address, epoch_of(database), services.sealing)


def epoch_of(database: Database) -> str:
    """Read the name of a log."""
    with database.read() as session:
        return migrations.epoch(session)


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
async def two(house: House, address: str, make_bus: MakeBus) -> AsyncIterator[Two]:
    """Two processes over one database, connected."""
    async with AsyncExitStack() as stack:
        both = [await stack.enter_async_context(running(house, address, make_bus)) for _ in range(2)]
        await eventually(lambda: all(one.bus.state.connected is not False for one in both), what="the bus")
        yield Two(*both)
