"""Committing so that it is known what came of it: an answer that is lost with its connection is looked up on another.

PostgreSQL keeps of each transaction whether it was committed. After a crash it may give the same number to another one, and so
may a server that takes over. So a number counts only where nothing of the kind has happened meanwhile: the counts of the
background writer begin anew after each crash and on each other server, and say when.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DBAPIError

from storage import postgresql

if TYPE_CHECKING:  # PostgreSQL's library takes a tenth of a second, and most programs have a file
    import psycopg

SETTLE_SECONDS: float = 5
"""How long it is looked for. Whoever waits for the answer waits as long, and whoever writes next in this process."""
PAUSE_SECONDS = 0.1
STATUS = "SELECT pg_xact_status(%s::text::xid8)"
END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_xid = %s::text::xid8::xid AND state LIKE 'idle in transaction%%'"
)
"""Where the server has not noticed that we are gone, and our last word has not reached it."""


class OutcomeUnknown(Exception):
    """The connection broke while this was committed, and nobody can be asked whether it was."""

    def __init__(self) -> None:
        super().__init__("It is not known whether this was kept: look before you repeat it.")


@contextmanager
def committed(connection: Connection) -> Iterator[None]:
    """Open a transaction; commits at the end, rolls back on an error. Raises OutcomeUnknown."""
    sent = False
    number: str | None = None
    try:
        with connection.begin():
            yield
            number = connection.info.get(postgresql.NUMBER)
            history = connection.info.get(postgresql.SERVER)
            sent = True
    except DBAPIError as error:
        if not sent or number is None or not postgresql.is_cut_off(error.orig):
            raise
        kept = None if history is None else _was_committed(connection.engine.url, number, history)
        if kept is None:
            raise OutcomeUnknown from error
        if not kept:
            raise


def _was_committed(url: URL, number: str, history: str) -> bool | None:
    """Say whether a transaction was committed; None where that cannot be found out in time."""
    import psycopg

    from storage.own_connection import connected

    end = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            with connected(url, name="settling") as look:
                if _value(look, postgresql.HISTORY) != history:
                    return None
                found = _value(look, STATUS, number)
                if found != "in progress":
                    return None if found is None else bool(found == "committed")
                look.execute(END, (number,))
        except psycopg.Error:  # it starts, or is still away
            pass
        if time.monotonic() >= end:
            return None
        time.sleep(PAUSE_SECONDS)


def _value(look: "psycopg.Connection[tuple[Any, ...]]", statement: str, *given: str) -> Any:
    row = look.execute(statement.encode(), given).fetchone()
    return None if row is None else row[0]
