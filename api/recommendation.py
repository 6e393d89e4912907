"""Recommendations over the API: approving, stopping, how effective they are."""

from fastapi import APIRouter

from api.identity import Asking, RepeatKey, ServicesOf
from domain import alert, analytics, recommendation, resuming
from domain.alert import AcknowledgeInput
from domain.analytics import PredictionState
from domain.deciding import Overruling
from domain.messages import EffectivenessUpdate, RecommendationState
from domain.recommendation import ApproveInput, StopInput
from domain.row_id import RowId

router = APIRouter(prefix="/recommendations", tags=["recommendations"])


@router.post("/{recommendation_id}/approve")
def approve(
    recommendation_id: RowId, given: ApproveInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> RecommendationState:
    """Approve a proposal; its patient sees it at once."""
    return recommendation.approve(services, actor, recommendation_id, given, repeat_key=key)


@router.post("/{recommendation_id}/go-on")
def go_on(
    recommendation_id: RowId, given: ApproveInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> RecommendationState:
    """Let an approved recommendation go on although the gate objects to it by now; wants what an approval would want."""
    return recommendation.go_on(services, actor, recommendation_id, given, repeat_key=key)


@router.post("/{recommendation_id}/acknowledge")
def acknowledge(
    recommendation_id: RowId, given: AcknowledgeInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> RecommendationState:
    """Note that reasons of the gate were read for this patient; holds until what they take or are changes."""
    return alert.acknowledge(services, actor, recommendation_id, given, repeat_key=key)


@router.post("/{recommendation_id}/stop")
def stop(
    recommendation_id: RowId, given: StopInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> RecommendationState:
    """Stop a recommendation, with a reason."""
    return recommendation.stop(services, actor, recommendation_id, given, repeat_key=key)


@router.post("/{recommendation_id}/resume")
def resume(
    recommendation_id: RowId, given: Overruling, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> RecommendationState:
    """Take a stop back within half an hour; wants what an approval would want where the gate has come to object."""
    return resuming.resume(services, actor, recommendation_id, given, repeat_key=key)


@router.get("/{recommendation_id}/effectiveness")
def effectiveness(recommendation_id: RowId, actor: Asking, services: ServicesOf) -> EffectivenessUpdate:
    """Say what is known of a recommendation's herb for its condition."""
    return analytics.of_recommendation(services, actor, recommendation_id)


@router.get("/{recommendation_id}/prediction")
def predicted(recommendation_id: RowId, actor: Asking, services: ServicesOf) -> PredictionState:
    """Say how likely a recommendation is to help this patient, and what that rests on; not for patients."""
    return analytics.predicted(services, actor, recommendation_id)
