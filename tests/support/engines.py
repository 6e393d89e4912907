"""Engines that know each other's statements: a test has a database of its own, and SQLAlchemy compiles for each engine anew."""

from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlmodel import create_engine

STATEMENTS = 5_000
"""Compiled statements that are kept; of SQLAlchemy's own 500, which are enough for a program, all tests together need more."""

Known = tuple[Dialect, Any]
_known: dict[tuple[str, object], Known] = {}
"""By kind of database, what one engine has learnt of it and compiled; by isolation level, too, which a dialect keeps."""


def knowing_all_statements(url: Any, **more: Any) -> Engine:
    """Make an engine that compiles no statement which another has compiled already."""
    made = create_engine(url, query_cache_size=STATEMENTS, **more)
    kind = made.dialect.name, more.get("isolation_level")
    if kind in _known:
        made.dialect, made._compiled_cache = _known[kind]
        return made

    @event.listens_for(made, "engine_connect")
    def remember(_connection: Any) -> None:  # its dialect has asked the database what it can do
        _known.setdefault(kind, (made.dialect, made._compiled_cache))

    return made
