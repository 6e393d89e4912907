"""NOTIFY and LISTEN: PostgreSQL hands a text to every process that listens, with the commit and never without it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import URL, Text, bindparam, func
from sqlalchemy import select as columns

from storage.database import Rows, connection_of
from storage.own_connection import connected_on_the_loop
from storage.prepared import Prepared

CHANNEL = "vervain"
LONGEST = 7_900
"""Bytes of a text: PostgreSQL takes fewer than 8,000. Of what is sealed into it, 5,850."""

NotListening = psycopg.Error
"""Raised where the connection cannot be opened, or is lost."""


def notify(rows: Rows, text: str) -> None:
    """Have ``text`` handed to all who listen once this transaction is committed; equal texts of one transaction are one."""
    _NOTIFY.run(connection_of(rows), text=text)


class Listening:
    """A connection that listens."""

    def __init__(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        self._connection = connection

    async def texts(self) -> AsyncIterator[str]:
        """Give what comes, until the connection is lost. Raises NotListening."""
        async for notice in self._connection.notifies():
            yield notice.payload


@asynccontextmanager
async def listening(url: URL) -> AsyncIterator[Listening]:
    """Listen on a connection of its own. Raises NotListening."""
    connection = await connected_on_the_loop(url, name="listening")
    try:
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        yield Listening(connection)
    finally:
        await connection.close()


_NOTIFY = Prepared(columns(func.pg_notify(CHANNEL, bindparam("text", type_=Text()))))
