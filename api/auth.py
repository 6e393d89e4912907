"""Coming in over the API: tokens for accounts, invites and the demo's people."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.identity import Asking, ServicesOf, address_of
from domain import invite, sign_in, sign_ins
from domain.row_id import RowId
from domain.sign_in import PersonShape, TokensShape
from domain.sign_ins import SignInState
from domain.text import Line

router = APIRouter(prefix="/auth", tags=["sign-in"])


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    device: Line = ""


class PasswordInput(_Input):
    """A local account."""

    login: Line
    password: str = Field(max_length=1_000)


class InviteInput(_Input):
    """A patient's one-time code."""

    code: Line


class RefreshInput(_Input):
    """A refresh token, which is used up."""

    refresh_token: str = Field(max_length=200)


class DemoInput(_Input):
    """One of the demo's people."""

    person_id: int


class DemoPeople(BaseModel):
    """The demo's people."""

    people: list[PersonShape]


@router.post("/token")
def with_password(given: PasswordInput, request: Request, services: ServicesOf) -> TokensShape:
    """Sign in with a local account."""
    person_id = sign_in.with_password(services, given.login, given.password)
    return sign_in.open_device(services, person_id, device=given.device, address=address_of(request))


@router.post("/invite")
def with_invite(given: InviteInput, request: Request, services: ServicesOf) -> TokensShape:
    """Come in as a patient with a one-time code."""
    return invite.redeem(services, given.code, device=given.device, address=address_of(request))


@router.post("/refresh")
def refresh(given: RefreshInput, services: ServicesOf) -> TokensShape:
    """Get new tokens for a refresh token."""
    return sign_in.refresh(services, given.refresh_token)


@router.get("/demo")
def demo_people(services: ServicesOf) -> DemoPeople:
    """List the people of the demo; 404 outside it."""
    return DemoPeople(people=sign_in.demo_people(services))


@router.post("/demo")
def as_demo_person(given: DemoInput, request: Request, services: ServicesOf) -> TokensShape:
    """Come in as one of the demo's people; 404 outside it."""
    person_id = sign_in.as_demo_person(services, given.person_id)
    return sign_in.open_device(services, person_id, device=given.device, address=address_of(request))


@router.post("/sign-out", status_code=204)
def sign_out(actor: Asking, services: ServicesOf) -> None:
    """End this sign-in; its sockets close."""
    sign_in.sign_out(services, actor)


@router.get("/sign-ins")
def places(actor: Asking, services: ServicesOf) -> dict[str, list[SignInState]]:
    """List where you are signed in."""
    return {"items": sign_ins.listing(services, actor)}


@router.delete("/sign-ins")
def end_others(actor: Asking, services: ServicesOf) -> dict[str, int]:
    """End all of your sign-ins but this one; their sockets and pages close."""
    return {"ended": sign_ins.end_others(services, actor)}


@router.delete("/sign-ins/{sign_in_id}", status_code=204)
def end(sign_in_id: RowId, actor: Asking, services: ServicesOf) -> None:
    """End one of your sign-ins; its sockets and pages close."""
    sign_ins.end(services, actor, sign_in_id)


@router.get("/me")
def me(actor: Asking) -> dict[str, Any]:
    """Say who the token is for."""
    return {
        "person": {"id": actor.person_id, "name": actor.name, "role": actor.role, "patient_id": actor.patient_id},
        "practice_id": actor.practice_id,
    }
