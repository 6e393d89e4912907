"""The load client: compiled from ``load.c`` at the start, one process for each server, told what to do line by line."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Any

HERE = Path(__file__).parent
ANSWER_SECONDS = 90.0
"""The longest that a phase may take: the client itself gives up after a minute."""

Report = dict[str, Any]
"""What the client says of one phase: see ``report`` in load.c."""


class NoCompiler(Exception):
    """There is no C compiler here."""


class LoadFailed(Exception):
    """The client ended, or did not answer."""


def compiled(folder: Path) -> Path:
    """Compile the client into ``folder``. Raises NoCompiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise NoCompiler("The load client is written in C and there is no cc here: install a C compiler.")
    program = folder / "load"
    subprocess.run([compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-o", program, HERE / "load.c"], check=True)
    return program


@dataclass(frozen=True, kw_only=True)
class Target:
    """Whom the client loads, and as whom."""

    port: int
    pid: int
    clients: Path
    """A line for each connection: room, path, header and first message, between tabs."""
    ready: str
    """What a client has to hear to count as joined; empty where the handshake is all."""
    message: str
    """With #n0000000000# in it."""
    publish: str = "/publish"
    get: str = ""
    """The path of an HTTP request; empty where there is none."""


class Load:
    """A running client."""

    def __init__(self, program: Path, target: Target) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the client
        given = [
            target.port, target.publish, target.clients, target.ready, target.message, target.pid, target.get,
        ]  # fmt: skip
        self._process = subprocess.Popen(
            [program, *map(str, given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def join(self, connections: int) -> Report:
        """Connect the first so many clients and wait until they have joined."""
        return self._do(f"join {connections}")

    def leave(self) -> Report:
        """Close all connections."""
        return self._do("leave")

    def saturate(self, window: int, seconds: float, *, most: int = 0) -> Report:
        """Keep ``window`` messages on their way for so long, or until ``most`` are published."""
        return self._do(f"saturate {window} {seconds} {most}")

    def rate(self, per_second: float, seconds: float, *, gets: float = 0) -> Report:
        """Publish by a fixed schedule, with so many HTTP requests a second beside it."""
        return self._do(f"rate {per_second} {seconds} {gets}")

    def complaints(self) -> str:
        """What the client found wrong, as it printed it."""
        self._errors.seek(0)
        return self._errors.read()

    def end(self) -> None:
        """End the client."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def _do(self, command: str) -> Report:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{command}\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise LoadFailed(self.complaints() or "the load client has ended") from None
        if not select([process.stdout], [], [], ANSWER_SECONDS)[0]:
            raise LoadFailed(f"the load client did not answer to: {command}")
        answer = process.stdout.readline()
        if not answer:
            raise LoadFailed(self.complaints() or "the load client has ended")
        report: Report = json.loads(answer)
        return report


def wrong(report: Report) -> str:
    """Say what is wrong with what arrived; empty where nothing is."""
    kinds = ("missing", "wrong_order", "repeated", "lost", "broken")
    return ", ".join(f"{report[kind]} {kind.replace('_', ' ')}" for kind in kinds if report[kind])
