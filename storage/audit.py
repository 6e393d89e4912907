"""The audit chain: appended to by whoever holds its end, read in order, by record and by practice."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, bindparam, func, text
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.database import Rows, connection_of
from storage.prepared import Prepared, adding
from storage.tables import AuditEntry, AuditReason, Person

COLUMNS = tuple(AuditEntry.model_fields)
_HOLD = text("SELECT pg_advisory_xact_lock(7235906114)")
"""One writer at the end of the chain; SQLite has only one writer anyway. The number is ours and means nothing."""


def end_of(rows: Rows) -> tuple[int, str]:
    """Take hold of the end of the chain for the rest of the transaction: the newest entry's id and hash; 0 and empty for none.

    Where several processes write, nobody else appends until this transaction is over.
    """
    connection = connection_of(rows)
    if connection.dialect.name != "sqlite":
        connection.execute(_HOLD)
    found = _END.first(connection)
    return (0, "") if found is None else (int(found[0]), str(found[1]))


def append(rows: Rows, entries: Sequence[Mapping[str, Any]], reasons: Sequence[Mapping[str, Any]]) -> None:
    """Write entries that follow the end of the chain, and the reasons that were typed for them."""
    connection = connection_of(rows)
    _ADD.run_each(connection, entries)
    if reasons:
        _ADD_REASON.run_each(connection, reasons)


def after(session: Session, entry_id: int, *, limit: int) -> list[dict[str, Any]]:
    """Read at most ``limit`` whole entries after an id, in order, each by the names of its columns and with its reason."""
    found = _AFTER.run(session.connection(), since=entry_id, most=limit)
    return [dict(zip((*COLUMNS, "text", "salt"), row, strict=True)) for row in found]


def count(session: Session) -> int:
    """Count the entries."""
    return int(session.execute(columns(func.count()).select_from(AuditEntry)).scalar_one())


def newest(session: Session) -> tuple[int, str]:
    """Read the newest entry's id and hash; 0 and empty for none."""
    found = _END.first(session.connection())
    return (0, "") if found is None else (int(found[0]), str(found[1]))


def listed(
    session: Session,
    *,
    practice_id: int | None = None,
    patient_id: int | None = None,
    person_id: int | None = None,
    action: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[Row[Any, Any, Any]]:
    """List entries, newest first, from before the id ``before``, each with its person and its reason where there is one."""
    statement = (
        columns(AuditEntry, Person, AuditReason)
        .outerjoin(Person, col(Person.id) == col(AuditEntry.person_id))
        .outerjoin(AuditReason, col(AuditReason.entry_id) == col(AuditEntry.id))
    )
    wanted = {"practice_id": practice_id, "patient_id": patient_id, "person_id": person_id, "action": action}
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(col(getattr(AuditEntry, name)) == value)
    if since is not None:
        statement = statement.where(col(AuditEntry.at) >= since)
    if before is not None:
        statement = statement.where(col(AuditEntry.id) < before)
    return session.execute(statement.order_by(col(AuditEntry.id).desc()).limit(limit)).all()


def turns(session: Session, patient_id: int, actions: Collection[str]) -> list[AuditEntry]:
    """List the entries about a record with one of these actions, oldest first."""
    statement = select(AuditEntry).where(col(AuditEntry.patient_id) == patient_id, col(AuditEntry.action).in_(actions))
    return list(session.exec(statement.order_by(col(AuditEntry.id))))


_END = Prepared(columns(col(AuditEntry.id), col(AuditEntry.hash)).order_by(col(AuditEntry.id).desc()).limit(1))
_ADD = adding(AuditEntry, COLUMNS)
_ADD_REASON = adding(AuditReason, tuple(AuditReason.model_fields))
_AFTER = Prepared(
    columns(*(col(getattr(AuditEntry, name)) for name in COLUMNS), col(AuditReason.text), col(AuditReason.salt))
    .outerjoin(AuditReason, col(AuditReason.entry_id) == col(AuditEntry.id))
    .where(col(AuditEntry.id) > bindparam("since"))
    .order_by(col(AuditEntry.id))
    .limit(bindparam("most", type_=Integer()))
)
