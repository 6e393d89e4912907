"""What a browser may do with an answer of ours: the headers of every answer, and every content policy, in this one place.

The pages need ``'unsafe-inline'`` and ``'unsafe-eval'``: NiceGUI starts them with an inline script, and Vue compiles templates
in the browser. What their policy still does is to name no other host: a script that slipped in could load nothing more and
send nothing away. The phone page and the reference allow no inline script at all.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

YEAR = 365 * 24 * 3600
_EVERYWHERE = "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_OURS = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-src 'none'"
)
NOTHING = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
"""For what is no page: JSON, a picture that somebody opens by itself (an SVG has its styles inside)."""


def policy(scripts: str = "'self'") -> str:
    """Write the policy of a page; ``scripts`` are the sources of its scripts."""
    return f"{_OURS}; font-src 'self' data:; script-src {scripts}; {_EVERYWHERE}"


PAGES = policy("'self' 'unsafe-inline' 'unsafe-eval'")
PHONE = policy()

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "same-origin",  # not no-referrer: with that, a form's Origin is "null" and tells us nothing
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), serial=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_STORE = "no-store"
CACHED = {
    "/static/vendor/": "public, max-age=86400",
    "/static/": "no-cache",  # kept, and asked for again: our own scripts have no version in their address
    "/_nicegui/": "public, max-age=86400",  # NiceGUI says more of its own: there the version is in the address
    "/favicon.ico": "public, max-age=86400",
}
"""What holds nothing about anybody; everything else is kept by no cache, the browser's own included."""


class SecurityHeaders:
    """ASGI middleware, the outermost one; what an answer says itself is left as it is.

    ``public``: the program is reached over HTTPS, so browsers are told to come in no other way for a year.
    """

    def __init__(self, app: ASGIApp, *, public: bool) -> None:
        self.app = app
        self._always = ALWAYS | ({"Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains"} if public else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to an HTTP answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope["path"], message["status"])
            await send(message)

        await self.app(scope, receive, shielded)

    def _add(self, headers: MutableHeaders, path: str, status: int) -> None:
        for name, value in self._always.items():
            headers.setdefault(name, value)
        page = headers.get("content-type", "").startswith("text/html")
        headers.setdefault("Content-Security-Policy", PAGES if page else NOTHING)
        headers.setdefault("Cache-Control", caching(path, status))


def caching(path: str, status: int) -> str:
    """Say how long an answer may be kept."""
    if status not in (200, 206, 304):
        return NO_STORE
    return next((value for prefix, value in CACHED.items() if path.startswith(prefix)), NO_STORE)
