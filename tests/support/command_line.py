"""The command line in this process: what a command printed, and how it ended."""

import gc
import io
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

import main
from storage import migrations
from tests.support import migrated
from tests.support.server import environment
from tests.support.shipped import shipped_files


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Run a command to its end in this process, which saves the seconds that a new one takes to start and to read."""
    root, before, logs = logging.getLogger(), logging.getLogger().handlers[:], structlog.get_config()

    def run(*arguments: str, typed: str = "", **settings: str) -> Done:
        gc.collect()  # what an earlier command still holds open would have ended with its process
        given = environment(tmp_path, settings)  # read once: what is given may be wrong, on purpose
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        for name in set(os.environ) - set(given):
            monkeypatch.delenv(name)
        monkeypatch.setattr(main, "read_files", shipped_files)
        monkeypatch.setattr(migrations, "upgrade", migrated.upgrade)
        monkeypatch.setattr(sys, "argv", ["main.py", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    yield run
    root.handlers[:] = before
    structlog.configure(**logs)


def failed(done: Done) -> str:
    """Check that a command failed as it should: code 1, one sentence, no traceback; returns the sentence."""
    assert done.code == 1, done.out + done.err
    assert "Traceback" not in done.out + done.err
    sentences = [line for line in done.err.splitlines() if line.startswith("vervain: ")]
    assert len(sentences) == 1, done.err
    assert done.err.splitlines()[-1] == sentences[0], "nothing comes after it"
    assert sentences[0].endswith(".")
    return sentences[0].removeprefix("vervain: ")
