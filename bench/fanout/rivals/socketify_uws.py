"""socketify: uWebSockets' publish and subscribe, called from Python."""

import sys
from typing import Any

from socketify import App, AppListenOptions, OpCode

app = App()


def upgrade(response: Any, request: Any, context: Any) -> None:
    key, protocol, extensions = (
        request.get_header(f"sec-websocket-{name}") for name in ("key", "protocol", "extensions")
    )
    response.upgrade(key, protocol, extensions, context, request.get_parameter(0))


def opened(client: Any) -> None:
    client.subscribe(client.get_user_data())
    client.send("ready", OpCode.TEXT)


def publish(_client: Any, message: str, _opcode: OpCode) -> None:
    room, _, text = message.partition("|")
    app.publish(room, text, OpCode.TEXT)


quiet = {"idle_timeout": 0, "send_pings_automatically": False, "max_backpressure": 64 * 1024 * 1024}
app.ws("/ws/:room", {**quiet, "upgrade": upgrade, "open": opened})
app.ws("/publish", {**quiet, "message": publish})
app.listen(AppListenOptions(port=int(sys.argv[1]), host="127.0.0.1"))
app.run()
