"""A page of a program whose database is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.services import Services
from storage.database import files_of
from tests.pages.conftest import Visit
from tests.support.house import House


@pytest.mark.sqlite  # takes the file away; a PostgreSQL that is stopped: tests/cluster
async def test_a_page_says_in_one_sentence_that_the_database_is_away_and_comes_back(
    house: House, visitor: Visit
) -> None:
    leila = await visitor(house.leila)
    assert (await leila.http.get("/")).status_code == 200
    with taken_away(house.services):
        answer = await leila.http.get("/")
        for _ in range(100):
            if answer.status_code == 503:
                break
            house.services.database._glances.clear()  # one that was in use while they were taken away was put back
            answer = await leila.http.get("/")
        assert (answer.status_code, answer.text) == (503, "The database cannot be reached: try again in a moment.")
        assert answer.headers["Retry-After"]
        refused = await leila.http.get("/", headers={"Accept-Language": "fa"})
        assert "پایگاه داده" in refused.text
    assert (await leila.http.get("/")).status_code == 200


@contextmanager
def taken_away(services: Services) -> Iterator[None]:
    """Let no new connection find the file, and none be kept."""
    file = Path(str(services.database.url.database))
    services.database.engine.dispose()
    services.database._glances.clear()
    for one in files_of(file):
        if one.exists():
            one.rename(one.with_name(f"away-{one.name}"))
    file.mkdir()
    try:
        yield
    finally:
        file.rmdir()
        for one in files_of(file):
            if (away := one.with_name(f"away-{one.name}")).exists():
                away.rename(one)
