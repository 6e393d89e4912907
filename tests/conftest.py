"""What the tests stand on: real parts over a fresh database each."""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import httpcore2
import httpx2
import hypothesis
import pytest
import structlog
from argon2.profiles import CHEAPEST
from fastapi import FastAPI

import main
from api import oidc_client
from domain.acknowledgement import Acknowledgements
from domain.erasure_register import ErasureRegister
from domain.health import Health
from domain.hub import Hub
from domain.key_rotation import present_in, rotate_when_due
from domain.last_seen import LastSeen
from domain.leading import Leading
from domain.learned import Learned
from domain.ledger import Ledger
from domain.passwords import Passwords
from domain.patient_names import PatientNames
from domain.predictors.shelf import Predictors
from domain.running import Running
from domain.security_log import SecurityLog
from domain.services import Services
from domain.throttle import Throttle
from domain.tokens import Tokens
from settings import Settings
from storage import committing, postgresql, sqlite
from storage.database import Database
from tests.support.clock import LAST_MOMENTS, days, left_of_today
from tests.support.command_line import command as command
from tests.support.databases import ON_BOTH, POSTGRESQL, SQLITE, Databases
from tests.support.databases import settings_in as settings_in
from tests.support.engines import knowing_all_statements
from tests.support.house import House, furnish
from tests.support.left_out import pytest_ignore_collect as pytest_ignore_collect
from tests.support.postgres import Postgres, postgres_server
from tests.support.real_ratings import ABSENT, RealReplay
from tests.support.real_ratings import FILE as RATINGS
from tests.support.server import Server, serving, unserved
from tests.support.waiting import ANSWER_SECONDS, until

TIMED = [hypothesis.HealthCheck.too_slow]
"""Machines are shared: no test is about time, nor about how long it takes to think of its cases."""
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=TIMED)
hypothesis.settings.register_profile("same-cases", deadline=None, derandomize=True, suppress_health_check=TIMED)
hypothesis.settings.load_profile("untimed")

gc.set_threshold(*main.COLLECTED_AFTER)  # as the program does: what tests stand on stays

IN_MEMORY, ENOUGH = Path("/dev/shm"), 4 * 2**30
"""A file system in memory, and how much of it has to be free (bytes) for the tests to keep their databases there."""

