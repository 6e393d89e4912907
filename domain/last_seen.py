"""When sign-ins were last seen, and from where: kept in mind as they come, written down together once in a while.

Nobody who asks for something waits for it, and no sign-in is written more than once a minute, however busy it is.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from domain.ledger import Change, utc_now
from storage import sign_ins as rows

if TYPE_CHECKING:
    from domain.services import Services

log = structlog.get_logger(__name__)

SAME_AGAIN_SECONDS = 60.0
EVERY_SECONDS = 2.0
MOST_TOGETHER = 250
"""Sign-ins in one change, because somebody's feedback may wait behind it."""
MOST_NOTED = 20_000
"""Sign-ins that are remembered; then all are forgotten, and written once more than they had to be."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sign-in as it came."""

    at: datetime
    address: str


class LastSeen:
    """Who has come and is not written down yet. From any thread: each step is one operation of a dictionary."""

    def __init__(self) -> None:
        self._noted: dict[int, Seen] = {}
        self._until: dict[int, float] = {}
        """By sign-in: before this moment nothing of it is noted again."""

    def note(self, sign_in_id: int, address: str) -> None:
        """Keep in mind that a sign-in came just now; never waits."""
        now = time.monotonic()
        if now < self._until.get(sign_in_id, 0.0):
            return
        if len(self._until) >= MOST_NOTED:
            self._until.clear()
        if len(self._noted) < MOST_NOTED:
            self._until[sign_in_id] = now + SAME_AGAIN_SECONDS
            self._noted[sign_in_id] = Seen(utc_now(), address)

    def take(self, most: int) -> dict[int, Seen]:
        """Take out what is to be written, the oldest first."""
        return {sign_in_id: self._noted.pop(sign_in_id) for sign_in_id in list(self._noted)[:most]}


async def write_last_seen(services: "Services") -> None:
    """Write down who has come, until cancelled; what is still in mind then is written first."""
    try:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await _write_all(services)
    finally:
        await _write_all(services)


async def _write_all(services: "Services") -> None:
    while noted := services.seen.take(MOST_TOGETHER):
        try:
            await services.ledger.written(partial(write, noted))
        except Exception as error:  # it is written again with the next time they come
            log.warning("when sign-ins were seen could not be written", error=type(error).__name__)
            return


def write(noted: Mapping[int, Seen], change: Change) -> None:
    """Write down when sign-ins were seen, as part of a change."""
    for sign_in_id, seen in noted.items():
        rows.see(change.rows, sign_in_id=sign_in_id, at=seen.at, address=seen.address)
