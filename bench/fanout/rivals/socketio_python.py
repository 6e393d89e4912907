"""python-socketio over ASGI, WebSocket transport only: a room for each diagnosis, ``emit`` to the room."""

import json
from typing import Any
from urllib.parse import parse_qs

import socketio
from serving import serve
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

sio = socketio.AsyncServer(async_mode="asgi", transports=["websocket"], ping_interval=3_600)


@sio.event
async def connect(sid: str, environ: dict[str, Any]) -> None:
    [room] = parse_qs(environ["QUERY_STRING"])["room"]
    await sio.enter_room(sid, room)
    await sio.emit("ready", to=sid)


async def publish(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        room, _, text = (await socket.receive_text()).partition("|")
        await sio.emit("message", json.loads(text), room=room)


serve(socketio.ASGIApp(sio, other_asgi_app=Starlette(routes=[WebSocketRoute("/publish", publish)])))
