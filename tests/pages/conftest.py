"""What the tests of the pages stand on: the whole application in this process, and visitors without a browser."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from nicegui import ui
from nicegui.testing import User

import main
from domain.permission import Actor
from domain.services import Services
from settings import Settings
from tests.support.pages import ByPage, SimulatedUser, Visitor, forget_pages
from tests.support.server import unserved

Visit = Callable[[Actor | None], Awaitable[Visitor]]


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application, with its pages."""
    return main.create_app(settings, services)


@pytest.fixture
async def visitor(app: FastAPI, services: Services, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visit]:
    """Bring somebody to the pages; nobody in particular where no person is named."""
    forget_pages()
    opened: list[httpx.AsyncClient] = []
    users: list[User] = []
    for name in ("navigate", "notify", "download"):
        monkeypatch.setattr(ui, name, ByPage(name, users))

    async def bring(actor: Actor | None) -> Visitor:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
        opened.append(http)
        one = Visitor(SimulatedUser(http), http)
        users.append(one.user)
        if actor is not None:
            await one.sign_in(services, actor)
        return one

    async with unserved(app):
        yield bring
        for http in opened:
            await http.aclose()
