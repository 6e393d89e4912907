"""Feedback over the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.identity import Asking, RepeatKey, ServicesOf
from domain import correcting, feedback, reply
from domain.correcting import FeedbackChange, Version
from domain.feedback import FeedbackInput
from domain.reply import ReplyInput, SeenInput
from domain.reply import Version as ReplyVersion
from domain.row_id import LARGEST, RowId
from domain.text import Comment

router = APIRouter(tags=["feedback"])


class RatingInput(BaseModel):
    """New stars."""

    model_config = ConfigDict(extra="forbid")

    rating: int = Field(ge=1, le=5, strict=True)


class CommentInput(BaseModel):
    """A new comment."""

    model_config = ConfigDict(extra="forbid")

    comment: Comment


@router.get("/diagnosis/{diagnosis_id}/feedback")
def listing(
    diagnosis_id: RowId,
    actor: Asking,
    services: ServicesOf,
    cursor: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """List the feedback of a diagnosis, oldest first."""
    items = feedback.listing(services, actor, diagnosis_id, after=cursor, limit=limit)
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}


@router.post("/diagnosis/{diagnosis_id}/feedback", status_code=201, response_model=dict[str, Any])
async def submit(
    diagnosis_id: RowId, given: FeedbackInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> Response:
    """Say how a recommendation goes; every open page and phone that may see it shows it at once."""
    kept = await feedback.submitted(services, actor, diagnosis_id, given, repeat_key=key)
    return JSONResponse(kept, status_code=201)  # as it is: it was checked when it was made


@router.put("/feedback/{feedback_id}")
def edit(
    feedback_id: RowId, given: FeedbackChange, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> dict[str, Any]:
    """Correct an answer: what is sent replaces what stood there, and the rest stays."""
    return correcting.edit(services, actor, feedback_id, given, repeat_key=key)


@router.put("/feedback/{feedback_id}/rating")
def set_rating(
    feedback_id: RowId, given: RatingInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> dict[str, Any]:
    """Correct the stars."""
    return correcting.set_rating(services, actor, feedback_id, given.rating, repeat_key=key)


@router.put("/feedback/{feedback_id}/comment")
def set_comment(
    feedback_id: RowId, given: CommentInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> dict[str, Any]:
    """Correct the comment."""
    return correcting.set_comment(services, actor, feedback_id, given.comment, repeat_key=key)


@router.delete("/feedback/{feedback_id}")
def withdraw(feedback_id: RowId, actor: Asking, services: ServicesOf, key: RepeatKey = None) -> dict[str, Any]:
    """Take an answer back: it counts no more, and every open page and phone drops it at once."""
    return correcting.withdraw(services, actor, feedback_id, repeat_key=key)


@router.post("/feedback/{feedback_id}/seen")
def mark_seen(
    feedback_id: RowId,
    actor: Asking,
    services: ServicesOf,
    as_of: AwareDatetime | None = None,
    key: RepeatKey = None,
) -> dict[str, Any]:
    """Tell the patient that the practice has read it, as it stood ``as_of`` its ``updated``."""
    return correcting.mark_seen(services, actor, feedback_id, as_of=as_of, repeat_key=key)


@router.post("/feedback/{feedback_id}/reply", status_code=201)
def reply_to(
    feedback_id: RowId, given: ReplyInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> dict[str, Any]:
    """Reply to an answer: the patient's phone shows it under the answer, which thereby is seen."""
    return reply.reply(services, actor, feedback_id, given, repeat_key=key)


@router.put("/feedback/{feedback_id}/reply")
def change_reply(
    feedback_id: RowId, given: ReplyInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> dict[str, Any]:
    """Write the reply anew; what it said before is kept, and it is to be seen again."""
    return reply.edit(services, actor, feedback_id, given, repeat_key=key)


@router.delete("/feedback/{feedback_id}/reply")
def take_reply_back(feedback_id: RowId, actor: Asking, services: ServicesOf, key: RepeatKey = None) -> dict[str, Any]:
    """Take the reply back: every open page and phone drops it at once."""
    return reply.take_back(services, actor, feedback_id, repeat_key=key)


@router.post("/feedback/{feedback_id}/reply/seen")
def reply_seen(
    feedback_id: RowId, given: SeenInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> dict[str, Any]:
    """Say, as the patient's phone, that the reply is on its screen, as it stood ``as_of`` its ``updated``."""
    return reply.see(services, actor, feedback_id, given, repeat_key=key)


@router.get("/feedback/{feedback_id}/reply/history")
def reply_history(feedback_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[ReplyVersion]]:
    """List what the reply said before each change, oldest first."""
    return {"items": reply.history(services, actor, feedback_id)}


@router.get("/feedback/{feedback_id}/history")
def history(feedback_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[Version]]:
    """List what an answer said before each change, oldest first."""
    return {"items": correcting.history(services, actor, feedback_id)}
