"""Ports for servers that have to be told one."""

import pytest

from bench import ports


def test_no_port_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "BELOW", 5)
    monkeypatch.setattr(ports, "_given", set())
    given = list[int]()
    with pytest.raises(OSError, match="is free"):
        given.extend(ports.free_port() for _ in range(6))
    assert len(given) == len(set(given)) <= 5
