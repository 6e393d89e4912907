"""The program on a real port: in a thread of this process, or as a process of its own."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from fastapi import FastAPI

import main
import pages
from api.live_protocol import LiveProtocol
from domain.services import Services
from settings import Settings
from tests.support.databases import SECRET, address_in
from tests.support.waiting import ENDING_SECONDS, until

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 180.0


@dataclass(frozen=True)
class Server:
    """Where a running program is reached."""

    http: str
    ws: str


def without_pages(settings: Settings, services: Services) -> FastAPI:
    """Build the application with the API and the sockets alone: NiceGUI need not start where nobody looks at a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "register", lambda _app, _services: None)
        return main.create_app(settings, services)


@contextmanager
def shown(*servers: uvicorn.Server) -> Iterator[None]:
    """Show NiceGUI the servers there are: it would look for its own among all objects at each start, 0.3 s in a test run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("nicegui.ui_run_with"), "gc", SimpleNamespace(get_objects=lambda: servers))
        yield


@contextmanager
def serving(app: FastAPI, ws: type[asyncio.Protocol] = LiveProtocol) -> Iterator[Server]:
    """Serve an application as main.serve does, in a thread; stopped as by a signal."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(main.server_config(app, ws))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="server under test")
    try:
        with shown(server):
            thread.start()
            until(lambda: server.started or not thread.is_alive(), what="the server's start")
        yield Server(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}")
    finally:
        server.should_exit = True
        thread.join(ENDING_SECONDS)
        listener.close()
    assert not thread.is_alive(), "the server did not stop"


@asynccontextmanager
async def unserved(app: FastAPI) -> AsyncIterator[None]:
    """Run an application without a server, for who asks it in this process."""
    async with AsyncExitStack() as running:
        with shown():
            await running.enter_async_context(app.router.lifespan_context(app))
        yield


class Program:
    """``python main.py …`` as a process of its own, with its own database in ``folder``."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self._output = folder / f"printed-{len(list(folder.glob('printed-*')))}"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "main.py"), *arguments],
                cwd=ROOT,
                env=environment(folder, settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        """All that it has printed so far."""
        return self._output.read_text(errors="replace")

    def listening(self) -> Server:
        """Wait until it listens, and say where."""
        until(lambda: self._address() or self.process.poll() is not None, within=START_SECONDS, what="listening")
        address = self._address()
        assert address, self.printed
        return Server(address, address.replace("http", "ws", 1))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and wait for its end; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(ENDING_SECONDS)

    def _address(self) -> str | None:
        found = re.search(r"address(?:=|\": ?\")(http://[\d.:]+)[^\d.:]", self.printed)
        return found[1] if found else None


@contextmanager
def program(folder: Path, *arguments: str, **settings: str) -> Iterator[Program]:
    """Run the program for as long as the ``with`` lasts."""
    running = Program(folder, *arguments, **settings)
    try:
        yield running
    finally:
        running.stop(signal.SIGKILL)


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Give a process its own database and secret, none of the settings of whoever runs the tests, and no hint of a test."""
    ours = ("VERVAIN_", "PYTEST", "NICEGUI")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    own = {"DATABASE_URL": address_in(folder), "SECRET_FILE": str(folder / SECRET), "PORT": "0"}
    return inherited | {f"VERVAIN_{name}": value for name, value in {**own, **settings}.items()}
