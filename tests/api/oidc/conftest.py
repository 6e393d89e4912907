"""What the tests of the provider's way in stand on: a provider that may say anything, and a program that knows it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from domain import identity_provider
from domain.services import Services
from settings import Settings
from tests.support.browsing import Browser, browser
from tests.support.house import House
from tests.support.identities import SUBJECT, a_provider, an_app, change_person
from tests.support.made_up_provider import (
    MadeUpProvider,
    made_up_provider,
)


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture(scope="module")
def another_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture
def provider(key: RSAKey) -> Iterator[MadeUpProvider]:
    with made_up_provider(key) as one:
        yield one


@pytest.fixture
def leila(house: House, services: Services, provider: MadeUpProvider) -> int:
    """Somebody whose account at the provider is linked."""
    change_person(services, house.leila.person_id, login="leila@clinic.example")
    identity_provider.link(services, "leila@clinic.example", issuer=provider.issuer, subject=SUBJECT)
    return house.leila.person_id


@pytest.fixture
async def app(settings: Settings, services: Services, provider: MadeUpProvider) -> AsyncIterator[FastAPI]:
    made = an_app(settings, services, a_provider(provider.issuer, "clinic.example"))
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def person(app: FastAPI) -> AsyncIterator[Browser]:
    async with browser(app) as one:
        yield one
