"""What somebody has to look at next: check-ins that are due, alarms until they are seen, records opened in an emergency,
and what of it they have set aside for later.
"""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from storage.tables.columns import between, json_list, key, one_of, points_to


class CheckIn(SQLModel, table=True):
    """Where the check-ins of a diagnosis stand; changed only together with an event of its log that says so."""

    __tablename__ = "check_in"
    __table_args__ = (
        one_of("rhythm", "weekly", "fortnightly", "stable"),
        Index("ix_check_in_reminded_due", "reminded", "due"),
    )

    diagnosis_id: int = Field(primary_key=True, foreign_key="diagnosis.id")
    begun: datetime
    """When its plan, an item that was new in it, or another dose began."""
    due: date | None = None
    number: int = 0
    rhythm: str = "weekly"
    answered: list[Any] = json_list()
    """The last check-ins that were answered, as ``domain/rhythm.py`` goes on from them."""
    reminded: datetime | None = None
    """When the patient was reminded of the one that is due."""
    seen: datetime | None = None
    """When somebody of the practice said that they know that it was not answered."""


class Alarm(SQLModel, table=True):
    """An answer with something serious in it, for as long as nobody has said that they have seen it."""

    __table_args__ = (between("urgency", 1, 5),)

    feedback_id: int = Field(primary_key=True, foreign_key="feedback.id")
    patient_id: int = points_to("patient.id")
    urgency: int
    """5 for what is serious and for a warning sign, otherwise the severity of the worst side effect."""


class EmergencyAccess(SQLModel, table=True):
    """Somebody asked for a record that is not theirs, in an emergency; what they may do is in their ``patient_share``."""

    __tablename__ = "emergency_access"

    id: int | None = key()
    practice_id: int = points_to("practice.id", index=False)
    person_id: int = points_to("person.id")
    patient_id: int | None = points_to("patient.id", optional=True)
    """Empty where nothing was opened."""
    reason: str = ""
    at: datetime
    until: datetime | None = None
    seen: datetime | None = None
    """When the patient's own practitioner said that they know of it."""
    seen_by: int | None = points_to("person.id", index=False, optional=True)


class SetAside(SQLModel, table=True):
    """Something in the inbox of one person that they want to see later; it is gone with the patient it is about."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("person_id", "item"),)

    id: int | None = key()
    person_id: int = points_to("person.id", index=False)
    patient_id: int = points_to("patient.id")
    item: str
    """What the inbox calls it: a kind and a number of ours."""
    said: str
    """How it stood; once it stands otherwise it is back, whatever ``until`` says."""
    until: datetime
