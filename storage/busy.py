"""What the database says when it cannot be had: held by others for too long, or away."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from storage import postgresql

ENDED = "The database has ended the transaction."
OF_A_FILE = ("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_NOTADB", "SQLITE_PROTOCOL")
"""What SQLite says of a file that cannot be read at present, as where its folder is on a disk that has gone."""


class Busy(Exception):
    """The database is held by others for too long, or away: it may be tried again."""

    def __init__(self) -> None:
        super().__init__("The database is held by another program for too long, or away: try again.")


class TransactionEnded(Exception):
    """Nothing that was done in this transaction is kept."""


def is_busy(error: BaseException) -> bool:
    """Say whether an error of the database means that it is held by others for too long, or away.

    Where it is said of what ``Database.together`` did, nothing was written: a commit that was cut off is settled first.
    """
    if isinstance(error, TransactionEnded):
        why = error.__cause__ or error.__context__
        return why is not None and is_busy(why)
    if isinstance(error, Busy | NoConnectionFree):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    said = _of_the_driver(error)
    if isinstance(said, sqlite3.OperationalError):
        return "locked" in str(said)
    return postgresql.is_away(said)


def is_away(error: BaseException) -> bool:
    """Say whether nothing can be read at present, whoever asks: held, away, or a file that cannot be read.

    Where the file cannot be read it is not said of a write that nothing was done.
    """
    return is_busy(error) or str(getattr(_of_the_driver(error), "sqlite_errorname", "")).startswith(OF_A_FILE)


def _of_the_driver(error: BaseException) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
