"""A clock that a test moves."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.ledger import Ledger, utc_now
from domain.services import Services


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
