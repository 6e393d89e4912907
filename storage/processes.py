"""The processes of the cluster: each keeps a row of its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.tables import RunningProcess


def put(session: Session, row: RunningProcess) -> None:
    """Write what a process says of itself, in place of what it said before."""
    session.merge(row)
    session.flush()


def forget(session: Session, name: str) -> None:
    """Take out a process that has ended."""
    session.execute(delete(RunningProcess).where(col(RunningProcess.name) == name))


def forget_silent(session: Session, before: datetime) -> None:
    """Take out those that have said nothing since."""
    session.execute(delete(RunningProcess).where(col(RunningProcess.said) < before))


def all_of_them(session: Session) -> Sequence[RunningProcess]:
    """List them, the oldest first."""
    return session.exec(select(RunningProcess).order_by(col(RunningProcess.started), col(RunningProcess.name))).all()
