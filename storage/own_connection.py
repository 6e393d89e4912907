"""A connection to PostgreSQL that belongs to one job and lives as long as it does: for listening, and for a lock that is held."""

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from sqlalchemy import URL

from storage.postgresql import LIVELINESS


def conninfo(url: URL, name: str) -> str:
    """Give a database's address as PostgreSQL's own library takes it; ``name`` is what the server shows."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return make_conninfo(address, application_name=f"vervain {name}", **LIVELINESS)


def connected(url: URL, *, name: str) -> psycopg.Connection[TupleRow]:
    """Open one, each statement a transaction of its own. Raises psycopg.Error."""
    return psycopg.connect(conninfo(url, name), autocommit=True)


async def connected_on_the_loop(url: URL, *, name: str) -> psycopg.AsyncConnection[TupleRow]:
    """Open one for the event loop. Raises psycopg.Error."""
    return await psycopg.AsyncConnection.connect(conninfo(url, name), autocommit=True)
