"""The knowledge base over the API."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from api.identity import Asking, ServicesOf

router = APIRouter(prefix="/knowledge", tags=["knowledge"])


@router.get("/search")
def search(
    actor: Asking,
    services: ServicesOf,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    kind: Literal["herb", "formula", "drug", "finding", "condition"] = "herb",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Search names in any language, forgiving accents, tones and small misspellings."""
    names = services.library.of(actor.practice_id).names
    return {"items": [{"id": hit.id, "name": hit.name} for hit in names.search(q, kind, limit)]}


@router.get("/side-effects")
def side_effects(services: ServicesOf) -> dict[str, Any]:
    """List the side effects that a phone offers."""
    return {
        "items": [
            {"id": term.id, "group": term.group, "names": term.names, "serious": term.serious}
            for term in services.library.shared.knowledge.side_effects.values()
        ]
    }
