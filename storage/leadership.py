"""The lock that one process of many holds: it does the work that is to be done once."""

import threading
from typing import Any

import psycopg
from sqlalchemy import URL

from storage.own_connection import connected

LOCK = 0x76657276, 2
"""Two numbers, which PostgreSQL keeps apart from locks that are named by one."""
LEASE_SECONDS = 6
"""A holder that says nothing for so long loses it: PostgreSQL ends its connection. So one that was stopped holds up nobody."""


class Claim:
    """The lock of one database, held on a connection of its own; from any thread."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._using = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._held = False
        self._ended = False

    def renew(self) -> bool:
        """Take the lock, or confirm that it is held; says whether it is.

        Raises psycopg.Error where the database cannot be asked: it is not held then.
        """
        with self._using:
            if self._ended:
                return False
            try:
                return self._renew()
            except psycopg.Error:
                self._drop()
                raise

    def end(self) -> None:
        """Give the lock back, with its connection, for good."""
        with self._using:
            self._ended = True
            self._drop()

    def _renew(self) -> bool:
        if self._connection is None or self._connection.closed:
            self._drop()
            self._connection = connected(self._url, name="leading")
            self._connection.execute(f"SET idle_session_timeout = '{LEASE_SECONDS}s'".encode())
            self._connection.execute(f"SET statement_timeout = '{LEASE_SECONDS}s'".encode())
        if self._held:
            self._connection.execute("SELECT 1")  # it hangs on the connection, which is there
        else:
            row = self._connection.execute("SELECT pg_try_advisory_lock(%s, %s)", LOCK).fetchone()
            self._held = bool(row and row[0])
        return self._held

    def _drop(self) -> None:
        connection, self._connection, self._held = self._connection, None, False
        if connection is not None:
            connection.close()
