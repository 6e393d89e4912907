"""Who there is: practices, people, and how they come in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import key, one_of, points_to


class Practice(SQLModel, table=True):
    """A tenant: every query is scoped by it."""

    id: int | None = key()
    name: str
    synthetic: bool = False
    """True for a practice that was made up for the demo or replayed; pages say so on every screen."""
    created: datetime
    phone: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The number under which patients reach it, as people read it; empty where none is set."""


class Person(SQLModel, table=True):
    """Someone who signs in, or another program of the practice (``service``)."""

    __table_args__ = (one_of("role", "practitioner", "patient", "admin", "service"),)

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    role: str
    name: str
    login: str | None = Field(default=None, unique=True)
    password_hash: str | None = None
    demo: bool = False
    """True for the demo's one-click people, who exist only in demo mode."""
    disabled: bool = False
    created: datetime
    calendar: str = Field(default="", sa_column_kwargs={"server_default": ""})
    numerals: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """How they read dates and digits on every browser; empty where they have not chosen."""


class SignIn(SQLModel, table=True):
    """One session of a browser, one device of a patient or one token of a service; revoking it ends all that hangs on it."""

    __tablename__ = "sign_in"
    __table_args__ = (one_of("kind", "page", "device", "service"),)

    id: int | None = key()
    person_id: int = points_to("person.id")
    kind: str
    secret_hash: str = Field(unique=True)
    device: str = ""
    scopes: str = ""
    """What a service's token may do, words with a space between; empty for people."""
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    address: str = ""
    """From where it came last."""
    last_seen: datetime | None = None
    """Written at most once a minute; empty until the first time."""


class RefreshToken(SQLModel, table=True):
    """One link of a sign-in's chain of refresh tokens; used once, kept to notice that it is used again."""

    __tablename__ = "refresh_token"

    id: int | None = key()
    sign_in_id: int = points_to("sign_in.id")
    token_hash: str = Field(unique=True)
    created: datetime
    expires: datetime
    used: datetime | None = None


class Invite(SQLModel, table=True):
    """A one-time way in for a patient; the code itself is never kept."""

    id: int | None = key()
    practice_id: int = points_to("practice.id")
    patient_id: int = points_to("patient.id")
    diagnosis_id: int = points_to("diagnosis.id")
    created_by: int = points_to("person.id", index=False)
    code_hash: str = Field(unique=True)
    created: datetime
    expires: datetime
    used: datetime | None = None


class Consent(SQLModel, table=True):
    """What a patient has allowed; the newest row of a kind counts."""

    __table_args__ = (one_of("kind", "care", "statistics", "sharing"),)

    id: int | None = key()
    patient_id: int = points_to("patient.id")
    kind: str
    granted: bool
    at: datetime
    recorded_by: int | None = points_to("person.id", index=False, optional=True)
    seen: datetime | None = None
    """When the patient's own practitioner said that they know that care was withdrawn."""
    seen_by: int | None = points_to("person.id", index=False, optional=True)
