"""What the tests in a real browser stand on."""

import logging
import os
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from fastapi import FastAPI
from nicegui.dependencies import js_components
from playwright.async_api import Browser

import main
from bench.ports import free_port
from domain.services import Services
from settings import Settings
from tests.support.browsers import Browsers, chromium
from tests.support.clock import left_of_today
from tests.support.house import House
from tests.support.pages import forget_pages, let_click
from tests.support.server import Server, program
from tests.support.waiting import until

HERE = Path(__file__).parent
LAST_MINUTES = timedelta(seconds=90)
LIMITS = re.compile(r"\b((?:ASKED|CLOSING|PATIENCE|UNDO)_MS) = (\d+)")
"""How the elements of the pages (pages/elements/*.js) say for how long they wait."""
LONGEST_SECONDS = 400
SHIPPED = {("ASKED_MS", "5000"), ("CLOSING_MS", "3000"), ("PATIENCE_MS", "5000"), ("UNDO_MS", "8000")}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a person keep the pictures."""
    parser.addoption("--screenshots", metavar="DIR", help="Write a picture of every page to this folder.")
    parser.addoption("--soak-seconds", metavar="N", default=10, help="How long a page stays open in the soak (10).")


@pytest.fixture(autouse=True)
def fresh_nicegui() -> None:
    """Start without the pages of programs that have ended."""
    forget_pages()


@pytest.fixture(autouse=True)
def _of_one_day() -> None:
    """Begin no story in the last minutes of a day: a browser takes longer than other tests."""
    until(lambda: left_of_today() > LAST_MINUTES, within=2 * LAST_MINUTES.total_seconds(), what="the next day")


@pytest.fixture(autouse=True)
def _unhurried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages wait a minute for what they wait seconds for: where the machine is busy, answers and keys come later."""
    changed = set[tuple[str, str]]()
    for component in js_components.values():
        text = component.path.read_text()
        changed |= set(LIMITS.findall(text))
        if LIMITS.search(text):
            (tmp_path / component.path.name).write_text(LIMITS.sub(r"\1 = 60000", text))
            monkeypatch.setattr(component, "path", tmp_path / component.path.name)
    assert changed == SHIPPED


@pytest.fixture
def app(settings: Settings, services: Services) -> FastAPI:
    """The whole application, with its pages."""
    return main.create_app(settings, services)


@pytest.fixture
def house(house: House) -> House:
    """The house, whose people may come in with one click."""
    for actor in (house.leila, house.chen, house.mina):
        let_click(house.services, actor)
    return house


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let all tests here run in one event loop, because Chromium, which they share, is spoken with from there.

    One that begins at the end of a day waits for the next, and has its time then.
    """
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(max(LONGEST_SECONDS, float(item.config.getini("timeout")))))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running() -> AsyncIterator[Browser]:
    """One Chromium for all tests: to start it, and what speaks with it, takes a second of the processor."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def browsers(running: Browser) -> AsyncIterator[Browsers]:
    """Browsers of nobody's, as after a new start; a page that complains fails the test."""
    ours = Browsers(running)
    yield ours
    await ours.close()
    assert ours.complaints == []
    assert ours.dialogs == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run the demo as people run it: a process of its own, where nothing knows that it is tested."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith(("PYTEST", "NICEGUI"))]:
            environment.delenv(name)
        # An invite's link names the port, so it is chosen before the start.
        with program(folder, "demo", "--no-play", PORT=str(free_port())) as running:
            yield running.listening()
            assert "Traceback" not in running.printed, running.printed


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go: the folder that was asked for, or one that pytest clears away."""
    asked_for = request.config.getoption("--screenshots", default=None)
    folder = Path(asked_for) if asked_for else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that leaves an error in the server's log."""
    yield
    logged = [*caplog.get_records("call"), *caplog.records]
    assert [record.getMessage() for record in logged if record.levelno >= logging.ERROR] == []
