"""The audit of a practice over the API, for admins."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.identity import Asking, ServicesOf
from domain import audit
from domain.row_id import LARGEST
from domain.text import LINE

router = APIRouter(prefix="/audit", tags=["audit"])

Number = Annotated[int | None, Query(ge=1, le=LARGEST)]


@router.get("")
def listing(
    actor: Asking,
    services: ServicesOf,
    patient_id: Number = None,
    person_id: Number = None,
    action: Annotated[str | None, Query(max_length=LINE)] = None,
    since: datetime | None = None,
    cursor: Number = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """List who did what to which record of the practice, newest first; nothing of what a record says. For admins."""
    items = audit.listing(
        services,
        actor,
        patient_id=patient_id,
        person_id=person_id,
        action=action,
        since=since,
        before=cursor,
        limit=limit,
    )
    return {"items": items, "next": items[-1].id if len(items) == limit else None}
