"""Guards the socket of the pages: whoever has the id of a page still has to be the browser that the page was made for.

NiceGUI pins a page to the first tab that joins and takes the id of a page, which stands in its source, as proof in every
message. Ours asks two things more: a socket joins a page only with the session cookie that asked for the page, and a message
is heard only from a socket that has joined the page it speaks for.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import Client, core

from domain.security_log import Event
from domain.services import Services
from domain.sign_in import SESSION_KEY
from pages.parts import SERVICES

SPOKEN_FOR = ("event", "javascript_response", "ack", "log")
"""Messages that name a page."""
GUARDED = "_vervain_guarded"
BEGIN_AGAIN = "Implicit handshake failed"
"""The words at which NiceGUI's script loads the page anew. A page that is gone (its line was cut for too long, or the server was
started again) would stay without a line for ever otherwise; a foreign one hears the same, so that ids can't be probed."""

Handler = Callable[..., Any]


def guard() -> None:
    """Put the guard before NiceGUI's handlers; a second time changes nothing."""
    handlers: dict[str, Handler] = core.sio.handlers["/"]
    if hasattr(handlers["handshake"], GUARDED):
        return
    handlers["connect"] = _marked(_own_connect(handlers["connect"]))
    handlers["handshake"] = _marked(_own_handshake(handlers["handshake"]))
    for name in SPOKEN_FOR:
        handlers[name] = _marked(_of_its_page(handlers[name]))


def is_of_this_browser(client_id: object, session: Any) -> bool:
    """Say whether a page was made for the browser with this session; an unknown page is nobody's."""
    client = Client.instances.get(client_id) if isinstance(client_id, str) else None
    if client is None:
        return False
    asked_with = client.request.scope.get("session", {}).get(SESSION_KEY)
    return bool(asked_with == (session or {}).get(SESSION_KEY))


def _own_connect(connect: Handler) -> Handler:
    from urllib.parse import parse_qs

    from socketio.exceptions import ConnectionRefusedError  # type: ignore[import-untyped]  # noqa: A004 - its name there

    async def own(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("client_id")
        if asked and not is_of_this_browser(asked[0], _session(environ)):
            if asked[0] in Client.instances:
                _note_foreign(environ)
            raise ConnectionRefusedError(BEGIN_AGAIN)
        return await connect(sid, environ, auth)

    return own


def _own_handshake(handshake: Handler) -> Handler:
    async def own(sid: str, message: Any) -> bool:
        environ = None if sid.startswith("test-") else core.sio.get_environ(sid)
        asked = message.get("client_id") if isinstance(message, dict) else None
        if environ is not None and not is_of_this_browser(asked, _session(environ)):
            _note_foreign(environ)
            return False
        return bool(await handshake(sid, message))

    return own


def _of_its_page(handle: Handler) -> Handler:
    def own(sid: str, message: Any) -> Awaitable[Any] | None:
        if isinstance(message, dict) and message.get("client_id") in core.sio.rooms(sid):
            handle(sid, message)
        return None

    return own


def _session(environ: dict[str, Any]) -> Any:
    return environ.get("asgi.scope", {}).get("session")


def _note_foreign(environ: dict[str, Any]) -> None:
    """Write down that a socket asked for a page of another browser."""
    scope = environ.get("asgi.scope", {})
    client = scope.get("client")
    services: Services = scope[SERVICES]
    services.security.note(Event.DOOR_REFUSED, reason="foreign_page", address=client[0] if client else "")


def _marked(handler: Handler) -> Handler:
    setattr(handler, GUARDED, True)
    return handler
