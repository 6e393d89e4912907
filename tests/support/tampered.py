"""A predictor's file that is not what was written, wherever it is kept."""

from pathlib import Path

from sqlalchemy import update

from storage.database import Database
from storage.tables import PredictorFile


def tamper(database: Database, file: Path, content: bytes) -> None:
    """Put other content in the place of a file, and of every copy that the database has."""
    file.write_bytes(content)
    with database.write() as session:
        session.execute(update(PredictorFile).values(content=content))
