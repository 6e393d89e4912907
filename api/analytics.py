"""Numbers over answers, over the API."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter

from api.identity import Asking, ServicesOf
from domain import analytics, cell_views, effectiveness, named_side_effects, patient_views, summed_views
from domain import trending as trends
from domain.errors import Invalid
from domain.evidence import BEFORE_DAYS, RECENT_DAYS
from domain.permission import Actor
from domain.row_id import RowId
from domain.services import Services

router = APIRouter(tags=["analytics"])
MOST_PATIENTS = 500
"""The newest answers; each patient's own are at the patient."""
By = Literal["herb", "condition", "patient", "practitioner", "effects"]
READ: dict[By, Callable[[Services, Actor], Sequence[Any]]] = {
    "herb": lambda services, actor: summed_views.found(services, actor, "herb").views,
    "condition": lambda services, actor: summed_views.found(services, actor, "condition").views,
    "patient": lambda services, actor: patient_views.found(services, actor, limit=MOST_PATIENTS).views,
    "practitioner": effectiveness.by_practitioner,
    "effects": named_side_effects.of_practice,
}


@router.get("/diagnosis/{diagnosis_id}/analytics")
def of_diagnosis(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Sum up one diagnosis: answers, the course of the symptom, side effects, what is known of its herbs."""
    return analytics.of_diagnosis(services, actor, diagnosis_id)


@router.get("/analytics/trending")
def trending(actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """List the herbs whose share of improved patients changed, with false-discovery control, and count the others."""
    found = trends.of_practice(services, actor)
    return {
        "items": [
            {
                "herb": one.item_id,
                "name": one.name,
                "trend": one.trend.value,
                "recent": {"improved": one.recent[0], "answered": one.recent[1], "days": RECENT_DAYS},
                "before": {"improved": one.before[0], "answered": one.before[1], "days": BEFORE_DAYS},
                "change": round(one.points, 4),
            }
            for one in found.compared
        ],
        "insufficient": found.insufficient,
    }


@router.get("/evidence")
def evidence(
    actor: Asking,
    services: ServicesOf,
    condition: str | None = None,
    herb: str | None = None,
    by: By | None = None,
) -> dict[str, Any]:
    """List what the practice knows per herb and condition, best first; or summed up by something else."""
    if by is None:
        cells = cell_views.of_practice(services, actor, condition_id=condition, item_id=herb)
        return {"items": [asdict(cell) for cell in cells]}
    if condition is not None or herb is not None:
        raise Invalid("Ask for a herb or a condition without `by`.")
    return {"by": by, "items": [asdict(one) for one in READ[by](services, actor)]}
