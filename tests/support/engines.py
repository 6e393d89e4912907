"""SQLite engines that know each other's statements: each test has a file of its own, and SQLAlchemy compiles for each."""

from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlmodel import create_engine

STATEMENTS = 5_000
"""Compiled statements that are kept; of SQLAlchemy's own 500, which are enough for a program, all tests together need more."""

_known: list[tuple[Dialect, Any]] = []
"""What the first engine has learnt of SQLite, and compiled. What one asks of a PostgreSQL another may not: it is not shared."""


def knowing_all_statements(url: Any, **more: Any) -> Engine:
    """Make an engine that compiles no statement which another has compiled already."""
    made = create_engine(url, query_cache_size=STATEMENTS, **more)
    if _known:
        made.dialect, made._compiled_cache = _known[0]
        return made

    @event.listens_for(made, "engine_connect")
    def remember(_connection: Any) -> None:  # its dialect has asked the database what it can do
        if not _known:
            _known.append((made.dialect, made._compiled_cache))

    return made
