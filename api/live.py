"""The live endpoint ``/ws/{diagnosis_id}``: finds out who is there, then hands over to a session.

Every refusal comes after ``accept``, because a browser cannot see why a handshake failed.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.asgi_wire import AsgiWire
from api.closing import CLOSE_SECONDS, GO_AWAY, Ended, close
from api.doors.cross_site import same_origin
from api.entrance import page_actor
from api.hidden_token import KEY
from api.identity import address_of, bearer
from api.live_message import parse
from api.live_protocol import HAND_OVER
from api.live_session import LiveSession
from api.live_socket import LiveSocket
from api.live_state import Live
from domain.errors import Invalid, NotAllowed, NotFound, NotSignedIn, VervainError
from domain.health import away
from domain.log import Position
from domain.origin import known_as
from domain.permission import Actor
from domain.protocol import VERSION, Complaint
from domain.security_log import Event
from domain.services import Services
from domain.sign_in import actor_of_token
from domain.throttle import CONNECT

log = structlog.get_logger(__name__)

PATH = re.compile(r"/ws/[^/]+")
AUTH_SECONDS = 10.0
"""How long somebody may take to say who they are."""
AUTH_BYTES = 8 * 1024
"""The largest first message: a token and a position."""
NO_TOKEN_CAME = {"auth_timeout", "auth_expected"}
"""Refusals of who has not said who they are."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is on the socket, until when, and how far they have read."""

    actor: Actor
    expires: datetime | None
    position: Position | None


class LiveDoor:
    """ASGI middleware: sockets of the live endpoint take the short way, past what is made for HTTP requests and pages.

    ``signed_in`` adds what the session cookie says to a scope, as it does for everything else.
    """

    def __init__(self, app: ASGIApp, signed_in: Callable[[ASGIApp], ASGIApp]) -> None:
        self.app = app
        self._live = signed_in(_live)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the live sockets; pass everything else on."""
        live = scope["type"] == "websocket" and PATH.fullmatch(scope["path"]) is not None
        await (self._live if live else self.app)(scope, receive, send)


async def _live(scope: Scope, receive: Receive, send: Send) -> None:
    await follow(WebSocket(scope, receive, send), scope["path"].rpartition("/")[2])


async def follow(websocket: WebSocket, diagnosis_id: str) -> None:
    """Follow one diagnosis."""
    services: Services = websocket.app.state.services
    live: Live = websocket.app.state.live
    await websocket.accept()
    if not websocket.app.state.ready:  # about to stop: who comes now would be sent away in a moment
        await close(websocket, GO_AWAY, "restarting")
        return
    caller: Caller | None = None
    try:
        with live.connections.arriving():
            caller = await _identify(websocket, services, live)
        known_as(caller.actor.person_id)
        services.throttle.count(CONNECT, caller.actor.person_id)
        number = _number(diagnosis_id)
        session = LiveSession(services, live, caller.actor, number, expires=caller.expires)
        try:
            await session.join(caller.position)
            handed_over = await _serve(websocket, session)
        except BaseException:
            session.lost()
            raise
        if not handed_over:
            session.lost()
    except VervainError as error:
        if error.code in NO_TOKEN_CAME:
            services.security.note(Event.STRANGER, reason="no_token", address=address_of(websocket), where="socket /ws")
        if caller is not None and isinstance(error, NotFound | NotAllowed):
            who, where = caller.actor, f"socket /ws/{_number(diagnosis_id)}"
            services.security.note(
                Event.PERMISSION_REFUSED,
                reason=error.code,
                person=who.person_id,
                address=address_of(websocket),
                where=where,
            )
        await refuse(websocket, error)
    except Ended as end:
        await close(websocket, end.code, end.reason)
    except WebSocketDisconnect:
        return  # gone in the middle of joining
    except Exception as error:
        said = away(error)
        if said is not None:
            await refuse(websocket, said)
            return
        log.exception("a live session failed")
        await close(websocket, 1011, "internal")


async def _serve(websocket: WebSocket, session: LiveSession) -> bool:
    """Let the session go on without us where the server can hand over its socket; says whether it does."""
    if session.ended is not None:
        raise session.ended
    hand_over = websocket.scope.get("extensions", {}).get(HAND_OVER)
    if hand_over is None:
        wire = AsgiWire(websocket, session)
        session.begin(wire)
        await wire.serve()
        return False
    socket: LiveSocket | None = hand_over(session, websocket.app.state.live.keep_alive)
    if socket is None:
        raise WebSocketDisconnect
    session.begin(socket)
    socket.start()
    return True


async def refuse(websocket: WebSocket, error: VervainError) -> None:
    """Say why, and close with the code that belongs to it."""
    live: Live = websocket.app.state.live
    live.metrics.connection_refused(error.code)
    complaint = Complaint(code=error.code, message=error.message, retry=error.close_code != 1008)
    message = f'{{"v":{VERSION},"type":"error","data":{complaint.model_dump_json()}}}'
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await websocket.send_text(message)
    except (WebSocketDisconnect, RuntimeError, TimeoutError):
        return  # gone already
    await close(websocket, error.close_code, error.code)


async def _identify(websocket: WebSocket, services: Services, live: Live) -> Caller:
    """Find out who this is: header, then address, then cookie, else the first message."""
    address = address_of(websocket)
    token = bearer(websocket) or websocket.scope.get(KEY)
    position = _position(websocket.query_params.get("since"), websocket.query_params.get("epoch"))
    if token:
        actor, expires = await live.reader.read(actor_of_token, services, token, address=address)
        return Caller(actor, expires, position)
    says_so_itself = websocket.query_params.get("auth") == "message"  # a phone page in a browser with a cookie
    if not says_so_itself and "session" in websocket.scope and same_origin(websocket.headers):
        page = await live.reader.read(page_actor, websocket, services)
        if page is not None:
            return Caller(page, page.until, position)
    return await _first_message(websocket, services, live, address)


async def _first_message(websocket: WebSocket, services: Services, live: Live, address: str) -> Caller:
    try:
        async with asyncio.timeout(AUTH_SECONDS):
            text = await websocket.receive_text()
    except TimeoutError:
        raise NotSignedIn("Say who you are first: send an auth message.", code="auth_timeout") from None
    except KeyError:
        raise Invalid("Messages are JSON text.") from None
    if len(text) > AUTH_BYTES:
        raise Invalid("The first message is too long.")
    message = parse(text)
    if message.get("type") != "auth" or not isinstance(message.get("token"), str):
        raise NotSignedIn("Say who you are first: send an auth message.", code="auth_expected")
    actor, expires = await live.reader.read(actor_of_token, services, message["token"], address=address)
    return Caller(actor, expires, _position(message.get("since"), message.get("epoch")))


def _position(since: Any, epoch: Any) -> Position | None:
    try:
        number = int(since) if isinstance(since, int | str) and not isinstance(since, bool) else None
    except ValueError:
        number = None
    if number is None or number < 0:
        return None
    return Position(number, epoch if isinstance(epoch, str) else None)


def _number(diagnosis_id: str) -> int:
    """Read the id of the path; what is no number is as unknown as a number that nobody has."""
    return int(diagnosis_id) if diagnosis_id.isascii() and diagnosis_id.isdigit() and len(diagnosis_id) < 16 else -1
