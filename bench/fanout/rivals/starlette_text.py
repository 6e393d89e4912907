"""Starlette, the message encoded once: one ``await ws.send_text(text)`` after the other."""

from collections import defaultdict

from serving import serve
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

rooms: defaultdict[str, set[WebSocket]] = defaultdict(set)


async def follow(socket: WebSocket) -> None:
    members = rooms[socket.path_params["room"]]
    await socket.accept()
    members.add(socket)
    try:
        await socket.send_text("ready")
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        members.discard(socket)


async def publish(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        room, _, text = (await socket.receive_text()).partition("|")
        for client in list(rooms[room]):
            await client.send_text(text)


serve(Starlette(routes=[WebSocketRoute("/ws/{room}", follow), WebSocketRoute("/publish", publish)]))
