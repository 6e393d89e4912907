"""What the tests of the live endpoint stand on: the house, served on a real port."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.live_protocol import LiveProtocol
from domain import feedback
from domain.feedback import FeedbackInput
from domain.permission import Actor
from domain.services import Services
from settings import Settings
from tests.support.house import House, signed_in
from tests.support.server import Server, serving, without_pages


@dataclass(frozen=True)
class Live:
    """The house with its address, and what tests do to it."""

    house: House
    http: str
    ws: str

    @property
    def diagnosis_id(self) -> int:
        """Mina's diagnosis."""
        return self.house.diagnosis_id

    def token(self, who: Actor | None = None) -> str:
        """Sign somebody in, Mina where nobody is named."""
        return signed_in(self.house.services, who or self.house.mina)[1]

    def answer(self, comment: str = "", symptom: int = 4) -> int:
        """Let Mina answer; returns the feedback's id."""
        said = FeedbackInput(recommendation_id=self.house.ginger, rating=4, symptom=symptom, comment=comment)
        return int(feedback.submit(self.house.services, self.house.mina, self.diagnosis_id, said)["id"])


WIRES: dict[str, type[asyncio.Protocol]] = {"fast": LiveProtocol, "asgi": WebSocketsSansIOProtocol}
"""The two ways of sending: our own class, which hands sockets over, and the server's, where ASGI is all there is."""


@pytest.fixture(params=WIRES)
def server(request: pytest.FixtureRequest, app: FastAPI) -> Iterator[Server]:
    """The application on a free port, each test both ways."""
    with serving(app, WIRES[request.param]) as running:
        yield running


@pytest.fixture
def fast_server(app: FastAPI) -> Iterator[Server]:
    """The application on a free port, for what only our own class does."""
    with serving(app) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_hour_strikes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hour strike in no test: what others' answers change is told then, in every diagnosis."""
    monkeypatch.setattr("domain.rescoring.next_hour", lambda now: now + timedelta(days=1))


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The API and the sockets; the pages have tests of their own."""
    return without_pages(settings, services)


@pytest.fixture
def live(house: House, server: Server, caplog: pytest.LogCaptureFixture) -> Iterator[Live]:
    """The house on a free port; whatever a client does, nothing may be logged as an error."""
    yield Live(house, server.http, server.ws)
    complaints = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert complaints == []
