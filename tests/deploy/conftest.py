"""Two real processes over one PostgreSQL, as deploy/ runs them; the proxies of the tests stand before these two."""

from collections.abc import Iterator

import pytest

from tests.support.nobody import nobody
from tests.support.postgres import Postgres
from tests.support.proxied import NAME
from tests.support.server import Program, program

PUBLIC = {"PUBLIC": "true", "BASE_URL": f"https://{NAME}", "TRUSTED_PROXIES": "127.0.0.1"}


@pytest.fixture(scope="package")
def processes(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Program]]:
    """Start the second when the first has made the tables; both share a secret."""
    folder, settings = tmp_path_factory.mktemp("practice"), {**PUBLIC, "DATABASE_URL": postgres.made()}
    with program(folder, "run", **settings) as first:
        first.listening()
        with program(folder, "run", **settings) as second:
            second.listening()
            yield [first, second]


@pytest.fixture(scope="package")
def ports(processes: list[Program]) -> list[int]:
    """Where the two listen."""
    return [int(one.listening().http.rpartition(":")[2]) for one in processes]


@pytest.fixture(scope="package")
def dead() -> Iterator[int]:
    """Where a process was that is not there now."""
    with nobody() as port:
        yield port
