"""How long the log is kept: for so many days, and of each diagnosis so many messages however old they are.

Only the beginning of a diagnosis' log is taken out, so what is left stays contiguous; ``seq`` and ``position`` are never given
out again. A client that comes back from before that gets a snapshot (``log.join``). The audit is kept whole.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from domain.ledger import Change
from domain.services import Services
from storage import delivery, spent
from storage import events as rows

log = structlog.get_logger(__name__)

MESSAGES_KEPT = 200
"""Of each diagnosis, whatever their age: what a phone that was away for long most likely resumes from."""
EVERY_SECONDS = 3_600.0
AT_ONCE = 200
"""Rows taken out in one change, a few milliseconds: somebody's feedback may wait behind it."""
PAUSE_SECONDS = 0.05
"""Between two changes, so that trimming after a long time never fills the disk's queue."""

Trim = Callable[[Change, int], int]
"""Takes out at most so many rows; counts them."""


def trimming(days: int) -> Callable[[Services], Coroutine[Any, Any, None]]:
    """Make the job that keeps the log at its length."""

    async def trim_log(services: Services) -> None:
        while True:
            try:
                gone = await trim(services, days=days)
                if gone:
                    log.info("the log was trimmed", entries=gone)
            except Exception:
                log.exception("the log could not be trimmed")
            await asyncio.sleep(EVERY_SECONDS)

    return trim_log


async def trim(services: Services, *, days: int, messages: int = MESSAGES_KEPT) -> int:
    """Take out what is older than so many days and not among the last messages of its diagnosis; counts the entries."""
    age = timedelta(days=days)
    gone = await _until_done(services, lambda change, most: rows.trim_unnumbered(change.rows, change.now - age, most))
    for diagnosis_id in await asyncio.to_thread(_long, services, messages):
        act: Trim = partial(_trim_one, diagnosis_id=diagnosis_id, keep=messages, age=age)
        gone += await _until_done(services, act)
    await _until_done(services, lambda change, most: delivery.trim_marks(change.session, change.now - age, most))
    await _until_done(services, lambda change, most: spent.delete_spent(change.session, change.now, most))
    await _until_done(services, lambda change, most: spent.delete_outlived(change.session, most))
    await asyncio.to_thread(services.database.clean_journal)  # it holds what rows said before
    return gone


async def _until_done(services: Services, act: Trim) -> int:
    gone = 0
    while True:
        now_gone = await services.ledger.written(lambda change: act(change, AT_ONCE))
        gone += now_gone
        if now_gone < AT_ONCE:
            return gone
        await asyncio.sleep(PAUSE_SECONDS)


def _trim_one(change: Change, most: int, *, diagnosis_id: int, keep: int, age: timedelta) -> int:
    return rows.trim(change.rows, diagnosis_id, keep=keep, before=change.now - age, limit=most)


def _long(services: Services, messages: int) -> list[int]:
    with services.database.read() as session:
        return rows.longer_than(session, messages)
