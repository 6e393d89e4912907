"""A phone as the patient's page is one: follows its diagnosis, answers now and then, loses its network and comes back."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from bench.load.crowd import Owner
from bench.web_socket import WebSocket

PATIENCE_SECONDS = 30.0
AWAY_SECONDS = 2.0
"""How long somebody is without a network, on average."""


@dataclass
class Seen:
    """What the phones of one run have met, in seconds and by kind."""

    joined: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    """From the moment a check-in is sent until the phone's own socket says that it counts."""
    caught_up: int = 0
    """Check-ins of which a phone heard only when it was back: their delay is that of its network."""
    resumed: list[float] = field(default_factory=list)
    resumed_whole: int = 0
    snapshots: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    out_of_order: int = 0
    """Messages whose number was not the next."""


class Line(WebSocket):
    """One connection of a phone."""

    def __init__(self, port: int, path: str, token: str, took: Callable[[bytes], None]) -> None:
        super().__init__(port, path, token)
        self._took = took
        self.over = asyncio.get_running_loop().create_future()

    def took(self, text: bytes) -> None:
        """Hand it to the phone."""
        self._took(text)

    def ended(self, error: Exception) -> None:
        """Let the phone know."""
        if not self.over.done():
            self.over.set_result(error)


class Phone:
    """One patient's phone."""

    def __init__(self, ports: tuple[int, ...], owner: Owner, seen: Seen) -> None:
        self._ports = ports
        self.owner = owner
        self._seen = seen
        self.seq: int | None = None
        self._epoch = ""
        self._line: Line | None = None
        self._joined: asyncio.Future[None] | None = None
        self._news = asyncio.Event()
        self._lines = 0
        self._told: dict[int, tuple[float, int]] = {}
        """By the number of an answer that was taken: when it was sent, and on which line the phone then was."""
        self._came: dict[int, float] = {}
        """When the socket told of it, where that was before the answer to the request."""

    async def join(self) -> None:
        """Connect, and be where the log is."""
        began, again = time.perf_counter(), self.seq is not None
        self._lines += 1
        where = f"/ws/{self.owner.diagnosis_id}" + (f"?since={self.seq}&epoch={self._epoch}" if again else "")
        port = random.choice(self._ports)
        line = self._line = Line(
            port, where, self.owner.token, lambda text: self._took(text) if self._line is line else None
        )
        self._joined = asyncio.get_running_loop().create_future()
        try:
            await asyncio.get_running_loop().create_connection(lambda: line, "127.0.0.1", port)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.wait((self._joined, line.over), return_when=asyncio.FIRST_COMPLETED)
        except (TimeoutError, OSError) as error:
            self._seen.errors[f"join: {type(error).__name__}"] += 1
            return
        if not self._joined.done():
            self._seen.errors[f"join: {line.over.result()}"] += 1
            return
        (self._seen.resumed if again else self._seen.joined).append(time.perf_counter() - began)

    async def lose_the_network(self) -> None:
        """Be away for a while, and resume."""
        if self._line is None:
            return  # it is away already
        self.cut()
        await asyncio.sleep(random.expovariate(1 / AWAY_SECONDS))
        await self.join()

    def cut(self, *, forgetful: bool = False) -> None:
        """Lose the network; who is ``forgetful`` does not know any more how far it has read."""
        self.leave()
        self._line = None
        if forgetful:
            self.seq = None

    async def check_in(self) -> None:
        """Send an answer, and note when it was taken and when the socket said so."""
        said = {"recommendation_id": self.owner.recommendation_id, "rating": random.randint(1, 5),
                "symptom": random.randint(0, 10), "adherence": 90, "comment": ""}  # fmt: skip
        began, line = time.perf_counter(), self._lines if self._line is not None else -1
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                status, body = await self._post(json.dumps(said).encode())
        except (TimeoutError, OSError) as error:
            self._seen.errors[f"answer: {type(error).__name__}"] += 1
            return
        if status != 201:
            self._seen.errors[f"answer: {status}"] += 1
            return
        self._seen.answered.append(time.perf_counter() - began)
        number = json.loads(body)["id"]
        came = self._came.pop(number, None)
        if came is not None:
            self._time(began, line, came)
        else:
            self._told[number] = began, line

    async def told(self) -> None:
        """Wait until the socket has told of every answer that was taken."""
        while self._told:
            self._news.clear()
            await self._news.wait()

    def leave(self) -> None:
        """Be gone."""
        if self._line is not None:
            self._line.leave()

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", random.choice(self._ports))
        try:
            head = (
                f"POST /api/diagnosis/{self.owner.diagnosis_id}/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {self.owner.token}\r\nIdempotency-Key: {uuid4().hex}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
        line, _, rest = answer.partition(b"\r\n")
        return int(line.split()[1]) if line else 0, rest.partition(b"\r\n\r\n")[2]

    def _took(self, text: bytes) -> None:
        at = time.perf_counter()
        self._news.set()
        message = json.loads(text)
        kind, seq = message["type"], message.get("seq")
        if kind == "connect":
            self._epoch = message["data"]["epoch"]
            self._seen.resumed_whole += message["data"]["resumed"]
            self._seen.snapshots += not message["data"]["resumed"]
            if message["data"]["resumed"]:
                self._arrive()
        elif kind == "snapshot":
            self.seq = message["data"]["seq"]
            for one in message["data"]["feedback"]:  # what the snapshot holds is told, too, and no delay of ours
                self._told.pop(one["id"], None)
            self._arrive()
        elif seq is not None:
            if self.seq is not None and seq != self.seq + 1:
                self._seen.out_of_order += 1
            self.seq = seq
            if kind == "feedback_update":
                self._note(message["data"]["feedback_id"], at)

    def _note(self, number: int, at: float) -> None:
        waiting = self._told.pop(number, None)
        if waiting is None:
            self._came[number] = at
        else:
            self._time(*waiting, at)

    def _time(self, began: float, line: int, came: float) -> None:
        if line == self._lines:
            self._seen.shown.append(came - began)
        else:
            self._seen.caught_up += 1

    def _arrive(self) -> None:
        if self._joined is not None and not self._joined.done():
            self._joined.set_result(None)
