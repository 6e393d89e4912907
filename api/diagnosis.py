"""Diagnoses over the API: opening, reading, matching, following by polling, inviting the patient."""

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.identity import Asking, RepeatKey, ServicesOf
from domain import diagnosis, invite, log, proposal, take_home
from domain.diagnosis import DiagnosisInput, FindingInput
from domain.matching import MOST_FINDINGS
from domain.record import audience_of
from domain.row_id import LARGEST, RowId
from domain.take_home import Paper
from domain.text import Line

router = APIRouter(prefix="/diagnosis", tags=["diagnoses"])


class FindingsInput(BaseModel):
    """All findings of a diagnosis, in place of those that stand."""

    model_config = ConfigDict(extra="forbid")

    findings: list[FindingInput] = Field(max_length=MOST_FINDINGS)


class ConditionInput(BaseModel):
    """The condition that a practitioner confirms."""

    model_config = ConfigDict(extra="forbid")

    condition_id: Line


@router.get("")
def listing(
    actor: Asking,
    services: ServicesOf,
    cursor: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """List the diagnoses that you may read, newest first."""
    items = diagnosis.listing(services, actor, before=cursor, limit=limit)
    return {"items": items, "next": items[-1]["id"] if len(items) == limit else None}


@router.post("", status_code=201)
def record(given: DiagnosisInput, actor: Asking, services: ServicesOf, key: RepeatKey = None) -> dict[str, Any]:
    """Open a diagnosis: match its findings and propose what passes the safety gate."""
    return diagnosis.record(services, actor, given, repeat_key=key)


@router.get("/{diagnosis_id}")
def read(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Read a diagnosis as you may see it: its snapshot."""
    return diagnosis.read(services, actor, diagnosis_id)


@router.put("/{diagnosis_id}/findings")
def set_findings(diagnosis_id: RowId, given: FindingsInput, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Replace the findings; matches and proposals follow."""
    return diagnosis.set_findings(services, actor, diagnosis_id, given.findings)


@router.put("/{diagnosis_id}/condition")
def confirm(diagnosis_id: RowId, given: ConditionInput, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Confirm a condition; proposals follow."""
    return diagnosis.confirm(services, actor, diagnosis_id, given.condition_id)


@router.get(
    "/{diagnosis_id}/sheet",
    response_class=Response,
    responses={200: {"description": "The sheet.", "content": {"application/pdf": {}}}},
)
def sheet(
    diagnosis_id: RowId,
    actor: Asking,
    services: ServicesOf,
    request: Request,
    language: Literal["en", "fa"] = "en",
    paper: Paper = "a4",
) -> Response:
    """Print what the patient takes home as a PDF: what is approved and not held back; that it is printed is audited."""
    printer = request.app.state.print_sheet
    made = take_home.pdf_of(services, actor, diagnosis_id, printer, language=language, paper=paper)
    name = f'attachment; filename="vervain-plan-{diagnosis_id}-{language}.pdf"'
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})


@router.get("/{diagnosis_id}/matches")
def matches(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """List the conditions that fit, with the findings that speak for and against them."""
    return {"items": [asdict(one) for one in diagnosis.matches(services, actor, diagnosis_id)]}


@router.get("/{diagnosis_id}/recommendations")
def recommendations(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """List the recommendations, and for practitioners what the safety gate holds back, with the reasons."""
    snapshot = diagnosis.read(services, actor, diagnosis_id)
    held = [] if actor.is_patient else proposal.held_back(services, actor, diagnosis_id)
    return {"items": snapshot["recommendations"], "held_back": [asdict(one) for one in held]}


@router.get("/{diagnosis_id}/compare")
def compare(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Read the same findings with the eyes of each tradition, and what they agree on."""
    by_tradition, agreement = diagnosis.compare(services, actor, diagnosis_id)
    return {
        "traditions": {tradition: [asdict(one) for one in found] for tradition, found in by_tradition.items()},
        "agreement": asdict(agreement),
    }


@router.get("/{diagnosis_id}/events")
def events(
    diagnosis_id: RowId,
    actor: Asking,
    services: ServicesOf,
    since: Annotated[int, Query(ge=0)] = 0,
    epoch: str | None = None,
) -> dict[str, Any]:
    """Read what happened after ``since``: the poll twin of the socket. Not whole: take the snapshot that comes instead."""
    audience = audience_of(actor)
    joined = log.join(services, actor, diagnosis_id, since=since, known_epoch=epoch)
    look = None if joined.resumed else log.look(services, diagnosis_id, audience)
    return {
        "epoch": joined.epoch,
        "seq": joined.seq if look is None else look.seq,
        "whole": joined.resumed,
        "events": [json.loads(event.text(audience)) for event in joined.missed],
        "snapshot": None if look is None else json.loads(look.text),
    }


@router.post("/{diagnosis_id}/invite", status_code=201)
def invite_patient(diagnosis_id: RowId, actor: Asking, services: ServicesOf) -> dict[str, Any]:
    """Invite the patient: a one-time code and link, shown only now."""
    return asdict(invite.issue(services, actor, diagnosis_id))
