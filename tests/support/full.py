"""A table that takes no more rows, on either database."""

from sqlalchemy import text

from storage.database import Database


def full(database: Database, table: str, *, when: str) -> None:
    """Refuse new rows of a table for which ``when`` (SQL over the columns) is true.

    PostgreSQL refuses them in its own words, which repeat the row.
    """
    if database.is_sqlite:
        said = (
            f"CREATE TRIGGER is_full BEFORE INSERT ON {table} WHEN new.{when} BEGIN SELECT RAISE(ABORT, 'is_full'); END"
        )
    else:
        said = f"ALTER TABLE {table} ADD CONSTRAINT is_full CHECK (NOT ({when})) NOT VALID"
    with database.engine.execution_options(write=True).begin() as connection:
        connection.execute(text(said))
