"""FastAPI as its documentation shows it: one ``await ws.send_json(message)`` after the other."""

import json
from collections import defaultdict

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from serving import serve

app = FastAPI()
rooms: defaultdict[str, set[WebSocket]] = defaultdict(set)


@app.get("/healthz")
async def alive() -> dict[str, str]:
    return {"status": "alive"}


@app.websocket("/ws/{room}")
async def follow(socket: WebSocket, room: str) -> None:
    await socket.accept()
    rooms[room].add(socket)
    try:
        await socket.send_text("ready")
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        rooms[room].discard(socket)


@app.websocket("/publish")
async def publish(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        room, _, text = (await socket.receive_text()).partition("|")
        message = json.loads(text)
        for client in list(rooms[room]):
            await client.send_json(message)


serve(app)
