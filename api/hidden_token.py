"""Keeps tokens out of every log: takes ``?token=`` out of the address before anything can print it.

The server prints a socket's address, query included, when it accepts it, with the access log off as well. It reads the same
scope as we do, so what is taken out here is never printed.
"""

from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

KEY = "vervain.token"
SECRET_PARAMETERS = {"token"}


class HiddenToken:
    """ASGI middleware, the outermost one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Move the token from the address to ``scope["vervain.token"]``."""
        if scope["type"] in {"http", "websocket"} and scope["query_string"]:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            hidden = [value for name, value in pairs if name.lower() in SECRET_PARAMETERS]
            if hidden:
                kept = [(name, value) for name, value in pairs if name.lower() not in SECRET_PARAMETERS]
                scope["query_string"] = urlencode(kept).encode("ascii")
                scope[KEY] = hidden[0]
        await self.app(scope, receive, send)
