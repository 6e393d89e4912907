"""What the tests of several processes stand on: the house in a PostgreSQL, its people signed in, readers who follow."""

from collections.abc import Iterator

import pytest

from tests.support.databases import POSTGRESQL
from tests.support.nats import Nats, nats_server


@pytest.fixture
def kind() -> str:
    """Several processes need a server."""
    return POSTGRESQL


@pytest.fixture(params=["postgresql", "nats"])
def broker(request: pytest.FixtureRequest) -> Iterator[Nats | None]:
    """Each test with PostgreSQL alone, and with a broker of its own."""
    if request.param == "postgresql":
        yield None
        return
    with nats_server() as server:
        yield server
