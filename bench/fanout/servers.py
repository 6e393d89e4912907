"""Who is measured, and how each is started."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from bench.fanout.cores import SERVERS, started_on
from bench.fanout.installing import RIVALS, ROOT, Installed
from bench.ports import free_port
from bench.programs import listens


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A server that takes part."""

    name: str
    title: str
    runs: Literal["ours", "python", "node"]
    script: str
    """The file of a rival; of ours, how it publishes and sends."""
    path: str = "/ws/{room}"
    first: str = ""
    ready: str = "ready"
    get: str = ""
    """A light HTTP request that is timed beside the broadcasts; empty where it is not."""


_ALIVE = "/healthz"
_OURS_READY = '"type":"snapshot"'
_SOCKET_IO = "/socket.io/?EIO=4&transport=websocket&room={room}"

KINDS = (
    Kind(
        name="ours", title="ours: committed, logged", runs="ours", script="durable fast", ready=_OURS_READY, get=_ALIVE
    ),
    Kind(name="ours-hub", title="ours: hub only", runs="ours", script="passing fast", ready=_OURS_READY, get=_ALIVE),
    Kind(
        name="ours-asgi",
        title="ours: logged, ASGI fall-back",
        runs="ours",
        script="durable asgi",
        ready=_OURS_READY,
        get=_ALIVE,
    ),
    Kind(name="raw", title="raw uvloop writer (limit)", runs="python", script="raw.py"),
    Kind(name="naive", title="FastAPI send_json", runs="python", script="naive.py", get=_ALIVE),
    Kind(name="starlette", title="Starlette send_text", runs="python", script="starlette_text.py"),
    Kind(name="litestar", title="Litestar channels", runs="python", script="litestar_channels.py"),
    Kind(
        name="socketio-python",
        title="python-socketio",
        runs="python",
        script="socketio_python.py",
        path=_SOCKET_IO,
        first="40",
    ),
    Kind(name="node-ws", title="Node ws, pre-framed", runs="node", script="node_ws.js"),
    Kind(
        name="socketio-node",
        title="Node socket.io",
        runs="node",
        script="node_socketio.js",
        path=_SOCKET_IO,
        first="40",
    ),
    Kind(name="uws-node", title="uWebSockets.js", runs="node", script="uws_node.js"),
    Kind(name="uws-python", title="socketify (uWebSockets)", runs="python", script="socketify_uws.py"),
)
NAMES = tuple(kind.name for kind in KINDS)
QUICK = ("ours", "ours-hub", "raw", "naive", "node-ws")


class NotThere(Exception):
    """A server did not start; the reason in one line."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    kind: Kind
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def resident_kib(self) -> int:
        """The memory that its process holds, in KiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return 0


@contextmanager
def running(kind: Kind, installed: Installed, folder: Path) -> Iterator[Server]:
    """Run a server on a free port; ``folder`` holds the practice of one of ours. Raises NotThere."""
    port = free_port()
    with tempfile.TemporaryFile() as printed:
        with started_on(SERVERS):
            try:
                process = subprocess.Popen(
                    _command(kind, installed, port, folder),
                    cwd=ROOT,
                    env=installed.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=printed,
                )
            except FileNotFoundError as error:
                raise NotThere(f"not installed: {error.filename}") from None
        try:
            _wait_until_it_listens(process, port, printed)
            yield Server(kind, port, process)
        finally:
            process.kill()
            process.wait()


def _command(kind: Kind, installed: Installed, port: int, folder: Path) -> list[str | Path]:
    if kind.runs == "ours":
        return [sys.executable, "-m", "bench.fanout.ours", str(port), folder, *kind.script.split()]
    if kind.runs == "python":
        return [installed.python, RIVALS / kind.script, str(port)]
    if installed.node is None:
        raise NotThere("there is no Node here")
    return [installed.node, RIVALS / kind.script, str(port)]


def _wait_until_it_listens(process: "subprocess.Popen[bytes]", port: int, printed: IO[bytes]) -> None:
    if listens(process, port):
        return
    printed.seek(0)
    lines = [line.strip() for line in printed.read().decode(errors="replace").splitlines()]
    said = [line for line in lines if "Error" in line] or [line for line in lines if line]
    raise NotThere(said[-1] if said else "it did not listen")
