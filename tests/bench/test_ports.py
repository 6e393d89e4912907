"""Ports for servers that have to be told one stay with the process that was given them, whoever else looks for some."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import ports
from tests.support.server import ROOT

ANOTHER = "from bench.ports import free_port; print(free_port(), flush=True); input()"


def test_no_port_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "BELOW", 5)
    monkeypatch.setattr(ports, "_given", set())
    given = list[int]()
    with pytest.raises(OSError, match="is free"):
        given.extend(ports.free_port() for _ in range(6))
    assert len(given) == len(set(given)) <= 5


def test_what_another_process_was_given_is_given_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as another:
        assert another.stdout is not None
        port = int(another.stdout.readline())
        monkeypatch.setattr(ports, "RANGE", Path("/nowhere"))
        monkeypatch.setattr(ports, "FIRST_OF_THE_SYSTEMS", port + 1)
        monkeypatch.setattr(ports, "BELOW", 1)
        with pytest.raises(OSError, match=f"no port between {port} and {port + 1} is free"):
            ports.free_port()
        another.communicate("\n")
