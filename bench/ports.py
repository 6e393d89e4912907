"""Ports for servers that have to be told one: those of the system's own choice are better where a server can say which it got."""

import secrets
import socket
from pathlib import Path

RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_OF_THE_SYSTEMS = 32_768
"""Where the system does not say: from here on it gives ports to connections of its own, also while a server starts."""
BELOW = 12_000
TRIES = 100


def free_port() -> int:
    """Find a port on which nobody listens, and which no connection gets until a server takes it."""
    first = int(RANGE.read_text().split()[0]) if RANGE.exists() else FIRST_OF_THE_SYSTEMS
    lowest = max(1_024, first - BELOW)
    for _ in range(TRIES):
        port = lowest + secrets.randbelow(first - lowest)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise OSError(f"no port between {lowest} and {first} is free")
