"""Litestar's own broadcasting: its channels plugin with the backend for one process."""

from litestar import Litestar, WebSocket, websocket
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.exceptions import WebSocketDisconnect
from serving import serve


@websocket("/ws/{room:str}")
async def follow(socket: WebSocket, room: str, channels: ChannelsPlugin) -> None:
    await socket.accept()
    async with channels.start_subscription(room) as subscriber, subscriber.run_in_background(socket.send_text):
        await socket.send_text("ready")
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            return


@websocket("/publish")
async def publish(socket: WebSocket, channels: ChannelsPlugin) -> None:
    await socket.accept()
    while True:
        room, _, text = (await socket.receive_text()).partition("|")
        channels.publish(text, room)


channels = ChannelsPlugin(backend=MemoryChannelsBackend(), arbitrary_channels_allowed=True)
serve(Litestar([follow, publish], plugins=[channels]))
