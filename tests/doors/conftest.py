"""What the tests of the doors stand on."""

import pytest
from fastapi import FastAPI

from domain.services import Services
from settings import Settings
from tests.support.server import without_pages


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The API and the sockets; the pages are looked at in a browser (tests/e2e)."""
    return without_pages(settings, services)
