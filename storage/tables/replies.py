"""What the practice replies to an answer, and what a reply said before."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.tables.columns import key, one_of, points_to


class Reply(SQLModel, table=True):
    """The reply that stands to an answer; one that was taken back, or whose answer was, is among the versions only."""

    feedback_id: int = Field(primary_key=True, foreign_key="feedback.id")
    person_id: int = points_to("person.id", index=False)
    """Who wrote it as it stands."""
    text: str
    created: datetime
    updated: datetime
    seen: datetime | None = None
    """When a phone of the patient's said that it was on its screen, as it stands."""
    told_seq: int | None = None
    """The number in the diagnosis' log with which the patient was told it as it stands."""


class ReplyVersion(SQLModel, table=True):
    """What a reply said before it was changed, taken back, or ended with its answer."""

    __tablename__ = "reply_version"
    __table_args__ = (one_of("what", "changed", "withdrawn"),)

    id: int | None = key()
    feedback_id: int = points_to("feedback.id")
    what: str
    text: str
    written_by: int = points_to("person.id", index=False)
    """Who wrote what it said until then."""
    seen: datetime | None = None
    """When the patient had it on the screen; empty where they never did."""
    person_id: int = points_to("person.id", index=False)
    """Who changed it, took it back, or withdrew the answer."""
    at: datetime
