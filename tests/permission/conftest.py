"""One program for all of the table and the crawl: what they do to it, nobody else of them minds."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from domain.services import Services
from tests.conftest import over
from tests.permission.place import Place, furnished_place
from tests.support.databases import Databases
from tests.support.house import House


@pytest.fixture(scope="package")
def place(
    databases: Databases,
    built: tuple[Path, Services],
    furnished: tuple[Path, House],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Place]:
    """Everybody, at one program."""
    folder = tmp_path_factory.mktemp("permission")
    settings = databases.copy(furnished[0], folder)
    services = over(built[1], settings)
    with furnished_place(settings, services, replace(furnished[1], services=services)) as there:
        yield there
    services.database.close()
    databases.drop(folder)


@pytest.fixture
async def program(place: Place) -> AsyncIterator[httpx2.AsyncClient]:
    """A program that calls it, and keeps no cookie."""
    async with httpx2.AsyncClient(base_url=place.server.http, timeout=30) as client:
        yield client
