"""Which processes there are."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class RunningProcess(SQLModel, table=True):
    """One process of the program, as it said last of itself: counts, and nothing of anybody."""

    __tablename__ = "running_process"

    name: str = Field(primary_key=True)
    """Made anew at each start; it says nothing of the machine."""
    version: str
    started: datetime
    said: datetime = Field(index=True)
    """When it spoke last."""
    connections: int
    pages: int
    loop_lag: float | None = None
    """Seconds; empty where it is not known yet."""
    position: int
    """Up to where in the log it has published everything."""
    leads: bool | None = None
    """Whether it does the work that is done once; empty where that is not known."""
