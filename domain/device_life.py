"""How long a device stays signed in: thirty days from its last refresh, and never beyond its last day."""

from datetime import datetime, timedelta

from domain.services import Services
from domain.tokens import REFRESH_LIFE
from storage.tables import SignIn


def last_day(services: Services, row: SignIn) -> datetime:
    """Say when a device's sign-in ends however often it refreshes (ASVS 5, 7.3.2 and 10.4.8); a new invite begins a new one."""
    return row.created + timedelta(days=services.device_days)


def next_end(services: Services, row: SignIn, now: datetime) -> datetime:
    """Say when a device that refreshes now is signed out unless it comes again."""
    return min(now + REFRESH_LIFE, last_day(services, row))
