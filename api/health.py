"""Whether the program lives, and whether requests should be sent to it.

Two questions: a load balancer asks whether this process can do its work (``/readyz``), and whoever watches or rolls out a new
version whether everything is as it should be (``/readyz?strict=true``). Decision 36 says why they differ.
"""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api.identity import ServicesOf
from api.problem import problem
from domain.health import RETRY_SECONDS, Check, told

router = APIRouter(tags=["health"])

STOPPING = Check(ok=False, why="The program is stopping: open connections are sent to another process.")
STARTING = Check(ok=False, why="The program is starting or has stopped.")


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Answer as long as the process turns."""
    return {"status": "alive"}


@router.get("/readyz", response_model=dict[str, Any])
async def ready(request: Request, services: ServicesOf, *, strict: bool = False) -> Response:
    """Answer 200 when requests can be served: started, not draining, the database there.

    ``checks`` says how each part is, and what is worse without it; with ``strict`` none of them may have anything wrong.
    """
    state = request.app.state
    checks = {"draining": STOPPING if state.draining else Check() if state.ready else STARTING}
    if checks["draining"].ok:
        checks |= await services.health.checks()
    wrong = [check for check in checks.values() if not check.ok]
    hindering = [check for check in wrong if check.needed or strict]
    if hindering:
        return problem(503, "unavailable", hindering[0].why, retry_after=RETRY_SECONDS, checks=told(checks))
    knowledge = services.library.shared.knowledge.version[:12]
    return JSONResponse({"status": "degraded" if wrong else "ready", "checks": told(checks), "knowledge": knowledge})
