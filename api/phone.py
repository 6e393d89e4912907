"""The patient's phone page: a static file that speaks only the API and the socket."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

from api.doors.headers import PHONE as POLICY

router = APIRouter(include_in_schema=False)

PHONE = Path(__file__).parent.parent / "static" / "m"


@router.get("/m")
async def phone() -> FileResponse:
    """Serve the phone page."""
    return FileResponse(
        PHONE / "index.html",
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer"},
    )


@router.get("/m/sw.js")
async def service_worker() -> FileResponse:
    """Serve the phone's service worker from where it may govern /m."""
    headers = {"Service-Worker-Allowed": "/m", "Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return FileResponse(PHONE / "sw.js", media_type="text/javascript", headers=headers)
