"""What the database says when it cannot be had: held by others for too long, or away."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from storage import postgresql

ENDED = "The database has ended the transaction."


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
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(said, sqlite3.OperationalError):
        return "locked" in str(said)
    return postgresql.is_away(said)
