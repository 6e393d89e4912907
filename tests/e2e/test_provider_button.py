"""A provider's button in a real browser: it begins a sign-in where it is clicked, and a link on another site does not."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

import main
from domain.services import Services
from settings import Settings
from tests.support.browsers import Browsers
from tests.support.browsing import problem
from tests.support.identities import START, a_provider, knowing
from tests.support.nobody import nobody
from tests.support.server import Server

pytestmark = pytest.mark.e2e


@pytest.fixture
def app(settings: Settings, services: Services) -> Iterator[FastAPI]:
    """A program with a provider that is away: whoever is sent out comes back at once and is told so."""
    with nobody() as port:
        yield main.create_app(settings, knowing(services, a_provider(f"http://127.0.0.1:{port}")))


async def test_it_has_to_be_clicked_on_our_own_page(server: Server, browsers: Browsers) -> None:
    desk = await browsers.desk()
    page = await desk.new_page()
    link = f'<meta name="referrer" content="unsafe-url"><a href="{server.http}{START}">Win a prize</a>'
    await desk.route("http://elsewhere.example/", lambda route: route.fulfill(body=link, content_type="text/html"))
    await page.goto("http://elsewhere.example/")
    await page.get_by_text("Win a prize").click()
    await page.wait_for_url("**/sign-in?next=/effectiveness")
    await page.get_by_test_id("oidc-clinic").click()
    await page.wait_for_url("**/sign-in?problem=**")
    assert problem(page.url.removeprefix(server.http)) == "provider_silent"
