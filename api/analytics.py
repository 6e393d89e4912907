"""Numbers over answers, over the API."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api.identity import Asking, ServicesOf
from domain import analytics, cell_views, trending
from domain.row_id import RowId

router = APIRouter(tags=["analytics"])


@router.get("/diagnosis/{diagnosis_id}/analytics")
def of_diagnosis(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Sum up one diagnosis: answers, the course of the symptom, side effects, what is known of its herbs."""
    return analytics.of_diagnosis(services, actor, diagnosis_id)


@router.get("/analytics/trending")
def trending(actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """List the herbs whose share of improved patients changed, with false-discovery control."""
    return {"items": analytics.trending(services, actor)}


@router.get("/evidence")
def evidence(
    actor: Asking, services: ServicesOf, condition: str | None = None, herb: str | None = None
) -> dict[str, Any]:
    """List what the practice knows per herb and condition, best first."""
    cells = analytics.of_practice(services, actor, condition_id=condition, item_id=herb)
    return {"items": [asdict(cell) for cell in cells]}
