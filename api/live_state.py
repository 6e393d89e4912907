"""What the live sockets of a process share."""

from dataclasses import dataclass

from api.channels import Channels
from api.connections import Connections
from api.keep_alive import KeepAlive
from api.live_reader import LiveReader
from api.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Live:
    """What the live sockets of a process share."""

    channels: Channels
    connections: Connections
    keep_alive: KeepAlive
    reader: LiveReader
    metrics: Metrics
