"""Our server, as a process: the whole application with one more path, on which each text is one broadcast.

``python -m bench.fanout.ours PORT FOLDER durable|passing fast|asgi``: ``durable`` writes each broadcast to the log and publishes
it once it is committed; ``passing`` hands it to the hub alone, as effectiveness is that others caused. ``asgi`` serves with
the server's own WebSocket class, where every send goes through ASGI.
"""

import asyncio
import json
import socket
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api import keep_alive
from api.draining import DrainingServer
from api.live_protocol import LiveProtocol
from api.logs import configure_logs
from bench.fanout.practice import ROOMS, settings
from domain.events import DomainEvent, LoggedEvent, wire_time
from domain.ledger import Change, utc_now
from domain.messages import PredictionUpdate
from domain.services import Services
from main import build_services, collect_rarely, create_app, server_config
from storage.tables import Diagnosis

Broadcast = Callable[[Diagnosis, str], Awaitable[None]]
NO_PINGS_SECONDS = 86_400.0


def main() -> None:
    """Serve until killed."""
    port, folder, kept, wire = sys.argv[1:]
    chosen = settings(Path(folder))
    configure_logs(public=False, level=chosen.log_level)
    keep_alive.EVERY_SECONDS = (
        NO_PINGS_SECONDS  # as with every other server here: an answer to a ping costs the receiver
    )
    services = build_services(chosen)
    app = create_app(chosen, services)
    broadcast = _durable(services) if kept == "durable" else _passing(services)
    with services.database.read() as session:
        numbers = json.loads((Path(folder) / ROOMS).read_text())
        rooms = [session.get_one(Diagnosis, number) for number in numbers]
    _add_publishing(app, rooms, broadcast)
    config = server_config(app, LiveProtocol if wire == "fast" else WebSocketsSansIOProtocol)
    config.ws_ping_interval = None
    collect_rarely()  # as main.serve does
    with socket.create_server(("127.0.0.1", int(port)), backlog=2048) as listener:
        DrainingServer(config, app).run(sockets=[listener])


def _durable(services: Services) -> Broadcast:
    """Broadcast by the way of every change: the log, the commit, the hub."""

    async def broadcast(room: Diagnosis, data: str) -> None:
        def act(change: Change) -> None:
            change.record(
                DomainEvent(
                    wire="prediction_update",
                    diagnosis_id=room.id,
                    patient_id=room.patient_id,
                    data=PredictionUpdate.model_validate_json(data),
                    for_patient=None,
                ),
                practice_id=room.practice_id,
            )

        await services.ledger.written(act)

    return broadcast


def _passing(services: Services) -> Broadcast:
    """Broadcast what is kept nowhere."""

    async def broadcast(room: Diagnosis, data: str) -> None:
        event = LoggedEvent(
            position=None,
            id=uuid.uuid4().hex,
            practice_id=room.practice_id,
            diagnosis_id=room.id,
            patient_id=room.patient_id,
            seq=None,
            type="effectiveness_update",
            timestamp=wire_time(utc_now()),
            data=data,
            patient_data=None,
        )
        services.hub.publish([event])

    return broadcast


def _add_publishing(app: FastAPI, rooms: list[Diagnosis], broadcast: Broadcast) -> None:
    under_way: set[asyncio.Task[None]] = set()

    def done(task: asyncio.Task[None]) -> None:
        under_way.discard(task)
        task.result()  # what fails is printed by the loop, and missed by the client

    async def publish(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                room, _, text = (await websocket.receive_text()).partition("|")
                data = text[text.index('"data":') + len('"data":') : -1]
                task = asyncio.ensure_future(broadcast(rooms[int(room)], data))
                under_way.add(task)
                task.add_done_callback(done)
        except WebSocketDisconnect:
            return

    app.router.routes.insert(0, WebSocketRoute("/publish", publish))


if __name__ == "__main__":
    main()
