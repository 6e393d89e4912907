"""The channels of this process, each for one diagnosis and one audience: made for the first who follows, gone with the last."""

import asyncio

from api.channel import Channel, Member
from api.metrics import Metrics
from domain.events import Audience
from domain.hub import Hub


class Channels:
    """The channels that somebody follows."""

    def __init__(self, hub: Hub, metrics: Metrics) -> None:
        self._hub = hub
        self._metrics = metrics
        self._channels: dict[tuple[int, Audience], Channel] = {}

    def join(self, member: Member, diagnosis_id: int, audience: Audience) -> Channel:
        """Begin to follow: from now on nothing is missed."""
        key = (diagnosis_id, audience)
        channel = self._channels.get(key)
        if channel is None:
            channel = self._channels[key] = Channel(self._hub, self._metrics, diagnosis_id, audience)
        channel.wait(member)
        return channel

    def leave(self, member: Member, diagnosis_id: int, audience: Audience) -> None:
        """Stop following; a channel that nobody follows ends."""
        channel = self._channels.get((diagnosis_id, audience))
        if channel is not None:
            channel.leave(member)
            if not len(channel):
                del self._channels[(diagnosis_id, audience)]
                channel.close()

    def told_since(self, diagnosis_id: int, seq: int) -> float | None:
        """Say how many seconds ago a message was told here; None for one that is not among the newest."""
        for audience in Audience:
            channel = self._channels.get((diagnosis_id, audience))
            for number, at in reversed(channel.told) if channel is not None else ():
                if number == seq:
                    return asyncio.get_running_loop().time() - at
        return None

    def unsent(self) -> dict[str, int]:
        """Count the clients for whom something waits in this process, and what waits for all of them."""
        waiting = [one for channel in self._channels.values() for one in channel.unsent() if one[0]]
        return {
            "clients_behind": len(waiting),
            "outbound_messages": sum(messages for messages, _ in waiting),
            "outbound_bytes": sum(size for _, size in waiting),
        }

    def __len__(self) -> int:
        return len(self._channels)
