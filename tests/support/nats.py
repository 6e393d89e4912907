"""A real NATS server from its wheel, on a port that stays its own over a restart."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.ports import free_port
from tests.support.waiting import until

SERVER = Path(sys.executable).parent / "nats-server"


class Nats:
    """A server that can be killed and come back."""

    def __init__(self, *arguments: str) -> None:
        self.port = free_port()
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is, as ``VERVAIN_NATS_URL`` takes it."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run it, and wait until it takes connections."""
        where = ["-a", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(
            [SERVER, *where, *self._arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._answers, what="the start of NATS")

    def kill(self) -> None:
        """Kill it, and wait for its end."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@contextmanager
def nats_server(*arguments: str) -> Iterator[Nats]:
    """Run a server for as long as the ``with`` lasts."""
    server = Nats(*arguments)
    server.start()
    try:
        yield server
    finally:
        server.kill()
