"""Refuses what another site makes a browser do here.

A browser says where a request comes from: ``Sec-Fetch-Site`` since 2023 in all of them, ``Origin`` before, and no script can
change either. So no form needs a token. The rule is that of Go's ``net/http.CrossOriginProtection``, which follows Filippo
Valsorda's "Cross-Site Request Forgery" (2025):

- reading methods pass: nothing is changed by them;
- ``Sec-Fetch-Site`` decides where it is there: ``same-origin``, and ``none`` for what a person typed;
- otherwise ``Origin`` has to be our own; where that is missing too, no browser sent this.

Sockets are asked as well, although they begin with a GET: HTTP rules do not hold for them. ``/ws/{id}`` is left to its own door,
which listens to a foreign page but never believes its cookie (api/live.py).
"""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problem import problem

SAFE = {"GET", "HEAD", "OPTIONS"}
PAGES_SOCKET = "/_nicegui_ws/"
SENTENCE = "This form was sent from another site."


class OwnSite:
    """ASGI middleware; ``session_cookie`` is the name of the cookie that says who somebody is."""

    def __init__(self, app: ASGIApp, *, session_cookie: str) -> None:
        self.app = app
        self._session_cookie = session_cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403, or pass the request on."""
        if scope["type"] == "lifespan" or not self._is_foreign(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: the server answers 403
        else:
            await problem(403, "not_allowed", SENTENCE)(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        if scope["path"].startswith(PAGES_SOCKET):
            return not same_origin(Headers(scope=scope))
        if scope["type"] == "websocket" or scope["method"] in SAFE:
            return False
        headers = Headers(scope=scope)
        return not (self._is_a_program(headers) or same_origin(headers))

    def _is_a_program(self, headers: Headers) -> bool:
        """Say whether a token of its own comes with the request, and nothing that a browser adds by itself."""
        if not headers.get("authorization", "").lower().startswith("bearer "):
            return False
        try:
            return self._session_cookie not in SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False


def same_origin(headers: Headers) -> bool:
    """Say whether a browser's request comes from a page of ours; what says neither where from nor whose, no browser sent."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
    except ValueError:
        return False


def clicked_here(headers: Headers) -> bool:
    """Say whether somebody came by a link of a page of ours: not by one elsewhere, in a letter, or by typing.

    Browsers that say nothing in ``Sec-Fetch-Site`` (old ones, and all over plain HTTP) are believed by their ``Referer``.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    try:
        return urlsplit(headers.get("referer", "")).netloc.lower() == headers.get("host", "").lower() != ""
    except ValueError:
        return False
