"""What somebody is recording and has not recorded yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel, UniqueConstraint

from storage.tables.columns import json_object, key, points_to


class IntakeDraft(SQLModel, table=True):
    """A visit as far as a practitioner has filled it in, one for each patient and one for a new one; no part of the record."""

    __tablename__ = "intake_draft"
    __table_args__ = (UniqueConstraint("person_id", "about"),)

    id: int | None = key()
    person_id: int = points_to("person.id", index=False)
    """The practitioner whose draft it is; nobody else reads it."""
    patient_id: int | None = points_to("patient.id", optional=True)
    """Whom it is about; empty for a patient who is not there yet."""
    about: int
    """The same once more, 0 for a new patient: with an empty column nothing would be unique."""
    said: dict[str, Any] = json_object()
    version: int = Field(sa_type=BigInteger)
    """Another and larger one with each write: what a page writes over has to be what it last saw."""
    page: str
    """The open page that wrote last."""
    updated: datetime = Field(index=True)
    discarded: datetime | None = None
    """Since when it is thrown away, which can be undone for a while; empty while it stands."""
