"""What whoever owns the database can do to its tables, on either kind."""

from sqlalchemy import text
from sqlmodel import Session

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


def unguarded(session: Session, what: str) -> None:
    """Take the guard away that keeps the audit from being changed (``update``) or cut off (``delete``)."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(
        text(f"DROP TRIGGER audit_entry_no_{what}" if is_sqlite else "DROP TRIGGER audit_entry_stays ON audit_entry")
    )
