"""A provider that is dead, slow, wrong about itself, or that nobody has set."""

import asyncio
import socket

import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from sqlmodel import select

from api import oidc_client
from domain.services import Services
from settings import Settings
from storage.tables import OidcRequest
from tests.support.browsing import HERE, Browser, browser, problem
from tests.support.house import House
from tests.support.identities import START, a_provider, an_app, came_in
from tests.support.made_up_provider import (
    MadeUpProvider,
    made_up_provider,
)
from tests.support.problems import refused


class TestAProviderThatFails:
    async def test_it_is_dead(
        self,
        settings: Settings,
        services: Services,
        provider: MadeUpProvider,
        leila: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:  # it takes connections, and says nothing
            issuer = f"http://127.0.0.1:{deaf.getsockname()[1]}"
            monkeypatch.setattr(oidc_client, "LIMIT_SECONDS", 0.1)
            monkeypatch.setattr(oidc_client, "DEAD_SECONDS", 60.0)
            async with browser(an_app(settings, services, a_provider(issuer))) as somebody:
                ends = await asyncio.gather(*(somebody.follow(START) for _ in range(20)))
                assert {problem(one) for one in ends} == {"provider_silent"}
            deaf.setblocking(False)
            deaf.accept()[0].close()
            with pytest.raises(BlockingIOError):
                deaf.accept()  # it was asked once: nobody waits for what others have waited for
        with services.database.read() as session:
            assert session.exec(select(OidcRequest)).all() == []

    async def test_its_token_endpoint(
        self, person: Browser, services: Services, provider: MadeUpProvider, leila: int
    ) -> None:
        cases = [
            ((500, b"oh"), "provider_silent"),
            ((200, b"no JSON"), "provider_doubtful"),
            ((200, b"[]"), "provider_doubtful"),
            ((200, b"{}"), "provider_doubtful"),
            ((200, b'{"id_token": 7, "access_token": "x"}'), "provider_doubtful"),
            ((400, b'{"error": "invalid_client"}'), "provider_doubtful"),
            ((200, b" " * 300_000), "provider_silent"),
        ]
        for provider.token, code in cases:
            assert problem(await person.follow(START)) == code, provider.token[1][:40]
        assert came_in(services) == []

    async def test_it_dies_before_the_code_is_redeemed(
        self, settings: Settings, services: Services, key: RSAKey, house: House
    ) -> None:
        with made_up_provider(key) as short:
            app = an_app(settings, services, a_provider(short.issuer))
            async with app.router.lifespan_context(app), browser(app) as somebody:
                callback = await somebody.follow(START, until="/callback")
                short.close()
                assert problem(await somebody.follow(callback)) == "provider_silent"

    async def test_it_announces_another(self, person: Browser, provider: MadeUpProvider) -> None:
        provider.announcement["issuer"] = "https://elsewhere.example"
        assert problem(await person.follow(START)) == "provider_doubtful"


async def test_a_provider_that_nobody_has_set(app: FastAPI) -> None:
    async with browser(app) as somebody:
        for path in ("/auth/oidc/other", "/auth/oidc/other/callback?state=x&code=y"):
            refused(await somebody.http.get(f"{HERE}{path}"), 404, "not_found")
