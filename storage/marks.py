"""Marks: named values of the database itself."""

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col

from storage.database import Through, connection_of
from storage.prepared import Prepared
from storage.tables import Mark


def read(through: Through, name: str) -> str | None:
    """Read a mark, in a few microseconds; None where it was never set."""
    value: str | None = _VALUE.value(connection_of(through), name=name)
    return value


def put(session: Session, name: str, value: str) -> None:
    """Set a mark."""
    session.merge(Mark(name=name, value=value))
    session.flush()


_VALUE = Prepared(columns(col(Mark.value)).where(col(Mark.name) == bindparam("name")))
