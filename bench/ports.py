"""Ports for servers that have to be told one: those of the system's own choice are better where a server can say which it got."""

import fcntl
import os
import secrets
import socket
import tempfile
from functools import cache
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_OF_THE_SYSTEMS = 32_768
"""Where the system does not say: from here on it gives ports to connections of its own, also while a server starts."""
BELOW = 12_000
TRIES = 100
_given = set[int]()
"""What this process was given: a server that is told two ports may not be told one twice."""


def free_port() -> int:
    """Find a port on which nobody listens, which no connection gets until a server takes it, and which this gave to nobody else.

    It stays this process' for as long as that lives, also while its server is away. Raises OSError when there is none.
    """
    first = int(RANGE.read_text().split()[0]) if RANGE.exists() else FIRST_OF_THE_SYSTEMS
    lowest = max(1_024, first - BELOW)
    for _ in range(TRIES):
        port = lowest + secrets.randbelow(first - lowest)
        if port not in _given and _is_free(port) and _is_nobody_elses(port):
            _given.add(port)
            return port
    raise OSError(f"no port between {lowest} and {first} is free")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def _is_nobody_elses(port: int) -> bool:
    """Lock the port's byte of a file that all processes share, until this one ends: tests run in several beside each other."""
    try:
        fcntl.lockf(_shared(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError:
        return False
    return True


@cache
def _shared() -> int:
    return os.open(Path(tempfile.gettempdir()) / f"ports-given-{os.getuid()}", os.O_RDWR | os.O_CREAT, 0o600)
