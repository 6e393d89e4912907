"""Answers only to names that are ours.

A page of a stranger can let its own name point at this machine (DNS rebinding) and would then be, to the browser, the same
site as we are. It cannot change the name that the browser asks for, so we look at that.
"""

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problem import problem

HEALTH = {"/healthz", "/readyz"}
"""Asked by address, by what watches over the process; they tell nothing about anybody."""


class KnownHosts:
    """ASGI middleware; ``hosts`` are names without a port, in lower case.

    ``by_number``: any number in place of a name is ours, too, because nobody can let a number point elsewhere.
    """

    def __init__(self, app: ASGIApp, *, hosts: Sequence[str], by_number: bool = False) -> None:
        self.app = app
        self._by_number = by_number
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 421, or pass the request on."""
        if scope["type"] == "lifespan" or scope["path"] in HEALTH or self._is_ours(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await problem(421, "wrong_host", "This program is not reached under that name.")(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        name = host_of(headers.get("host", ""))
        return name in self._hosts or (self._by_number and is_address(name))


def host_of(value: str) -> str:
    """Take the port off a ``Host`` header, and the brackets off an IPv6 address."""
    value = value.strip().lower()
    if value.startswith("["):
        return value[1:].partition("]")[0]
    return value.partition(":")[0].removesuffix(".")


def is_address(name: str) -> bool:
    """Say whether a name is a number."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
