"""Setting up the second factor that a practice demands, at the door."""

import asyncio
from dataclasses import replace

import pyotp
import pytest
from fastapi import FastAPI
from nicegui import ui

import main
from domain import account
from domain.ledger import utc_now
from domain.services import Services
from settings import Settings
from tests.pages.conftest import Visit

PASSWORD = "correct horse battery"  # a passphrase, as people are asked for


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application, of a practice that demands it."""
    return main.create_app(settings, replace(services, second_factor_demanded=True))


async def test_who_has_none_sets_one_up_and_is_in(services: Services, visitor: Visit) -> None:
    await asyncio.to_thread(account.add_person, services, name="Dr Leila", login="leila", password=PASSWORD)
    one = await visitor(None)
    assert (await one.http.get("/sign-in/set-up")).headers["location"].startswith("/sign-in?next=")
    asked = await one.http.post("/auth/sign-in", data={"login": "leila", "password": PASSWORD, "next": "/account"})
    await one.open(asked.headers["location"])
    await one.user.should_see("Your practice asks for a second factor")
    secret = one.the(ui.label, "secret").text.replace(" ", "")
    assert one.shows("codes")
    assert len(one.page.elements) < 100
    wrong = await one.http.post("/auth/set-up", data={"code": "no digits", "next": "/account"})
    await one.open(wrong.headers["location"])
    await one.user.should_see("This is not the code of this moment")
    assert one.the(ui.label, "secret").text.replace(" ", "") == secret
    code = pyotp.TOTP(secret).at(utc_now())
    entered = await one.http.post("/auth/set-up", data={"code": code, "next": "/account"})
    assert entered.headers["location"] == "/account"
    await one.open("/account")
    await one.user.should_see("10 recovery codes were not used yet.")
    one.click("remove")
    await one.user.should_see("set another up at the next sign-in")
