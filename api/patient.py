"""Patients over the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from api.identity import Asking, RepeatKey, ServicesOf
from domain import (
    audit,
    consent,
    erasing,
    export,
    exporting,
    invite,
    patient,
    profile,
    recommendation,
    restriction,
    sign_ins,
)
from domain.consent import ConsentInput, ConsentState, Kind
from domain.erasing import ErasureInput, ErasureState
from domain.export import Form, Recipient
from domain.invite import OpenInvite
from domain.patient import PatientInput, PatientState, ProfileInput
from domain.restriction import RestrictionInput
from domain.row_id import LARGEST, RowId
from domain.sign_ins import SignInState

router = APIRouter(prefix="/patients", tags=["patients"])

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[int, Query(ge=0, le=LARGEST)]


@router.get("")
def listing(actor: Asking, services: ServicesOf, cursor: Cursor = 0, limit: Limit = 50) -> dict[str, Any]:
    """List the patients whose record you may read."""
    items = patient.listing(services, actor, after=cursor, limit=limit)
    return {"items": items, "next": items[-1].id if len(items) == limit else None}


@router.post("", status_code=201)
def record(given: PatientInput, actor: Asking, services: ServicesOf, key: RepeatKey = None) -> PatientState:
    """Take a new patient in."""
    return patient.record(services, actor, given, repeat_key=key)


@router.get("/{patient_id}")
def read(patient_id: RowId, actor: Asking, services: ServicesOf) -> PatientState:
    """Read a patient's profile."""
    return patient.read(services, actor, patient_id)


@router.put("/{patient_id}")
def change(
    patient_id: RowId, given: ProfileInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> PatientState:
    """Replace a profile; what the patient takes, and what is proposed, is judged again at once."""
    return profile.change(services, actor, patient_id, given, repeat_key=key)


@router.get("/{patient_id}/overruled")
def overruled(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """List what was approved for a patient against the safety gate, newest first."""
    return {"items": recommendation.overruled(services, actor, patient_id)}


@router.get("/{patient_id}/devices")
def devices(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[SignInState]]:
    """List where a patient is signed in, for who treats them."""
    return {"items": sign_ins.of_patient(services, actor, patient_id)}


@router.delete("/{patient_id}/devices")
def end_devices(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, int]:
    """End all sign-ins of a patient, as after a phone was lost."""
    return {"ended": sign_ins.end_of_patient(services, actor, patient_id)}


@router.delete("/{patient_id}/devices/{sign_in_id}", status_code=204)
def end_device(patient_id: RowId, sign_in_id: RowId, actor: Asking, services: ServicesOf) -> None:
    """End one sign-in of a patient."""
    sign_ins.end_of_patient(services, actor, patient_id, sign_in_id)


@router.get("/{patient_id}/invites")
def invites(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[OpenInvite]]:
    """List what a patient can still come in with."""
    return {"items": invite.open_invites(services, actor, patient_id)}


@router.delete("/{patient_id}/invites/{invite_id}", status_code=204)
def withdraw_invite(patient_id: RowId, invite_id: RowId, actor: Asking, services: ServicesOf) -> None:
    """Take an invite back that was not used yet."""
    invite.withdraw(services, actor, patient_id, invite_id)


@router.get(
    "/{patient_id}/export",
    response_class=StreamingResponse,
    responses={200: {"content": {media: {} for media in exporting.MEDIA.values()}}},
)
def export_one(
    patient_id: RowId,
    actor: Asking,
    services: ServicesOf,
    form: Annotated[Form, Query(alias="format")] = "json",
    recipient: Annotated[Recipient, Query(alias="for")] = "patient",
) -> StreamingResponse:
    """Write everything that is kept of a patient: one JSON document, a zip of tables, or a FHIR R4B Bundle."""
    document = export.export(services, actor, patient_id, recipient=recipient, form=form)
    parts = exporting.written(services, document, form)
    named = f'attachment; filename="{exporting.file_name(patient_id, form)}"'
    headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
    return StreamingResponse(parts, media_type=exporting.MEDIA[form], headers=headers)


@router.get("/{patient_id}/readers")
def readers(
    patient_id: RowId,
    actor: Asking,
    services: ServicesOf,
    cursor: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List who read or changed a patient's record, newest first."""
    items = audit.readers(services, actor, patient_id, before=cursor, limit=limit)
    return {"items": items, "next": items[-1].id if len(items) == limit else None}


@router.get("/{patient_id}/consents")
def consents(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[ConsentState]]:
    """Say what a patient allows."""
    return {"items": consent.listing(services, actor, patient_id)}


@router.put("/{patient_id}/consents/{kind}")
def say(
    patient_id: RowId, kind: Kind, given: ConsentInput, actor: Asking, services: ServicesOf, key: RepeatKey = None
) -> ConsentState:
    """Say whether a patient may be treated, counted in the practice's statistics, shared with another practice."""
    return consent.say(services, actor, patient_id, given, kind=kind, repeat_key=key)


@router.get("/{patient_id}/consents/history")
def said(patient_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, list[ConsentState]]:
    """List all that a patient has ever said on these, oldest first, and who noted it."""
    return {"items": consent.history(services, actor, patient_id)}


@router.get("/{patient_id}/erasure")
def look_at_erasure(patient_id: RowId, actor: Asking, services: ServicesOf) -> ErasureState:
    """Say what erasing a patient would erase, and until when the practice has to keep it."""
    return erasing.look(services, actor, patient_id)


@router.post("/{patient_id}/erasure")
def erase(patient_id: RowId, given: ErasureInput, actor: Asking, services: ServicesOf) -> ErasureState:
    """Erase a patient for good: everything about them goes, and every number about others is without them."""
    return erasing.erase(services, actor, patient_id, given)


@router.put("/{patient_id}/restriction")
def restrict(patient_id: RowId, given: RestrictionInput, actor: Asking, services: ServicesOf) -> PatientState:
    """Set a record aside, or lift that: it can be read and is used for nothing meanwhile."""
    return restriction.restrict(services, actor, patient_id, given)
