"""The page that describes this API, from files of our own: no browser of a practice asks a stranger for scripts."""

from fastapi import APIRouter
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

ASSETS = "/static/vendor/swagger-ui"


@router.get("/docs")
async def reference() -> HTMLResponse:
    """Show the API with forms to try it."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Vervain · API",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url="/static/icon.svg",
    )
