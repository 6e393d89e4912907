"""What the tests of the API stand on."""

import pytest
from fastapi import FastAPI

from domain.services import Services
from settings import Settings
from tests.support.server import without_pages


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The API and the sockets; the pages have tests of their own."""
    return without_pages(settings, services)
