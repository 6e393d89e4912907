"""The second factor of local accounts, and the way to it at sign-in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import key, points_to


class SecondFactor(SQLModel, table=True):
    """The one-time codes of one person's authenticator (TOTP)."""

    __tablename__ = "second_factor"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    sealed: str
    """The secret that both sides make codes from, sealed by the program's secret."""
    last_step: int
    """The time step of the newest code that was accepted: no code counts twice, and no older one."""
    created: datetime


class RecoveryCode(SQLModel, table=True):
    """One way in without the authenticator; used once."""

    __tablename__ = "recovery_code"

    id: int | None = key()
    person_id: int = points_to("person.id")
    code_hash: str = Field(unique=True)
    used: datetime | None = None


class SecondStep(SQLModel, table=True):
    """A browser whose person gave the right password and is asked for a code; not a sign-in."""

    __tablename__ = "second_step"

    id: int | None = key()
    person_id: int = points_to("person.id")
    ticket_hash: str = Field(unique=True)
    tries: int = 0
    expires: datetime
