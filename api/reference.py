"""The page that describes this API, from files of our own: no browser of a practice asks a stranger for scripts."""

import base64
import hashlib
import re

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse

from api.doors.headers import policy

router = APIRouter(include_in_schema=False)

ASSETS = "/static/vendor/swagger-ui"


@router.get("/docs")
async def reference() -> HTMLResponse:
    """Show the API with forms to try it."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Vervain · API",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url="/static/icon.svg",
    )
    page.headers["Content-Security-Policy"] = policy(f"'self' {_hashes(bytes(page.body).decode())}")
    return page


def _hashes(page: str) -> str:
    """Name the scripts that stand in the page itself, so that no other one runs."""
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    sums = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline)
    return " ".join(f"'sha256-{one}'" for one in sums)
