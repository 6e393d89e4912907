"""Elements that are told what has changed: what one turn of the loop tells a page goes to it as one message.

A message costs the server about as much as what it says, and an answer changes a row, a mark and a count at once. NiceGUI sends
each call of its own, after a task of its own, in case somebody waits for what it gives; of these elements nobody does.
"""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

from nicegui import Client, core, json
from nicegui.awaitable_response import AwaitableResponse, NullResponse
from nicegui.element import Element

TOGETHER = (
    "for (const [id, name, given] of [{}]) try {{ runMethod(id, name, given) }} catch (error) {{ reportError(error) }}"
)
"""One that fails keeps none of the others from being told."""
_waiting: WeakKeyDictionary[Client, list[str]] = WeakKeyDictionary()
"""What has been told in this turn, by page."""


class Told(Element):
    """An element whose methods are called and never answer."""

    def run_method(self, name: str, *args: Any, timeout: float = 1) -> AwaitableResponse:  # noqa: ARG002 - as NiceGUI has it
        """Run a method of the element in the browser, with what else is told in this turn; gives nothing."""
        if core.is_loop_running() and self._is_safe_to_interact():
            _tell(self.client, f"[{self.id}, {json.dumps(name)}, {json.dumps(args)}]")
        return NullResponse()


def _tell(client: Client, call: str) -> None:
    waiting = _waiting.get(client)
    if waiting is not None:
        waiting.append(call)
        return
    _waiting[client] = [call]
    asyncio.get_running_loop().call_soon(_send, client)


def _send(client: Client) -> None:
    calls = _waiting.pop(client)
    if not client.is_deleted:
        client.outbox.enqueue_message("run_javascript", {"code": TOGETHER.format(", ".join(calls))}, client.id)
