"""How large the database is, on the disk."""

from pathlib import Path

from sqlalchemy import text

from storage.database import Database, files_of


def on_disk(database: Database) -> tuple[int, int | None]:
    """Give the bytes of the database and of its journal; None where the journal is not ours to look at (PostgreSQL)."""
    if database.is_sqlite:
        file, journal, _index = files_of(Path(database.url.database or "").expanduser())
        return _size(file), _size(journal)
    with database.read() as session:
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one()), None


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
