"""Who comes with a token is asked beside the event loop where the database is a server, and within a time."""

import asyncio
import threading
from itertools import count

import httpx2
import psycopg
import pytest

from api import asking_who
from api.asking_who import AskingWho
from domain import service
from domain.errors import Unavailable
from domain.sign_in import actor_of_token
from storage import postgresql
from storage.database import Database
from storage.own_connection import conninfo
from tests.support.databases import POSTGRESQL
from tests.support.house import House, bearer
from tests.support.problems import refused
from tests.support.waiting import eventually


@pytest.fixture
def kind() -> str:
    """What may wait is a server."""
    return POSTGRESQL


@pytest.mark.parametrize("who", ["a person", "a service"])
async def test_a_look_that_waits_stops_nobody_else(
    house: House, client: httpx2.AsyncClient, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking_who, "SECONDS", 20.0)
    services = house.services
    monkeypatch.setattr(services.database, "_glance_engine", glances_that_wait(services.database, monkeypatch))
    issued = service.issue(services, "Desk", scopes=["status"], days=1, practice="Sunrise Herbal Care")
    headers = {"Authorization": f"Bearer {issued.token}"} if who == "a service" else bearer(services, house.leila)
    with psycopg.connect(conninfo(services.database.url, "test")) as other:
        other.execute("LOCK TABLE sign_in IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(client.get("/api/knowledge/sets", headers=headers))
        keys = asyncio.create_task(client.get("/.well-known/jwks.json"))
        assert (await client.get("/healthz")).status_code == 200
        assert (await keys).status_code == 200
        await eventually(lambda: waiting_for_a_lock(services.database), what="the look")
        other.rollback()
    assert (await asked).status_code == (403 if who == "a service" else 200), "it is known who asks"


def glances_that_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(postgresql, "GLANCE_WAIT_SECONDS", 15.0)
    return postgresql.glancing(database.url)


def waiting_for_a_lock(database: Database) -> bool:
    with psycopg.connect(conninfo(database.url, "test")) as other:
        return bool(other.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() != (0,))


async def test_a_table_that_a_migration_holds_is_said_to_be_busy(
    house: House, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking_who, "SECONDS", 20.0)
    headers = bearer(house.services, house.leila)
    monkeypatch.setattr(postgresql, "GLANCE_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(house.services.database, "_glance_engine", postgresql.glancing(house.services.database.url))
    with psycopg.connect(conninfo(house.services.database.url, "test")) as other:
        other.execute("LOCK TABLE sign_in IN ACCESS EXCLUSIVE MODE")
        refused(await client.get("/api/knowledge/sets", headers=headers), 503, "unavailable")


async def test_a_database_that_does_not_answer_is_waited_for_a_while_by_so_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking_who, "SECONDS", 0.05)
    monkeypatch.setattr(asking_who, "MOST_WAITING", asking_who.THREADS + 1)
    asking, answers, asked = AskingWho(in_a_file=False), threading.Event(), list[int]()

    def look(number: int) -> None:
        asked.append(number)
        answers.wait(30)

    numbers = count()
    while len(asked) < asking_who.THREADS:  # a thread that begins too late asks nothing any more, and is free again
        with pytest.raises(Unavailable):
            await asking.read(look, next(numbers))
        await asyncio.sleep(0)  # also who was refused at once: what has ended meanwhile is heard of
    hanging = asked.copy()
    for _ in range(3):
        with pytest.raises(Unavailable):
            await asking.read(look, next(numbers))
    assert asked == hanging
    assert asking._waiting == asking_who.THREADS + 1
    monkeypatch.setattr(asking_who, "SECONDS", 20.0)
    answers.set()
    await eventually(lambda: asking._waiting == 0)
    assert await asking.read(int, "7") == 7
    assert len(asked) == asking_who.THREADS, "nobody waited for the others any more"
    asking.close()


async def test_over_a_file_it_is_asked_at_once() -> None:
    asking = AskingWho(in_a_file=True)
    assert await asking.read(threading.get_ident) == threading.get_ident()


def test_a_service_takes_no_connection_of_those_who_read_at_length(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = service.issue(house.services, "Desk", scopes=["status"], days=1, practice="Sunrise Herbal Care")
    monkeypatch.delattr(Database, "read")
    actor, until = actor_of_token(house.services, issued.token, address="192.0.2.7")
    assert (actor.name, actor.scopes, actor.address, until) == (
        "Desk",
        frozenset({"status"}),
        "192.0.2.7",
        issued.expires,
    )


async def test_twenty_may_wait_for_the_server_at_once(client: httpx2.AsyncClient) -> None:
    everybody = threading.Barrier(postgresql.READERS + postgresql.MORE_READERS)
    await asyncio.gather(*(asyncio.to_thread(everybody.wait, 20) for _ in range(everybody.parties)))
