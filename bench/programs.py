"""The program as it is run, as processes of their own over one database, and what they use of the machine."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS, STOP_SECONDS, LOOK_SECONDS = 60.0, 20.0, 0.05


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds of a process so far: of its event loop's thread, and of all others together."""

    loop: float
    others: float

    def since(self, before: "Used") -> "Used":
        """Say how much more it is than it was."""
        return Used(self.loop - before.loop, self.others - before.others)

    @property
    def total(self) -> float:
        """All threads together."""
        return self.loop + self.others


@dataclass(frozen=True, slots=True)
class Running:
    """A process that listens."""

    port: int
    pid: int

    def used(self) -> Used:
        """Read what it has used so far, to 10 ms."""
        loop, total = (_seconds(Path(f"/proc/{self.pid}/{place}stat")) for place in (f"task/{self.pid}/", ""))
        return Used(loop, total - loop)

    def rss_mib(self) -> float:
        """Read the memory that it holds."""
        return self._status("VmRSS:") / 1024

    def peak_rss_mib(self) -> float:
        """Read the most memory that it has held."""
        return self._status("VmHWM:") / 1024

    def _status(self, name: str) -> int:
        return int(Path(f"/proc/{self.pid}/status").read_text().partition(name)[2].split()[0])


@contextmanager
def running(
    folder: Path, name: str, settings: Mapping[str, str], command: tuple[str, ...] = (), *, port: int = 0
) -> Iterator[Running]:
    """Run ``python main.py run`` with these settings on a free port for as long as the ``with`` lasts.

    Another ``command`` listens on the ``port`` that it was told of.
    """
    printed = folder / f"{name}.log"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("VERVAIN_")}
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *(command or (str(ROOT / "main.py"), "run"))],
            cwd=ROOT,
            env=inherited | {"VERVAIN_PORT": "0"} | {f"VERVAIN_{key}": value for key, value in settings.items()},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Running(_port(process, printed, port), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _seconds(stat: Path) -> float:
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def listens(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until somebody listens on a port; says whether that came before the process ended, or the time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _port(process: "subprocess.Popen[bytes]", printed: Path, known: int) -> int:
    deadline = time.monotonic() + START_SECONDS
    if known and listens(process, known):
        return known
    while not known and time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"address(?:=|\": ?\")http://[\d.]+:(\d+)", printed.read_text(errors="replace")):
            return int(found[1])
        time.sleep(LOOK_SECONDS)
    raise SystemExit(f"The program did not start: {printed.read_text(errors='replace')[-500:]}")
