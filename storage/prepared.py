"""Statements that run often: made and compiled once, so that running one costs what the driver takes, about 5 µs.

A query through a session costs 80 µs more than that, and twice as much where it is put together anew each time; SQLAlchemy's
core costs 20. The columns' types convert values and results here as they do there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Insert, bindparam, insert, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql import ClauseElement
from sqlmodel import SQLModel, col

from storage.postgresql import is_outdated, without_values

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    names: tuple[str, ...]
    positional: bool
    given: dict[str, Any]
    """What stands in the statement itself, such as the number of a ``LIMIT``."""
    to_database: dict[str, Convert]
    columns: tuple[Any, ...]
    """The types of its columns."""

    def bound(self, values: dict[str, Any]) -> Any:
        """Convert values, which are changed, and put them as the driver takes them."""
        for name, convert in self.to_database.items():
            values[name] = convert(values[name])
        if self.given:
            values = self.given | values
        return [values[name] for name in self.names] if self.positional else values


class Prepared:
    """One statement with named values; each kind of database compiles it at its first use."""

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}
        self._from_database: dict[str, tuple[tuple[int, Convert], ...]] = {}
        """The columns that need it, by their place; known with the first result, which says what the driver makes of them."""

    def run(self, connection: Connection, **values: Any) -> Sequence[Any]:
        """Run it in the connection's transaction; returns the rows, converted. Raises as SQLAlchemy does."""
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = compiled.bound(values)
        driver = connection.connection.dbapi_connection
        assert driver is not None  # noqa: S101 - the connection is open
        cursor = driver.cursor()
        try:
            cursor.execute(compiled.text, given)
            described = cursor.description
            rows: Sequence[Any] = [] if described is None else cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _in_words(error, connection, compiled) from error
        finally:
            cursor.close()
        if not rows:
            return rows
        converts = self._from_database.get(connection.dialect.name)
        if converts is None:
            converts = self._converts(connection.dialect, compiled, [column[1] for column in described])
        if not converts:
            return rows
        converted = []
        for row in rows:
            values_of = list(row)
            for at, convert in converts:
                values_of[at] = convert(values_of[at])
            converted.append(tuple(values_of))
        return converted

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it with the values of each of these, and ask for no result. Raises as ``run``.

        PostgreSQL is sent all of them before it is waited for once.
        """
        compiled = self._compiled.get(connection.dialect.name) or self._compile(connection.dialect)
        given = [compiled.bound(dict(values)) for values in rows]
        driver = connection.connection.dbapi_connection
        assert driver is not None  # noqa: S101 - the connection is open
        cursor = driver.cursor()
        try:
            cursor.executemany(compiled.text, given)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _in_words(error, connection, compiled) from error
        finally:
            cursor.close()

    def first(self, connection: Connection, **values: Any) -> Any:
        """Run it and give its first row; None where there is none."""
        rows = self.run(connection, **values)
        return rows[0] if rows else None

    def value(self, connection: Connection, **values: Any) -> Any:
        """Run it and give the first value of its first row; None where there is none."""
        rows = self.run(connection, **values)
        return rows[0][0] if rows else None

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement: ClauseElement = self._statement
        if isinstance(statement, Insert) and not statement.exported_columns:
            statement = (
                statement.inline()
            )  # nothing is given back, also where SQLAlchemy would ask for the key by itself
        compiled: Any = statement.compile(dialect=dialect)
        binds: dict[str, BindParameter[Any]] = compiled.binds
        names = tuple(compiled.positiontup) if compiled.positional else tuple(binds)
        converts = {
            name: convert
            for name in names
            if (convert := binds[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        given = {name: one.value for name, one in binds.items() if not one.required}
        made = _Compiled(
            text=str(compiled),
            names=names,
            positional=bool(compiled.positional),
            given={name: converts[name](value) if name in converts else value for name, value in given.items()},
            to_database={name: convert for name, convert in converts.items() if name not in given},
            columns=tuple(column.type for column in getattr(statement, "exported_columns", None) or ()),
        )
        self._compiled[dialect.name] = made
        return made

    def _converts(self, dialect: Dialect, compiled: _Compiled, kinds: Sequence[Any]) -> tuple[tuple[int, Convert], ...]:
        back = [
            column.dialect_impl(dialect).result_processor(dialect, kind)
            for column, kind in zip(compiled.columns, kinds, strict=True)
        ]
        made = tuple((at, convert) for at, convert in enumerate(back) if convert is not None)
        self._from_database[dialect.name] = made
        return made


def _in_words(error: Exception, connection: Connection, compiled: _Compiled) -> StatementError:
    """Say an error of the driver as SQLAlchemy does, without the values."""
    without_values(error)
    if is_outdated(error):
        connection.invalidate()
    kind = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(compiled.text, None, error, kind, hide_parameters=True)


def adding(table: type[SQLModel], columns: Sequence[str], *, returning: str | None = None) -> Prepared:
    """Prepare the insertion of one row with these columns, each a value of its name; gives back ``returning``."""
    named = {name: bindparam(name, type_=getattr(table, name).type) for name in columns}
    statement = insert(table).values(named)
    return Prepared(statement if returning is None else statement.returning(col(getattr(table, returning))))


def setting(table: type[SQLModel], columns: Sequence[str]) -> Prepared:
    """Prepare the change of these columns of the row with the id ``row``."""
    named = {name: bindparam(name, type_=getattr(table, name).type) for name in columns}
    return Prepared(update(table).where(col(table.id) == bindparam("row")).values(named))  # type: ignore[attr-defined]
