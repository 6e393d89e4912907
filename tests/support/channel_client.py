"""A client of a channel without a network: it keeps what it is given, and can stand still."""

import asyncio

from api.channel import Channel
from api.channels import Channels
from api.wire import Batch, Write
from domain.events import Audience, LoggedEvent


def event(seq: int | None, *, patient_data: str | None = '{"rating":4}', data: str = "{}") -> LoggedEvent:
    """Make an entry of diagnosis 7's log."""
    return LoggedEvent(
        position=seq,
        id=str(seq),
        practice_id=1,
        diagnosis_id=7,
        patient_id=1,
        seq=seq,
        type="feedback_update" if seq is not None else "effectiveness_update",
        timestamp="2026-11-24T08:00:00.000Z",
        data=data,
        patient_data=patient_data,
    )


class Client:
    """A member with a wire that keeps what it is given, in bytes, and can stand still."""

    def __init__(self) -> None:
        self.got = b""
        self.kept = b""
        self.ended: tuple[int, str] | None = None
        self.direct: Write | None = self.write
        self.writes = 0

    @property
    def wire(self) -> "Client":
        """Be one's own wire."""
        return self

    @property
    def unsent(self) -> tuple[int, int]:
        """Say what waits: how many messages, and their bytes."""
        return self.kept.count(b'"seq":'), len(self.kept)

    def write(self, frames: bytes) -> None:
        """Take bytes."""
        self.got += frames
        self.writes += 1

    def put(self, batch: Batch) -> None:
        """Take a batch, or keep it while standing still."""
        if self.direct is not None:
            self.write(batch.frames)
        else:
            self.kept += batch.frames

    def pause(self, channel: Channel) -> None:
        """Stand still."""
        self.direct = None
        channel.flowing(self)

    def resume(self, channel: Channel) -> None:
        """Take what waited, and go on."""
        self.got, self.kept, self.direct = self.got + self.kept, b"", self.write
        channel.flowing(self)

    def close(self, code: int, reason: str) -> None:
        """Be told goodbye."""
        self.ended = (code, reason)

    def finish(self, code: int, reason: str) -> None:
        """Be ended."""
        self.close(code, reason)

    @property
    def seqs(self) -> list[int]:
        """The numbers that have come."""
        return [int(part.split(b",")[0]) for part in self.got.split(b'"seq":')[1:]]


async def turn(times: int = 3) -> None:
    """Let the loop go round."""
    for _ in range(times):
        await asyncio.sleep(0)


def joined(channels: Channels, seq: int, audience: Audience = Audience.PRACTICE) -> tuple[Client, Channel]:
    """Let a client join who has read the log up to ``seq``."""
    client = Client()
    channel = channels.join(client, 7, audience)
    channel.begin(client, ["hello"], seq)
    return client, channel
