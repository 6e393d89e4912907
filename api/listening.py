"""The socket that a process listens on, and when the system gives up on those who came in by it."""

import socket

from domain.errors import VervainError

UNANSWERED_MS = 30_000
"""How long the system keeps a connection whose peer confirms nothing of what was sent; its default is a quarter of an hour."""


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that the server listens on; port 0 is any that is free. Raises VervainError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # connections inherit it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise VervainError(f"Cannot listen on {host}:{port}: {reason}. Choose another port with --port.") from None
    listener.listen(2048)
    return listener