PASSWORDS = Passwords(CHEAPEST)
"""Hashed as in earnest, but in a thousandth of the time; what is about the time makes its own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let all tests run over a PostgreSQL."""
    parser.addoption("--postgresql", action="store_true", help="keep the rows in a PostgreSQL, and not in SQLite files")
    parser.addoption("--long", action="store_true", help="let faults last as long as they would in earnest")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let those run over both databases for which it matters most."""
    chosen = metafunc.definition.path.as_posix().endswith(ON_BOTH) and "kind" in metafunc.fixturenames
    chosen = chosen and metafunc.definition.get_closest_marker("sqlite") is None
    if chosen and not metafunc.config.getoption("--postgresql"):
        metafunc.parametrize("kind", [SQLITE, POSTGRESQL], indirect=True)


def pytest_configure() -> None:
    """Keep the tests' files in memory: a commit waits for the disk (6 ms here), and no test cuts the power.

    The program itself writes as in earnest. A process that is killed leaves behind in memory what it would on a disk.
    """
    roomy = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free >= ENOUGH
    if roomy:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """Let others take as long as they take on a busy machine; what is about these limits sets its own.

    A write on PostgreSQL, what became of one whose connection broke, and a provider's answer.
    """
    postgresql.IDLE_SECONDS, postgresql.WAIT_SECONDS = 20, 25
    committing.SETTLE_SECONDS = oidc_client.LIMIT_SECONDS = ANSWER_SECONDS


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """Let no test do anew what has come out the same before it, and is nothing of what it tests.

    To compile its statements took each test a tenth to a third of its time; to read all authorities of the world takes each
    HTTP client 30 ms, and hardly any needs them.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "create_engine", knowing_all_statements)
        patch.setattr(httpcore2, "default_ssl_context", cache(httpcore2.default_ssl_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """Let what the program logs be seen by ``caplog``."""
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@dataclass(frozen=True)
class Begun:
    """What the tests over one kind of database begin with, each made once."""

    empty: Path
    """A folder with a database that has its schema, and the secret."""
    services: Services
    """Over it, closed."""
    furnished: Callable[[], tuple[Path, House]]
    """The folder of a house, furnished through the program's verbs."""


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Make, copy and drop databases."""
    return Databases(lambda: request.getfixturevalue("postgres"))


@pytest.fixture(scope="session")
def begun(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Begun]:
    """Build the parts once, through main: a migrated empty database to copy, the knowledge, the tokens' key."""

    @cache
    def begin(kind: str) -> Begun:
        empty = tmp_path_factory.mktemp("built")
        services = main.build_services(databases.make(empty, kind))
        services.database.close()
        gc.collect()
        gc.freeze()  # as the program does; NiceGUI looks through all objects at each start of an application

        @cache
        def furnished_on(_days: tuple[date, date]) -> tuple[Path, House]:
            folder = tmp_path_factory.mktemp("furnished")
            parts = over(services, databases.copy(empty, folder))
            house = furnish(parts)
            parts.ledger.write(
                rotate_when_due
            )  # what the program does first, so that no job of a test's program writes it
            parts.database.close()
            return folder, house

        return Begun(empty, services, lambda: furnished_on(days()))  # who was taken in yesterday is not of today

    return begin


@pytest.fixture(scope="session")
def usual(request: pytest.FixtureRequest) -> str:
    """The kind of database that all tests run over that do not choose."""
    return POSTGRESQL if request.config.getoption("--postgresql") else SQLITE


@pytest.fixture
def kind(request: pytest.FixtureRequest, usual: str) -> str:
    """The kind of database that this test runs over."""
    return str(getattr(request, "param", usual))


@pytest.fixture(scope="session")
def built(begun: Callable[[str], Begun], usual: str) -> tuple[Path, Services]:
    """The folder of a program whose database is empty, and its parts."""
    return begun(usual).empty, begun(usual).services


@pytest.fixture(scope="session")
def furnished(begun: Callable[[str], Begun], usual: str) -> tuple[Path, House]:
    """The folder of a furnished house; each test that asks for it gets a copy of the database."""
    return begun(usual).furnished()


def over(built: Services, settings: Settings) -> Services:
    """Give the parts over another database; only what holds no data is shared."""
    database, hub = Database(settings.database_url), Hub()
    security = SecurityLog(names=built.sealing.in_the_log)
    library = built.library.over(database)
    return replace(
        built,
        database=database,
        hub=hub,
        ledger=Ledger(database, hub, seal=built.ledger.seal),
        acks=Acknowledgements(),
        seen=LastSeen(),
        names=PatientNames(),
        library=library,
        learned=Learned(database, library),
        predictors=Predictors(database, settings.predictors),
        security=security,
        throttle=Throttle(security=security),
        passwords=PASSWORDS,
        tokens=Tokens(settings.read_secret(), present_in(database)),
        erasures=ErasureRegister(settings.erasures),
        running=Running(),
        health=Health(),
        leading=Leading(),  # a test has one process; tests/cluster and test_leading have more
    )


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, databases: Databases, begun: Callable[[str], Begun], kind: str, tmp_path: Path
) -> Iterator[Settings]:
    """Settings of a program with a database of its own: empty, or furnished for a test that asks for the house."""
    source = begun(kind).furnished()[0] if "house" in request.fixturenames else begun(kind).empty
    yield databases.copy(source, tmp_path)
    databases.drop(tmp_path)


@pytest.fixture
def services(begun: Callable[[str], Begun], kind: str, settings: Settings) -> Iterator[Services]:
    """The parts of one program."""
    parts = over(begun(kind).services, settings)
    yield parts
    parts.database.close()


@pytest.fixture
def house(begun: Callable[[str], Begun], kind: str, services: Services) -> House:
    """Two practices with their people, and a patient under treatment."""
    return replace(begun(kind).furnished()[1], services=services)


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application."""
    return main.create_app(settings, services)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that calls the API; what goes wrong inside comes back as an answer, as it would over a network."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with unserved(app), httpx2.AsyncClient(transport=transport, base_url="http://test") as one:
        yield one


@pytest.fixture
def server(app: FastAPI) -> Iterator[Server]:
    """The application on a free port."""
    with serving(app) as running:
        yield running


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin no test in the last moments of a day: what it says of today would be untrue before it has ended."""
    until(lambda: left_of_today() > LAST_MOMENTS, within=2 * LAST_MOMENTS.total_seconds(), what="the next day")


REAL_REPLAY = pytest.StashKey[RealReplay]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the test of the real ratings come last: its replay runs beside the others meanwhile."""
    items.sort(key=_waits_for_the_replay)
    if config.getoption("--postgresql"):
        about_files = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=about_files)
        items[:] = [item for item in items if item not in about_files]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the replay of the real ratings where its test was chosen and the ratings are there."""
    gc.collect()
    gc.freeze()  # all that was imported stays: nothing looks through it again
    chosen = any(_waits_for_the_replay(item) for item in session.items)
    alone = not hasattr(session.config, "workerinput")  # of several processes only the one with the test needs it
    if chosen and alone and RATINGS.exists() and not session.config.option.collectonly:
        folder = Path(tempfile.mkdtemp(prefix="vervain-replay-"))
        session.config.stash[REAL_REPLAY] = RealReplay(folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no process behind, however the tests end."""
    replay = config.stash.get(REAL_REPLAY, None)
    if replay is not None:
        replay.abandon()


@pytest.fixture
def real_replay(request: pytest.FixtureRequest) -> RealReplay:
    """The replay of the real ratings, under way since the tests began."""
    if not RATINGS.exists():
        pytest.skip(ABSENT)
    replay = request.config.stash.get(REAL_REPLAY, None)
    if replay is None:
        replay = request.config.stash[REAL_REPLAY] = RealReplay(Path(tempfile.mkdtemp(prefix="vervain-replay-")))
    return replay


def _waits_for_the_replay(item: pytest.Item) -> bool:
    return "real_replay" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for this test session."""
    with postgres_server() as server:
        yield server
