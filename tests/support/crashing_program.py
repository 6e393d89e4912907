"""``python main.py run``, killed by SIGKILL at a chosen step of the next write once a file says so: the power goes.

``VERVAIN_CRASH_AT`` names the step, ``VERVAIN_CRASH_FILE`` the file; while it is not there, nothing is different.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

import main
from api import channel
from domain.hub import Hub
from storage import events as log_rows

AT, FILE = os.environ["VERVAIN_CRASH_AT"], Path(os.environ["VERVAIN_CRASH_FILE"])


def step(name: str) -> None:
    """Die here, where this is the step and somebody has said so."""
    if name == AT and FILE.exists():
        os.kill(os.getpid(), signal.SIGKILL)


def watch_the_database() -> None:
    """Die within a write transaction: between two of its statements, or before it is committed."""

    add = log_rows.add

    def adding(*given: Any) -> None:
        step("before the event is written")
        add(*given)

    replace(log_rows, "add", adding)

    @event.listens_for(Engine, "commit")
    def committing(connection: Connection) -> None:
        if connection.get_execution_options().get("write"):
            step("before the commit")


def watch_the_hub() -> None:
    """Die when all is committed: before it is published, before it is delivered, and when some have it."""
    publish, deliver, send = Hub.publish, Hub._deliver, channel.Channel._send
    turns = 0

    def publishing(self: Hub, events: Any) -> None:
        if events and events[0].seq is not None:
            step("before it is published")
        publish(self, events)

    def delivering(self: Hub, events: Any) -> None:
        if events[0].seq is not None:
            step("before it is delivered")
        deliver(self, events)

    def sending(self: channel.Channel, most: int) -> None:
        nonlocal turns
        turns += FILE.exists()
        if turns == 2:
            step("when some have it")
        send(self, most)

    replace(Hub, "publish", publishing)
    replace(Hub, "_deliver", delivering)
    replace(channel.Channel, "_send", sending)
    channel.SLICE = 2


def replace(owner: Any, name: str, by: Callable[..., Any]) -> None:
    """Put something in the place of a function that is there."""
    assert callable(getattr(owner, name))
    setattr(owner, name, by)


if __name__ == "__main__":
    watch_the_database()
    watch_the_hub()
    sys.argv = ["main.py", "run"]
    main.main()
