"""What happened: the ordered log that clients follow, the audit chain, and marks."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.columns import LONG, json_object, key, long_key, points_to


class Event(SQLModel, table=True):
    """One entry of the log. ``seq`` is contiguous within a diagnosis; ``position`` orders the log of the whole database."""

    __table_args__ = (UniqueConstraint("diagnosis_id", "seq"), {"sqlite_autoincrement": True})

    position: int | None = long_key()
    id: str = Field(unique=True)
    practice_id: int = points_to("practice.id")
    diagnosis_id: int | None = points_to("diagnosis.id", index=False, optional=True)
    patient_id: int | None = points_to("patient.id", index=False, optional=True)
    seq: int | None = None
    """Empty for what concerns the practice and no single diagnosis."""
    type: str
    created: datetime
    data: str
    """JSON, as the practice may see it: written once, sent as it stands."""
    patient_data: str | None = None
    """JSON, as the patient may see it; empty where the patient may only know that something happened."""


class AuditEntry(SQLModel, table=True):
    """Who did what to which record; each row carries the hash of the one before. Rows are never changed and never deleted:
    the database itself refuses it (migration 0014).

    It holds ids and words of ours, and nothing clinical: it outlives the erasure of the record that it is about.
    """

    __tablename__ = "audit_entry"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = long_key()
    practice_id: int = points_to("practice.id")
    person_id: int | None = points_to("person.id", index=False, optional=True)
    action: str
    thing: str
    thing_id: int
    detail: str = ""
    address: str = ""
    at: datetime
    previous: str
    hash: str
    patient_id: int | None = Field(default=None, index=True)
    """Whose record it is about; no reference, because it stays when the record is erased."""
    reason_hash: str = ""
    """What the reason in ``AuditReason`` has to come to; empty where nobody typed one."""
    seal: str = ""
    """The hash under a key that is not in the database; empty in the first form."""
    form: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """What the hash covers: see ``domain.chain``."""


class AuditReason(SQLModel, table=True):
    """The reason that somebody typed for what they did: part of the record, and erased with it; the entry stays."""

    __tablename__ = "audit_reason"

    entry_id: int = Field(primary_key=True, foreign_key="audit_entry.id", sa_type=LONG)
    patient_id: int | None = Field(default=None, index=True)
    text: str
    salt: str
    """Without it nobody can find out, by guessing, what an erased reason said."""


class Delivery(SQLModel, table=True):
    """How far one device has acknowledged the log of one diagnosis."""

    __table_args__ = (UniqueConstraint("sign_in_id", "diagnosis_id"),)

    id: int | None = key()
    sign_in_id: int = points_to("sign_in.id")
    diagnosis_id: int = points_to("diagnosis.id")
    seq: int
    at: datetime
    """When the device last confirmed anything."""


class DeliveryMark(SQLModel, table=True):
    """When a device got as far as ``seq``: the history of its acknowledgements, one row for each step forward."""

    __tablename__ = "delivery_mark"
    __table_args__ = (UniqueConstraint("diagnosis_id", "sign_in_id", "seq"),)

    id: int | None = long_key()
    sign_in_id: int = points_to("sign_in.id")
    diagnosis_id: int = points_to("diagnosis.id", index=False)
    seq: int
    at: datetime


class IdempotencyKey(SQLModel, table=True):
    """A write that was already done, so that repeating it gives the same answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: int | None = key()
    person_id: int = points_to("person.id", index=False)
    key: str
    fingerprint: str
    """Hash of what was asked; the same key for another request is refused."""
    answer: dict[str, Any] = json_object()
    created: datetime


class Mark(SQLModel, table=True):
    """A named value of the database itself, such as the log's epoch."""

    name: str = Field(primary_key=True)
    value: str
