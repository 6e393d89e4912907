"""The program as a process that dies at a chosen step of a write."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

from tests.support.server import ROOT, Program, environment

STEPS = (
    "before the event is written",
    "before the commit",
    "before it is published",
    "before it is delivered",
    "when some have it",
)
COMMITTED = STEPS[2:]
"""Steps at which the change is in the database for good, though nobody was told."""


class CrashingProgram(Program):
    """Runs as the program does, until it is told to die at the next write that comes to ``step``."""

    def __init__(self, folder: Path, step: str) -> None:
        self._output = folder / f"printed-{len(list(folder.glob('printed-*')))}"
        self._armed = folder / "armed"
        self._armed.unlink(missing_ok=True)
        settings = environment(folder, {"CRASH_AT": step, "CRASH_FILE": str(self._armed)})
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.crashing_program"],
                cwd=ROOT,
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def arm(self) -> None:
        """Let it die from now on."""
        self._armed.touch()


@contextmanager
def crashing(folder: Path, step: str) -> Iterator[CrashingProgram]:
    """Run it for as long as the ``with`` lasts, or until it dies."""
    running = CrashingProgram(folder, step)
    try:
        yield running
    finally:
        running.stop(SIGKILL)
