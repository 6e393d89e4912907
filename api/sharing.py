"""Who may see a record, over the API: sharing, handing over, opening in an emergency."""

from typing import Any

from fastapi import APIRouter

from api.identity import Asking, ServicesOf
from domain import emergency, sharing
from domain.emergency import EmergencyInput, EmergencyState
from domain.row_id import RowId
from domain.sharing import HandOverInput, ReaderState, ShareInput

router = APIRouter(tags=["sharing"])


@router.get("/colleagues")
def colleagues(actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """List the other practitioners of your practice: those with whom a patient can be shared."""
    return {"items": sharing.colleagues(services, actor)}


@router.get("/patients/{patient_id}/shares")
def readers(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[ReaderState]]:
    """List who of the practice may read a record, and how far."""
    return {"items": sharing.readers(services, actor, patient_id)}


@router.post("/patients/{patient_id}/shares")
def share(patient_id: RowId, given: ShareInput, actor: Asking, services: ServicesOf) -> ReaderState:
    """Share a patient with a colleague; sent again it changes nothing, or the level and the end."""
    return sharing.share(services, actor, patient_id, given)


@router.delete("/patients/{patient_id}/shares/{person_id}", status_code=204)
def end(patient_id: RowId, person_id: RowId, actor: Asking, services: ServicesOf) -> None:
    """End a share; the colleague's pages and sockets lose the record at once."""
    sharing.end(services, actor, patient_id, person_id)


@router.post("/patients/{patient_id}/hand-over", status_code=204)
def hand_over(patient_id: RowId, given: HandOverInput, actor: Asking, services: ServicesOf) -> None:
    """Make a patient a colleague's; you see the record no more, where you did."""
    sharing.hand_over(services, actor, patient_id, given)


@router.post("/practitioners/{person_id}/hand-over")
def hand_over_all(person_id: RowId, given: HandOverInput, actor: Asking, services: ServicesOf) -> dict[str, int]:
    """Make all patients of a practitioner who leaves a colleague's, and count them."""
    return {"handed_over": sharing.hand_over_all(services, actor, person_id, given)}


@router.post("/emergency-access")
def open_record(given: EmergencyInput, actor: Asking, services: ServicesOf) -> EmergencyState:
    """Open a record that is not yours, in an emergency, with a reason; for four hours, to read and to stop."""
    return emergency.open_record(services, actor, given)
