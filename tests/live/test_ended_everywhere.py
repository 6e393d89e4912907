"""Every way of ending a sign-in closes its sockets within a second, and neither the API nor a page answers it any more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx2
import pytest
from fastapi import FastAPI

import main
from domain import sign_in, sign_ins
from domain.errors import NotSignedIn
from domain.ledger import Change
from domain.permission import Actor
from domain.services import Services
from domain.sign_in import GRACE, actor_of_token
from domain.sign_in_shapes import TokensShape
from settings import Settings
from tests.live.conftest import Live
from tests.support.clock import with_clock
from tests.support.house import add_person, signed_in
from tests.support.phone import phone, ringing
from tests.support.server import Server, serving
from tests.support.waiting import ANSWER_SECONDS, promptly


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application, with the pages."""
    return main.create_app(settings, services)


@pytest.fixture
def server(app: FastAPI) -> Iterator[Server]:
    with serving(app) as running:
        yield running


@dataclass(frozen=True)
class Device:
    """A phone of Mina's that is signed in."""

    tokens: TokensShape
    actor: Actor


def out(live: Live, device: Device) -> None:
    sign_in.sign_out(live.house.services, device.actor)


def one(live: Live, device: Device) -> None:
    sign_ins.end(live.house.services, signed_in(live.house.services, live.house.mina)[0], device.actor.sign_in_id or 0)


def others(live: Live, _device: Device) -> None:
    sign_ins.end_others(live.house.services, signed_in(live.house.services, live.house.mina)[0])


def by_who_treats(live: Live, _device: Device) -> None:
    sign_ins.end_of_patient(live.house.services, live.house.leila, live.house.mina.patient_id or 0)


def copied(live: Live, device: Device) -> None:
    services, clock = with_clock(live.house.services)
    sign_in.refresh(services, device.tokens.refresh_token)
    clock.move(GRACE + timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        sign_in.refresh(services, device.tokens.refresh_token)


def disabled(live: Live, device: Device) -> None:
    def act(change: Change) -> None:
        sign_ins.end_all_of(change, live.house.ida, device.actor.person_id)

    live.house.services.ledger.write(act)


WAYS: tuple[Callable[[Live, Device], None], ...] = (out, one, others, by_who_treats, copied, disabled)


async def test_a_device(live: Live) -> None:
    services = live.house.services
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        for way in WAYS:
            tokens = await asyncio.to_thread(sign_in.open_device, services, live.house.mina.person_id)
            device = Device(tokens, actor_of_token(services, tokens.access_token)[0])
            async with (
                phone(live.ws, live.diagnosis_id, tokens.access_token) as caller,
                phone(live.ws, live.diagnosis_id, live.token(live.house.leila)) as bystander,
            ):
                closing = asyncio.create_task(caller.closing())
                async with promptly():
                    await asyncio.to_thread(way, live, device)
                    assert await closing == (1008, "signed_out"), way.__name__
                header = {"Authorization": f"Bearer {tokens.access_token}"}
                assert (await client.get("/api/auth/me", headers=header)).status_code == 401, way.__name__
                again = await client.post("/api/auth/refresh", json={"refresh_token": tokens.refresh_token})
                assert again.status_code == 401, way.__name__
                await bystander.send({"type": "ping"})
                await bystander.until("pong")


@asynccontextmanager
async def browser(live: Live, actor: Actor) -> AsyncIterator[httpx2.AsyncClient]:
    """Sign somebody in by the form of the demo's people."""
    async with httpx2.AsyncClient(base_url=live.http, timeout=ANSWER_SECONDS) as client:
        entered = await client.post("/auth/demo", data={"person_id": str(actor.person_id)})
        assert entered.status_code == 303
        yield client


def it_signs_out(services: Services, page: Actor, _elsewhere: Actor) -> None:
    sign_in.sign_out(services, page)


def it_is_ended_elsewhere(services: Services, page: Actor, elsewhere: Actor) -> None:
    sign_ins.end(services, elsewhere, page.sign_in_id or 0)


def all_others_end(services: Services, _page: Actor, elsewhere: Actor) -> None:
    sign_ins.end_others(services, elsewhere)


async def test_a_browser(live: Live) -> None:
    services = live.house.services
    practice_id = live.house.leila.practice_id
    dana = await asyncio.to_thread(lambda: add_person(services, practice_id, "practitioner", "Dr Dana", demo=True))
    await asyncio.to_thread(live.house.share_with, dana)
    for way in (it_signs_out, it_is_ended_elsewhere, all_others_end):
        async with browser(live, dana) as client:
            assert (await client.get("/feedback")).status_code == 200
            cookie = {"Cookie": f"session={client.cookies['session']}"}
            async with ringing(live.ws, live.diagnosis_id, additional_headers=cookie, origin=live.http) as caller:
                await caller.expect("connect")
                (page,) = await asyncio.to_thread(sign_ins.listing, services, dana)
                here = signed_in(services, dana)[0]
                async with promptly():
                    await asyncio.to_thread(way, services, replace(dana, sign_in_id=page.id), here)
                    assert await caller.closing() == (1008, "signed_out"), way.__name__
            refused = await client.get("/feedback")
            assert (refused.status_code, refused.headers["location"][:8]) == (307, "/sign-in"), way.__name__
            await asyncio.to_thread(sign_ins.end_others, services, dana)
