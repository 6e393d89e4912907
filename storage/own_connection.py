"""A connection to PostgreSQL that belongs to one job and lives as long as it does: for listening, and for a lock that is held."""

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from sqlalchemy import URL

LIVELINESS = "connect_timeout=5 keepalives_idle=5 keepalives_interval=2 keepalives_count=3 tcp_user_timeout=10000"
"""A server that vanished without a word is noticed after about ten seconds."""


def conninfo(url: URL, name: str) -> str:
    """Give a database's address as PostgreSQL's own library takes it; ``name`` is what the server shows."""
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return make_conninfo(address, application_name=f"vervain {name}", **conninfo_to_dict(LIVELINESS))


def connected(url: URL, *, name: str) -> psycopg.Connection[TupleRow]:
    """Open one, each statement a transaction of its own. Raises psycopg.Error."""
    return psycopg.connect(conninfo(url, name), autocommit=True)


async def connected_on_the_loop(url: URL, *, name: str) -> psycopg.AsyncConnection[TupleRow]:
    """Open one for the event loop. Raises psycopg.Error."""
    return await psycopg.AsyncConnection.connect(conninfo(url, name), autocommit=True)
