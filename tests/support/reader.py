"""An application on the reference client: it keeps a diagnosis' state, and holds each message against the law as it comes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from vervain_client import Follower, Message, Patience, Token, follow

from domain.events import Audience
from domain.services import Services
from storage.tables import Diagnosis
from tests.support.snapshots import PARTS, State, apply, by_key, state_of
from tests.support.waiting import eventually, none_left

QUICK = Patience(connect=2.0, answer=0.7, ack=0.2, first_wait=0.02, longest_wait=0.2, most_ping=0.3)
"""Of somebody who has no time: a test."""
CALM = replace(QUICK, answer=5.0)
"""Where a machine that is busy elsewhere is no reason to begin anew, and a line that stands still has to be noticed."""
UNHURRIED = replace(QUICK, connect=30.0, answer=30.0, most_ping=10.0)
"""Where no line breaks: whoever connects anew was cut by the server."""
SETTLED_WITHIN = 30.0
"""Seconds in which what readers have built is to be as in a fresh snapshot, on a machine that is busy elsewhere."""


class Reader:
    """Follows until its context ends."""

    def __init__(
        self, http: str, diagnosis_id: int, token: Token, audience: Audience, *, patience: Patience = QUICK
    ) -> None:
        self.audience = audience
        self.diagnosis_id = diagnosis_id
        self.follower: Follower = follow(http, diagnosis_id, token, patience=patience)
        self.state: State | None = None
        self.snapshots = 0
        self.seqs: list[int] = []
        self.ids: set[str] = set()
        self.failure: BaseException | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Reader":
        self._task = asyncio.create_task(self._run(), name="reader")
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    @property
    def seq(self) -> int:
        """How far it has read; -1 before the first snapshot. Raises what ended it, where something has."""
        if self.failure is not None:
            raise self.failure
        return -1 if self.state is None else int(self.state["seq"])

    async def _run(self) -> None:
        try:
            async with self.follower as messages:
                async for message in messages:
                    self._take(message)
        except Exception as error:
            self.failure = error

    def _take(self, message: Message) -> None:
        if message.type == "snapshot":
            self.snapshots += 1
            self.state = by_key(message.data)
            return
        assert message.id not in self.ids, "a message must not come twice"
        self.ids.add(message.id)
        said: dict[str, Any] = {"type": message.type, "data": message.data, "diagnosis_id": self.diagnosis_id}
        if message.seq is not None:
            said["seq"] = message.seq
            self.seqs.append(message.seq)
        assert self.state is not None, "nothing comes before the first snapshot"
        self.state = apply(self.state, said)  # which fails at a hole


@asynccontextmanager
async def reading(readers: Sequence[Reader]) -> AsyncIterator[None]:
    """Let all of them follow."""
    async with AsyncExitStack() as stack:
        for reader in readers:
            await stack.enter_async_context(reader)
        yield


def top_of(services: Services, diagnosis_id: int) -> int:
    """Read the last number of a diagnosis' log."""
    with services.database.read() as session:
        return session.get_one(Diagnosis, diagnosis_id).seq


async def all_at_the_top(readers: Sequence[Reader], services: Services, *, within: float = 30.0) -> None:
    """Wait until each has read the whole log, and hold what it has built against a fresh snapshot: the law."""
    tops = {one: await asyncio.to_thread(top_of, services, one) for one in {reader.diagnosis_id for reader in readers}}
    await eventually(
        lambda: all(reader.seq >= tops[reader.diagnosis_id] for reader in readers),
        within=within,
        what=f"reading up to the top ({[(reader.seq, tops[reader.diagnosis_id]) for reader in readers]})",
    )
    # What is told beside the log may be older than what the log told just before, and a newer one follows within a second;
    # and the log itself goes on, where what was answered is scored again.
    await none_left(lambda: differences(readers, services), within=SETTLED_WITHIN, what="not as in a fresh snapshot")


def differences(readers: Sequence[Reader], services: Services) -> list[str]:
    """Name what readers have built that is not as in a fresh snapshot."""
    fresh = {key: state_of(services, *key) for key in {(reader.diagnosis_id, reader.audience) for reader in readers}}
    return [
        f"{part} of {reader.audience} {reader.diagnosis_id}"
        for reader in readers
        for part in ("seq", "diagnosis", *PARTS)
        if reader.state is not None and reader.state[part] != fresh[reader.diagnosis_id, reader.audience][part]
    ]
