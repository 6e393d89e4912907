"""Changing the key of the access tokens: by hand, and by itself after 90 days."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta

import structlog

from domain.ledger import Change
from domain.services import Services
from domain.signing_keys import Generation
from storage import marks
from storage.database import Database

log = structlog.get_logger(__name__)

MARK = "access token key"
LIFE = timedelta(days=90)
LOOK_EVERY_SECONDS = 3_600.0
FURTHEST = 2**31
"""How far a restore goes on at most: a number that it meets twice is one in two thousand million."""


def present_in(database: Database) -> Callable[[], Generation]:
    """Make what reads from a database which key is in use."""

    def read() -> Generation:
        with database.glance(statements=1) as glance:
            return Generation.of(marks.read(glance, MARK))

    return read


def rotate(services: Services) -> Generation:
    """Begin a new key. The one before still counts for as long as a token lives that it has signed."""

    def act(change: Change) -> Generation:
        return _begin(change, Generation.of(marks.read(change.rows, MARK)).number + 1)

    return services.ledger.write(act)


def rotate_when_due(change: Change) -> Generation:
    """Begin a new key where the present one is too old, as part of a change; says which is in use afterwards.

    A database that has no key yet begins its first one: it is as old as this.
    """
    mark = marks.read(change.rows, MARK)
    present = Generation.of(mark)
    if mark is None or present.began is None:
        return _begin(change, present.number)
    return present if change.now - present.began < LIFE else _begin(change, present.number + 1)


def begin_apart(change: Change) -> Generation:
    """Begin a key that was never in use, nor the one before it, as part of a restore.

    Numbers of people and sign-ins are given out again after it: a token from before could name somebody else.
    """
    present = Generation.of(marks.read(change.rows, MARK)).number
    return _begin(change, present + 2 + secrets.randbelow(FURTHEST))


async def rotating(services: Services) -> None:
    """Change the key when it is due, until cancelled."""
    while True:
        try:
            before = await asyncio.to_thread(services.tokens.keys.generation)
            if (after := await services.ledger.written(rotate_when_due)).number != before.number:
                log.info("the key of the access tokens is changed", generation=after.number)
        except Exception:
            log.exception("the key of the access tokens could not be changed")
        await asyncio.sleep(LOOK_EVERY_SECONDS)


def _begin(change: Change, number: int) -> Generation:
    begun = Generation(number, change.now)
    marks.put(change.session, MARK, begun.mark)
    return begun
