"""Whether the program lives, and whether it can serve."""

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import select

from api.identity import ServicesOf
from domain.errors import Unavailable
from storage.tables import Mark

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Answer as long as the process turns."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request, services: ServicesOf) -> dict[str, Any]:
    """Answer 200 when requests can be served: started, not draining, the database there."""
    if not request.app.state.ready:
        raise Unavailable("The program is starting or stopping.")
    with services.database.read() as session:
        session.exec(select(Mark)).first()
    return {"status": "ready", "knowledge": services.library.shared.knowledge.version[:12]}
