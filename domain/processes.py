"""Which processes the program consists of: each says every ten seconds that it is there, in the database that all share.

Counts only; a name is made at the start and says nothing of the machine. Which host it is on, ``vervain_build_info`` tells
Prometheus by the address it was asked at.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from domain.counting import total
from domain.ledger import Change, utc_now
from domain.services import Services
from storage import processes as rows
from storage.tables import RunningProcess

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0
SILENT_AFTER = timedelta(seconds=30)
"""Two that were missed, and a third that is late: it is taken for gone."""
FORGOTTEN_AFTER = timedelta(days=1)
"""So long somebody can still see that a process has died."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process, as it said last of itself."""

    name: str
    version: str
    started: datetime
    said: datetime
    alive: bool
    """Whether it spoke within 30 s."""
    here: bool
    """Whether it is the one that answers."""
    connections: int
    pages: int
    loop_lag_seconds: float | None
    position: int
    """Up to where in the log it has published everything."""
    leads: bool | None
    """Whether it does the work that is done once; None where that is not known."""


def read(services: Services) -> list[Process]:
    """List the processes, the oldest first, those among them that have died within the last day."""
    now = utc_now()
    with services.database.read() as session:
        return [
            Process(
                name=row.name,
                version=row.version,
                started=row.started,
                said=row.said,
                alive=now - row.said <= SILENT_AFTER,
                here=row.name == services.running.name,
                connections=row.connections,
                pages=row.pages,
                loop_lag_seconds=row.loop_lag,
                position=row.position,
                leads=row.leads,
            )
            for row in rows.all_of_them(session)
        ]


async def reporting(services: Services) -> None:
    """Say that this process is there, until cancelled; then take it back."""
    try:
        while True:
            try:
                await services.ledger.written(partial(_say, services, services.running.counts()))
            except Exception as error:
                log.warning("this process could not say that it is there", error=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        await services.ledger.written(partial(_take_back, services))


def _say(services: Services, counts: Mapping[str, Any], change: Change) -> None:
    running = services.running
    rows.forget_silent(change.session, change.now - FORGOTTEN_AFTER)
    leads = counts.get("leads")
    row = RunningProcess(
        name=running.name,
        version=running.version,
        started=running.started,
        said=change.now,
        connections=int(total(counts.get("connections_by_kind")) or 0),
        pages=int(counts.get("pages_open") or 0),
        loop_lag=counts.get("loop_lag_seconds"),
        position=services.ledger.position,
        leads=None if leads is None else bool(leads),
    )
    rows.put(change.session, row)


def _take_back(services: Services, change: Change) -> None:
    rows.forget(change.session, services.running.name)
