"""Coming in over the API: tokens for accounts, invites and the demo's people."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.identity import Asking, ServicesOf, address_of
from domain import invite, local_sign_in, sign_in, sign_ins, throttle
from domain.again import Again
from domain.network import network_of
from domain.row_id import RowId
from domain.sign_in_shapes import PersonShape, TokensShape
from domain.sign_ins import SignInState
from domain.text import Line

router = APIRouter(prefix="/auth", tags=["sign-in"])
IN_VAIN: dict[int | str, dict[str, Any]] = {401: {}}
"""What proves nothing is answered so; the document says how."""
OUTSIDE_THE_DEMO: dict[int | str, dict[str, Any]] = {404: {}}


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")

    device: Line = ""


class PasswordInput(_Input):
    """A local account."""

    login: Line
    password: str = Field(max_length=1_000)
    code: Line = ""
    """Of the second factor, where the account has one."""


class InviteInput(_Input):
    """A patient's one-time code."""

    code: Line


class RefreshInput(_Input):
    """A refresh token, which is used up."""

    refresh_token: str = Field(max_length=200)


class AgainInput(BaseModel):
    """What who is in gives once more, where they have a password and a second factor."""

    model_config = ConfigDict(extra="forbid")

    password: str = Field(default="", max_length=1_000)
    code: Line = ""

    def given(self) -> Again:
        """Give it as the domain takes it."""
        return Again(self.password, self.code)


class DemoInput(_Input):
    """One of the demo's people."""

    person_id: int


class DemoPeople(BaseModel):
    """The demo's people."""

    people: list[PersonShape]


@router.post("/token", responses=IN_VAIN)
def with_password(given: PasswordInput, request: Request, services: ServicesOf) -> TokensShape:
    """Sign in with a local account."""
    address = address_of(request)
    person_id = local_sign_in.with_password(services, given.login, given.password, code=given.code, address=address)
    return sign_in.open_device(services, person_id, device=given.device, address=address)


@router.post("/invite", responses=IN_VAIN)
def with_invite(given: InviteInput, request: Request, services: ServicesOf) -> TokensShape:
    """Come in as a patient with a one-time code."""
    return invite.redeem(services, given.code, device=given.device, address=address_of(request))


@router.post("/refresh", responses=IN_VAIN)
def refresh(given: RefreshInput, request: Request, services: ServicesOf) -> TokensShape:
    """Get new tokens for a refresh token."""
    address = address_of(request)
    services.throttle.count(throttle.REFRESH_FROM_ADDRESS, network_of(address))
    return sign_in.refresh(services, given.refresh_token, device=given.device, address=address)


@router.get("/demo", responses=OUTSIDE_THE_DEMO)
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
def end_others(actor: Asking, services: ServicesOf, given: AgainInput | None = None) -> dict[str, int]:
    """End all of your sign-ins but this one; their sockets and pages close. Who has a password gives it once more."""
    return {"ended": sign_ins.end_others(services, actor, (given or AgainInput()).given())}


@router.delete("/sign-ins/{sign_in_id}", status_code=204)
def end(sign_in_id: RowId, actor: Asking, services: ServicesOf, given: AgainInput | None = None) -> None:
    """End one of your sign-ins; its sockets and pages close. Who has a password gives it once more, but for this one."""
    sign_ins.end(services, actor, sign_in_id, (given or AgainInput()).given())


@router.get("/me")
def me(actor: Asking) -> dict[str, Any]:
    """Say who the token is for."""
    return {
        "person": {"id": actor.person_id, "name": actor.name, "role": actor.role, "patient_id": actor.patient_id},
        "practice_id": actor.practice_id,
    }
