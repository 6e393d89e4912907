"""Sign-ins of one person: listing them, and keeping when they were last seen."""

from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from storage.database import Rows, connection_of
from storage.prepared import Prepared
from storage.tables import SignIn


def open_ones(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """List the browser sessions and devices of somebody that hold at present, the newest first."""
    statement = (
        select(SignIn)
        .where(
            SignIn.person_id == person_id,
            col(SignIn.kind).in_(("page", "device")),
            col(SignIn.revoked).is_(None),
            SignIn.expires > now,
        )
        .order_by(col(SignIn.id).desc())
    )
    return list(session.exec(statement))


def see(rows: Rows, *, sign_in_id: int, at: datetime, address: str) -> None:
    """Keep when a sign-in was last seen and from where."""
    _SEE.run(connection_of(rows), row=sign_in_id, at=at, where=address)


_SEE = Prepared(
    update(SignIn)
    .where(col(SignIn.id) == bindparam("row"))
    .values(last_seen=bindparam("at"), address=bindparam("where"))
)
