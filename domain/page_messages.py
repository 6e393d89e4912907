"""Messages for the practice's own pages and jobs, which no socket ever sends."""

from typing import Literal

from domain.messages import Shape


class FileBroughtIn(Shape):
    """A practice has brought in a file, or taken it out. Wire names ``knowledge_update``, ``cases_update``; for its pages."""

    import_id: int
    name: str
    rows: int
    change: Literal["added", "removed"]


class PredictorUpdate(Shape):
    """Another predictor is used, or none. Wire name ``predictor_update``, for the practice's pages and jobs."""

    version: str
    status: Literal["candidate", "active", "retired"]
    reason: str


class InboxUpdate(Shape):
    """Somebody has set something aside, or put it back. Wire name ``inbox_update``, for their own pages, never for clients."""

    person_id: int
