"""Connections over a network: a peer that vanished or stopped is noticed in seconds, on either side."""

import os
import socket
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url

from bench.ports import free_port
from storage import postgresql
from storage.own_connection import connected
from tests.support.postgres import postgres_server
from tests.support.waiting import until

pytestmark = pytest.mark.farm  # a server of its own
HELD = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = {postgresql.WRITER % 2**32}"


@pytest.fixture(scope="module")
def url() -> Iterator[URL]:
    """Where a server is that listens on a port."""
    with postgres_server() as server:
        yield make_url(server.listen(free_port()))


def ways(url: URL) -> dict[str, Engine]:
    return {
        one.__name__: one(url)
        for one in (postgresql.reading, postgresql.writing, postgresql.glancing, postgresql.building)
    }


def listening_for(driver: psycopg.Connection[object]) -> tuple[int, ...]:
    """Give the seconds of a connection's keepalives (idle, between, how many), and of what is not acknowledged."""
    with socket.socket(fileno=os.dup(driver.pgconn.socket)) as line:
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        options = socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT
        return tuple(line.getsockopt(socket.IPPROTO_TCP, one) for one in options)


def test_a_server_that_vanished_is_noticed_on_every_connection(url: URL) -> None:
    for name, engine in ways(url).items():
        with engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, psycopg.Connection)
            assert listening_for(driver) == (5, 2, 3, 10_000), name
        engine.dispose()
    with connected(url, name="test") as own:
        assert listening_for(own) == (5, 2, 3, 10_000)


def test_who_takes_no_answers_any_more_loses_the_lock(url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "UNREAD_SECONDS", 0.5)
    writing = postgresql.writing(url)
    with connected(url, name="test") as own, writing.connect() as stopped:
        stopped.begin()
        driver = stopped.connection.dbapi_connection
        assert isinstance(driver, psycopg.Connection)
        assert own.execute(HELD.encode()).fetchone() == (1,)
        driver.pgconn.send_query(b"SELECT repeat('x', 1000) FROM generate_series(1, 30000)")  # which nobody reads
        until(
            lambda: own.execute(HELD.encode()).fetchone() == (0,),
            what="the end of a transaction that nobody reads from",
        )
        stopped.invalidate()
    writing.dispose()
