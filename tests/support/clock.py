"""A clock that a test moves, and the day on which the tests run."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.ledger import Ledger, utc_now
from domain.rhythm import local_day, midnight
from domain.services import Services

LAST_MOMENTS = timedelta(seconds=20)
"""Of a day: longer than a test takes for which it matters which day it is."""


def days() -> tuple[date, date]:
    """Give the day in UTC and the one here."""
    now = utc_now()
    return now.date(), local_day(now)


def left_of_today() -> timedelta:
    """Give how long the day lasts, in UTC or here, where it ends first."""
    now, (everywhere, here), tomorrow = utc_now(), days(), timedelta(days=1)
    began = datetime(everywhere.year, everywhere.month, everywhere.day, tzinfo=UTC)
    return min(began + tomorrow, midnight(here + tomorrow)) - now


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Let the machine be in a zone, which is named as in ``TZ``, for as long as the ``with`` lasts."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TZ", name)
            time.tzset()
            yield
    finally:
        time.tzset()


class Clock:
    """Reads as the real one until it is moved."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self._ahead

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._ahead += by


def with_clock(services: Services) -> tuple[Services, Clock]:
    """Give the same parts, whose changes happen at the time that the clock shows."""
    clock = Clock()
    ledger = Ledger(services.database, services.hub, clock, seal=services.ledger.seal)
    return replace(services, ledger=ledger), clock
