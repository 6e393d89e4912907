"""The public keys of the access tokens, for other programs that check them themselves (RFC 7517)."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.identity import ServicesOf
from domain.ledger import utc_now

router = APIRouter(tags=["sign-in"])

KEPT_SECONDS = 900
"""May be kept for so long: the next key is in the list ahead of its time."""


@router.get("/.well-known/jwks.json")
async def keys(request: Request, services: ServicesOf, response: Response) -> dict[str, list[dict[str, Any]]]:
    """List the public keys of the access tokens: the present, the next, and the one before while its tokens live."""
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    published = await request.app.state.asking_who.read(services.tokens.keys.published, utc_now())
    return {"keys": [one.public for one in published]}
